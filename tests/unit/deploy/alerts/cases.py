"""When each alert fires, and what is close to it and does not fire, in promtool's way to write series."""

from dataclasses import dataclass

Series = dict[str, str]


@dataclass(frozen=True)
class Case:
    """An alert at a moment: with what it fires, and with what it does not."""

    alert: str
    at: str
    fires: Series
    silent: Series
    step: str = "1m"
    """The time between two values, and between two looks at them."""


def emails(late: int, all: int, steps: int = 150, never: int = 0) -> Series:
    """Code emails, so many of them late, in each step, and so many more that never left."""
    kind = 'kind="verification-code"'
    return {
        f'ace_email_delay_seconds_bucket{{{kind},le="10.0"}}': f"0+{all - late}x{steps}",
        f"ace_email_delay_seconds_count{{{kind}}}": f"0+{all}x{steps}",
        "ace_code_emails_withdrawn_total": f"0+{never}x{steps}",
    }


def pages(failed: int, all: int, steps: int = 150, not_taken: int = 0) -> Series:
    """Requests for pages, so many of them answered with an error or not handed on, in each step."""
    return {
        'ace_http_requests_total{page="request",status="503"}': f"0+{failed}x{steps}",
        'ace_http_requests_total{page="request",status="200"}': f"0+{all - failed}x{steps}",
        'ace_http_requests_total{page="other",status="500"}': f"0+{all}x{steps}",
        'ace_broker_requests_total{message="check-code",result="not-taken"}': f"0+{not_taken}x{steps}",
    }


UP = 'up{job="ace",program="gateway",instance="a"}'
WORKER = 'up{job="ace",program="intake",instance="%s"}'
CONSUMERS = 'rabbitmq_detailed_queue_consumers{queue="%s"}'
DEAD = 'rabbitmq_detailed_queue_messages{queue="notifier.send-code%s"}'
OLD = 'ace_oldest_message_seconds{queue="verifier.issue-code",instance="%s"}'
READY = 'ace_ready{program="verifier",instance="%s"}'
ENDED = 'ace_deliveries_total{queue="intake.start-application",result="%s"}'
EMAILS = 'ace_emails_total{kind="account-ready",result="%s"}'
FILES = 'process_%s_fds{program="gateway"}'

CASES = [
    Case("CodeEmailsLate", "70m", emails(20, 100, 70), emails(1, 100, 70)),
    Case("CodeEmailsLate", "70m", emails(0, 0, 70, never=20), emails(0, 100, 70, never=1)),
    Case("CodeEmailsOftenLate", "74h", emails(2, 100), emails(1, 200), step="30m"),
    Case("FormFails", "70m", pages(3, 100, 70), pages(0, 100, 70)),
    Case("FormFails", "70m", pages(0, 100, 70, not_taken=3), pages(1, 1000, 70, not_taken=0)),
    Case("FormOftenFails", "74h", pages(2, 1000), pages(1, 2000), step="30m"),
    Case("FormDown", "5m", {UP: "1 1 0x9"}, {UP: "1x9", UP.replace('"a"', '"b"'): "0x9"}),
    Case("FormDown", "5m", {}, {UP: "0 0 1x9"}),
    Case("WorkerDown", "5m", {WORKER % "a": "0x9"}, {WORKER % "a": "0x9", WORKER % "b": "1x9"}),
    Case("ProgramNotReady", "5m", {READY % "a": "0x9"}, {READY % "a": "0x9", READY % "b": "1x9"}),
    Case("BrokerDown", "5m", {'up{job="rabbitmq-node"}': "0x9"}, {'up{job="rabbitmq-node"}': "1x9"}),
    Case(
        "BrokerAlarm",
        "2m",
        {"rabbitmq_alarms_free_disk_space_watermark": "0 0 1"},
        {"rabbitmq_alarms_free_disk_space_watermark": "0x9", "rabbitmq_alarms_memory_used_watermark": "0x9"},
    ),
    Case("BrokerTakesNothing", "9m", pages(0, 9, 9, not_taken=1), pages(0, 9, 9)),
    Case("BrokerStampsMissing", "5m", {"ace_broker_stamps": "0x9"}, {"ace_broker_stamps": "1x9"}),
    Case(
        "GatewayClockOff",
        "15m",
        {'ace_gateway_skewed_commands_total{gateway="gateway"}': "0x5 1 2 3x10"},
        {'ace_gateway_skewed_commands_total{gateway="gateway"}': "0x5 1x10"},
    ),
    Case(
        "GatewayClockOff",
        "90m",
        {'ace_gateway_skewed_commands_total{gateway="gateway"}': "0+1x90"},
        {'ace_gateway_skewed_commands_total{gateway="gateway"}': "0+1x20 20x70"},
    ),
    Case(
        "FilesRunOut",
        "9m",
        {FILES % "open": "81x9", FILES % "max": "100x9"},
        {FILES % "open": "79x9", FILES % "max": "100x9"},
    ),
    Case(
        "NoConsumer",
        "5m",
        {CONSUMERS % "intake.start-application": "0x9"},
        {CONSUMERS % "intake.start-application": "1x9", CONSUMERS % "intake.start-application.dead": "0x9"},
    ),
    Case("MessagesOld", "9m", {OLD % "a": "0x9", OLD % "b": "61+60x9"}, {OLD % "a": "59x9", OLD % "b": "90 90 0x9"}),
    Case(
        "ManyRetries",
        "15m",
        {ENDED % "done": "0+7x20", ENDED % "retried": "0+3x20"},
        {ENDED % "done": "0+9x20", ENDED % "retried": "0+1x20"},
    ),
    Case("DeadLetters", "9m", {DEAD % ".dead": "1x9"}, {DEAD % ".dead": "0x9", DEAD % "": "5x9"}),
    Case(
        "CodeEmailOverdue",
        "5m",
        {"ace_oldest_code_email_due_seconds": "61+60x9"},
        {"ace_oldest_code_email_due_seconds": "59x9"},
    ),
    Case(
        "MailServerAway",
        "15m",
        {EMAILS % "deferred": "0+5x20", EMAILS % "sent": "0+4x20"},
        {EMAILS % "deferred": "0+4x20", EMAILS % "sent": "0+5x20"},
    ),
    Case(
        "EmailsRefused",
        "60m",
        {EMAILS % "refused": "0+1x70", EMAILS % "sent": "0+5x70"},
        {EMAILS % "refused": "0+1x70", EMAILS % "sent": "0+20x70"},
    ),
    Case(
        "EndedByOurFault",
        "9m",
        {'ace_applications_total{state="expired",problem="delayed"}': "0 0 0 1x9"},
        {
            'ace_applications_total{state="expired",problem="delayed"}': "0x9",
            'ace_applications_total{state="expired",problem="none"}': "0 0 0 1x9",
        },
    ),
    Case(
        "ManyFailedStarts",
        "60m",
        {'ace_failed_starts_total{problem="importer-not-matched"}': "0+4x70"},
        {
            'ace_failed_starts_total{problem="importer-not-matched"}': "0+3x70",
            'ace_failed_starts_total{problem="field-invalid"}': "0+9x70",
        },
    ),
    Case(
        "ManySecurityEvents",
        "60m",
        {'ace_security_events_total{kind="form-token"}': "0+9x70"},
        {'ace_security_events_total{kind="form-token"}': "0+8x70"},
    ),
]

"""Every metric, once, with its meaning for operators."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("ace_messages_total", "Messages handled, by queue and result", ["queue", "result"])
CONFLICTS = Counter("ace_conflicts_total", "Times another process changed an application first", ["queue"])
STEP_SECONDS = Histogram("ace_step_seconds", "From a message's delivery to its acknowledgement", ["queue"])
EMAILS = Counter("ace_emails_total", "Emails handed to the mail server, by kind and result", ["kind", "result"])
EMAIL_SECONDS = Histogram(
    "ace_email_seconds",
    "From the step that made an email due to the mail server's acceptance; ten seconds are the promise",
    ["kind"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
)
SWEPT = Counter("ace_swept_total", "Applications closed by the sweep, by their state before", ["state"])
SECURITY_EVENTS = Counter(
    "ace_security_events_total",
    "What visitors of good will do not send, by kind: forged form tokens, other sites' posts and the like",
    ["kind"],
)
STAMPED = Gauge("ace_broker_stamps", "1 while the broker is proved to overwrite forged times of arrival")
GATEWAY_SKEW = Gauge(
    "ace_gateway_clock_skew_seconds",
    "The gateway's time of its latest command minus the broker's; negative also for one that was sent late",
    ["gateway"],
)
READY = Gauge("ace_ready", "1 while broker, database and consumers are available")
FAILED_STARTS = Counter("ace_failed_starts_total", "Starts that failed a validation, by problem", ["problem"])
CODE_CHECKS = Counter("ace_code_checks_total", "Codes that were entered, by answer", ["answer"])
STRANGERS = Counter("ace_strangers_total", "Messages about another gateway's application, by queue", ["queue"])
LIMITS = Counter("ace_limits_total", "Starts that met a limit, by limit and answer", ["limit", "answer"])

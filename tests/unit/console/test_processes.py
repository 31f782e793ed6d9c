"""The doctor compares keys between services, and commits within one, by what each process reports."""

from typing import Any

from services.console.checks.keys import compare_keys
from services.console.checks.processes import Process, compare_commits, parse_ring, read_processes
from services.console.checks.verdict import Verdict
from shared.messaging.connection import make_broker
from shared.messaging.connection_properties import COMMIT, KEYS, describe_process
from shared.security.keys import KeyRing, make_ring
from shared.settings.processes import IntakeSettings

ONE, OTHER = make_ring(), make_ring()


def process(program: str, **rings: str) -> Process:
    return Process(program, {purpose: parse_ring(KeyRing.parse(ring).describe()) for purpose, ring in rings.items()})


def found(*processes: Process) -> list[tuple[Verdict, str]]:
    return [(check.verdict, check.says) for check in compare_keys(processes)]


def test_a_fingerprint_is_the_same_for_the_same_key_and_shows_nothing_of_it() -> None:
    shown = KeyRing.parse(ONE).describe()
    assert shown == KeyRing.parse(ONE).describe() != KeyRing.parse(OTHER).describe()
    id, _, encoded = ONE.partition(":")
    assert shown.startswith(f"{id}=")
    assert len(shown) == len(id) + 9
    assert encoded[:8] not in shown


def test_a_process_reports_its_commit_and_the_rings_that_it_has_with_its_connection() -> None:
    settings = IntakeSettings.model_validate(
        {"keys_commands": ONE, "keys_storage": OTHER, "keys_index": "nonsense", "commit": "0123abcd"}
    )
    reported = describe_process(settings)
    assert reported[KEYS].keys() == {"commands", "storage"}
    assert reported[COMMIT] == "0123abcd"
    broker = make_broker("amqp://intake:x@localhost/", "intake", reported)
    assert broker._connection_kwargs["client_properties"] == reported


def connection(user: str, name: str, keys: Any, **properties: Any) -> dict[str, Any]:
    return {"user": user, "client_properties": {"connection_name": name, KEYS: keys, **properties}}


def test_only_our_services_are_believed_by_the_user_that_the_broker_vouches_for() -> None:
    rings = {"commands": "k1=00000000"}
    seen = [
        connection("intake", "gateway", rings),
        connection("operator", "verifier", rings),
        connection("a-partner", "intake", rings),
        connection("verifier", "verifier", "nonsense"),
        {"user": "provisioner", "client_properties": {}},
        {"user": "provisioner"},
    ]
    assert [each.program for each in read_processes(seen, "operator")] == ["intake", "verifier"]


def test_the_same_keys_are_well_and_more_keys_for_what_is_old_too() -> None:
    gateway, intake = process("gateway", commands=ONE), process("intake", commands=f"{ONE},{OTHER}", storage=OTHER)
    [(verdict, says)] = found(gateway, intake, process("provisioner", storage=OTHER))
    assert verdict is Verdict.OK
    assert says.endswith("gateway, intake, provisioner")


def test_another_key_under_the_same_id_is_named_with_both_sides_once() -> None:
    id, other = ONE.partition(":")[0], OTHER.partition(":")[2]
    intakes = [process("intake", commands=f"{id}:{other}")] * 3
    [(verdict, says)] = found(process("gateway", commands=ONE), process("verifier", commands=ONE), *intakes)
    assert verdict is Verdict.BAD
    assert says == f"key {id} of ACE_KEYS_COMMANDS is another one at gateway and verifier than intake"


def test_a_key_that_one_seals_with_and_another_lacks_is_named_with_what_to_do() -> None:
    id = OTHER.partition(":")[0]
    verifier, mailer = process("verifier", code_email=f"{OTHER},{ONE}"), process("code-mailer", code_email=ONE)
    [check] = compare_keys([verifier, mailer])
    assert check.says == f"code-mailer cannot open what verifier seals: no key {id} in ACE_KEYS_CODE_EMAIL"
    assert check.to_do == f"add key {id} to ACE_KEYS_CODE_EMAIL of code-mailer, and restart it"


def test_without_a_report_nothing_is_compared() -> None:
    assert [check.verdict for check in compare_keys([])] == [Verdict.WARN]


def running(program: str, *commits: str) -> list[Process]:
    seen = [connection(program, program, {}, **({COMMIT: commit} if commit else {})) for commit in commits]
    return read_processes(seen, "operator")


def test_processes_of_one_service_with_different_commits_are_a_warning() -> None:
    check = compare_commits([*running("intake", "aaaa", "bbbb", "aaaa"), *running("verifier", "bbbb", "bbbb")])
    assert (check.verdict, check.says) == (Verdict.WARN, "intake runs aaaa and bbbb")
    assert "one by one" in str(check.to_do)


def test_services_may_run_different_commits_each_one_of_its_own() -> None:
    check = compare_commits([*running("intake", "aaaa", "aaaa"), *running("verifier", "bbbb")])
    assert (check.verdict, check.says) == (Verdict.OK, "one for all processes of each service: aaaa, bbbb")


def test_a_commit_that_a_process_does_not_say_is_unknown_and_one_that_is_too_long_is_cut() -> None:
    assert [each.commit for each in running("intake", "", "a" * 500)] == ["unknown", "a" * 40]

"""What `acectl doctor` says about its findings."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.console.checks import brokers, clocks, databases, drift
from services.console.checks.verdict import Check, Verdict
from services.console.commands import doctor
from services.console.output.exit_codes import Unavailable
from services.console.queues.queue_lines import summarize_queues
from services.console.queues.queue_statistics import QueueStatistics
from shared.domain.errors import TransientFailure
from shared.messaging import broker_admin
from shared.messaging.broker_limits import DEAD_BYTES, USER_LIMITS
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.topology import WORK_QUEUES
from shared.security.keys import KeyRing, make_ring
from shared.settings.groups import SettingError
from shared.settings.processes import Settings
from shared.storage.database import list_index_names
from shared.storage.database_users import UserState

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
KEY = make_ring().partition(":")[2]


def as_it_should_be() -> dict[str, list[dict[str, Any]]]:
    return copy.deepcopy(
        {name: found for name, found in broker_admin.make_definitions().items() if name not in ("vhosts", "parameters")}
    )


def told(**changes: Any) -> tuple[set[Verdict], str]:
    checks = drift.check_topology(drift.BrokerObjects(**{**as_it_should_be(), **changes}))
    return {check.verdict for check in checks}, " ".join(check.says for check in checks)


def test_a_broker_made_from_the_topology_does_not_differ() -> None:
    builtin = [{"name": ""}, {"name": "amq.topic"}]
    replies = [{"name": "gateway.replies.gateway.0001", "policy": None, "exclusive": True}]
    made = as_it_should_be()
    assert told(exchanges=made["exchanges"] + builtin, queues=made["queues"] + replies)[0] == {Verdict.OK}


@pytest.mark.parametrize("what", ["exchanges", "queues", "policies"])
def test_anything_missing_is_bad_and_named(what: str) -> None:
    made = as_it_should_be()
    gone = made[what].pop()
    verdicts, says = told(**made)
    assert verdicts == {Verdict.BAD}
    assert f"{gone['name']} is missing" in says


def test_a_binding_that_is_missing_is_bad() -> None:
    made = as_it_should_be()
    gone = made["bindings"].pop()
    assert f"{gone['source']} does not feed {gone['destination']}" in told(**made)[1]


@pytest.mark.parametrize(
    ("what", "part", "value", "says"),
    [
        ("queues", "arguments", {"x-queue-type": "classic"}, "a different argument"),
        ("exchanges", "type", "fanout", "a different type"),
        ("policies", "definition", {"delivery-limit": 3}, "a different definition"),
        ("queues", "policy", "theirs", "governed by the policy theirs"),
    ],
)
def test_a_difference_is_bad(what: str, part: str, value: Any, says: str) -> None:
    made = as_it_should_be()
    for each in made[what]:
        each[part] = value
    verdicts, said = told(**made)
    assert verdicts == {Verdict.BAD}
    assert says in said
    assert "more" in said or what == "policies"


def test_a_policy_that_overrules_ours_must_be_deleted_because_applying_does_not() -> None:
    made = as_it_should_be()
    for queue in made["queues"]:
        queue["policy"] = "theirs"
    [check] = drift.check_topology(drift.BrokerObjects(**made))
    assert check.verdict is Verdict.BAD
    assert (check.to_do or "").startswith("delete that policy")


def test_anything_extra_is_a_warning() -> None:
    made = as_it_should_be()
    tap = {"source": "ace.events", "destination": "tap", "routing_key": "#"}
    verdicts, says = told(queues=[*made["queues"], {"name": "tap"}], bindings=[*made["bindings"], tap])
    assert verdicts == {Verdict.WARN}
    assert "queue tap" in says
    assert "ace.events also feeds tap" in says


def granted() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    users = [
        {"user": user, "configure": found.configure, "write": found.write, "read": found.read}
        for user, found in PERMISSIONS.items()
    ]
    topics = [
        {"user": user, "exchange": exchange, "write": keys}
        for user, found in PERMISSIONS.items()
        for exchange, keys in found.keys.items()
    ]
    return users, topics


def test_correct_permissions_name_who_may_replay_dead_letters() -> None:
    users, topics = granted()
    operator = {"user": "ada", "configure": "^$", "write": r"^ace\.replay$", "read": ".*"}
    [check] = drift.check_permissions([*users, operator], topics)
    assert check.verdict is Verdict.OK
    assert check.says.endswith("may replay dead letters: ada")


def test_permissions_that_were_widened_are_bad() -> None:
    users, topics = granted()
    users[1]["write"] = ".*"
    topics[-1]["write"] = ".*"
    [check] = drift.check_permissions(users, topics)
    assert check.verdict is Verdict.BAD
    assert users[1]["user"] in check.says
    assert topics[-1]["user"] in check.says


def test_services_that_share_a_user_are_a_warning() -> None:
    [check] = drift.check_permissions([], [])
    assert check.verdict is Verdict.WARN


def test_limits_that_are_not_set_are_a_warning_and_an_operators_own_numbers_are_right() -> None:
    users = [{"user": user, "value": dict(USER_LIMITS)} for user in PERMISSIONS]
    vhosts = [{"vhost": "/", "value": {"max-queues": 7}}]
    assert [check.verdict for check in drift.check_limits(users, vhosts)] == [Verdict.OK]
    users[0]["value"] = {"max-channels": 9}
    [check] = drift.check_limits(users, [])
    assert check.verdict is Verdict.WARN
    assert check.says == "not set: max-connections of gateway, max-queues of the virtual host"


def test_what_a_gateways_user_left_behind_is_bad() -> None:
    made = as_it_should_be()
    made["queues"].append({"name": "gateway.replies.gateway.0001", "exclusive": False})
    made["exchanges"].append({"name": "gateway.replies.gateway.0002"})
    verdicts, says = told(**made)
    assert verdicts == {Verdict.BAD}
    assert says == "by a gateway's user: gateway.replies.gateway.0001, gateway.replies.gateway.0002"


def test_dead_letters_that_are_nearly_full_are_bad() -> None:
    names = [name for queue in WORK_QUEUES for name in (queue.name, queue.dead)]
    statistics = {name: QueueStatistics(0, 1) for name in names}
    statistics["verifier.check-code.dead"] = QueueStatistics(9, 0, size=int(DEAD_BYTES * 0.9))
    found = {check.name: check for check in brokers.check_queues(summarize_queues(statistics), "start {}".format)}
    assert found["dead letters"].verdict is Verdict.BAD
    assert found["dead letters"].says.startswith("verifier.check-code is 90% full")


@pytest.mark.parametrize(
    ("off", "verdict"),
    [(0.5, Verdict.OK), (-1.9, Verdict.OK), (5, Verdict.WARN), (-5, Verdict.WARN), (31, Verdict.BAD)],
)
def test_clocks_that_differ_are_reported(off: float, verdict: Verdict) -> None:
    assert clocks.check_clock("a clock", NOW + timedelta(seconds=off), NOW).verdict is verdict


def test_a_clock_with_a_resolution_of_one_second_is_allowed_that_second() -> None:
    assert clocks.check_clock("a clock", NOW - timedelta(seconds=2.5), NOW, precision=1).verdict is Verdict.OK


def test_indexes_that_are_missing_are_bad_and_others_a_warning() -> None:
    wanted = list_index_names()
    assert [check.verdict for check in databases.check_indexes(wanted)] == [Verdict.OK]
    [missing] = databases.check_indexes({**wanted, "applications": set()})
    assert missing.verdict is Verdict.BAD
    assert "applications.reference_1" in missing.says
    [extra] = databases.check_indexes({**wanted, "applications": wanted["applications"] | {"mine_1"}})
    assert (extra.verdict, "applications.mine_1" in extra.says) == (Verdict.WARN, True)


def test_an_index_that_is_no_longer_unique_is_bad() -> None:
    wanted = list_index_names()
    assert "importer_1 (unique)" in wanted["top_accounts"]
    [check] = databases.check_indexes({**wanted, "top_accounts": {"application_id_1 (unique)", "importer_1"}})
    assert (check.verdict, "top_accounts.importer_1" in check.says) == (Verdict.BAD, True)
    assert (check.to_do or "").startswith("drop each")


@pytest.mark.parametrize(
    ("found", "verdict", "says"),
    [
        (UserState(is_open=False, missing=[], different=[]), Verdict.OK, "nothing else"),
        (UserState(is_open=True, missing=[], different=[]), Verdict.WARN, "lets anybody in"),
        (UserState(is_open=False, missing=["intake"], different=[]), Verdict.WARN, "none for intake"),
        (UserState(is_open=True, missing=[], different=["verifier"]), Verdict.BAD, "verifier"),
        (None, Verdict.WARN, "may not see"),
    ],
)
def test_database_users_that_may_do_more_are_bad_and_missing_ones_a_warning(
    found: UserState | None, verdict: Verdict, says: str
) -> None:
    check = databases.check_users(found)
    assert (check.verdict, says in check.says) == (verdict, True)


def keys(used: dict[str, int]) -> Check:
    ring = KeyRing.parse(f"new:{KEY},old:{KEY},spare:{KEY}")
    [check] = databases.check_keys({"importers.record": used}, ring)
    return check


def test_the_keys_that_documents_need_are_counted() -> None:
    check = keys({"new": 3, "old": 2})
    assert check.verdict is Verdict.OK
    assert "still needed: old (2 fields)" in check.says
    assert "no document needs spare" in check.says


def test_a_missing_key_that_documents_need_is_bad() -> None:
    check = keys({"new": 3, "lost": 2})
    assert check.verdict is Verdict.BAD
    assert "lost" in check.says


@pytest.mark.parametrize(
    "failure", [Unavailable("away"), SettingError("unset"), TransientFailure("away"), RuntimeError("x"), TimeoutError()]
)
async def test_a_part_that_cannot_be_checked_hides_no_other_part(failure: Exception) -> None:
    async def fails(_settings: Settings) -> list[Check]:
        raise failure

    [check] = await doctor.check_part("broker", fails, Settings.model_construct())
    assert (check.name, check.verdict) == ("broker", Verdict.BAD)

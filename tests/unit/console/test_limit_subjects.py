"""Operators look where intake counts: both make the same keys of a number, a name, an address and a network."""

from services.console.limits.report import describe
from services.console.limits.subject import Subject
from shared.domain.limits.tally import Tally, find_slot
from shared.security.networks import tag_networks
from shared.storage.limits import Counted
from tests.unit.intake.registry import INDEX, Registry
from tests.unit.intake.starting import NOW, REQUEST

HOST = "203.0.113.7"


async def test_what_intake_counts_about_a_failed_match_is_found() -> None:
    registry = Registry(None)
    await registry.look_up(networks=tag_networks(INDEX, HOST))
    counted = registry.limits.failures.keys()
    importer = Subject.read_importer(REQUEST.importer_number, INDEX)
    assert counted & set(importer.keys)
    assert any(key.startswith(importer.beginnings) for key in counted)
    assert counted >= set(Subject.read_name(REQUEST.company_name.upper(), INDEX).keys)
    assert counted >= set(Subject.read_network(HOST, INDEX).keys)


async def test_what_intake_counts_about_a_match_is_found() -> None:
    registry = Registry(top_account="A-1")
    await registry.look_up()
    assert registry.limits.failures.keys() & set(Subject.read_address(REQUEST.email, INDEX).keys)
    registry = Registry()
    await registry.look_up()
    places = registry.limits.codes.keys()
    assert places & set(Subject.read_importer(REQUEST.importer_number, INDEX).keys)
    assert places & set(Subject.read_address("pat@example.com", INDEX).keys)


def test_a_name_is_judged_for_social_security_numbers_too_which_are_asked_for_a_step_up_earlier() -> None:
    subject = Subject.read_name("Acme Imports", INDEX)
    counted = Counted({subject.keys[0]: Tally({find_slot(NOW): 5})})
    lines = describe(subject.find_limits(counted.tallies), counted, 0, NOW)
    assert [(line["limit"], line["last_hour"], line["leads_to"]) for line in lines] == [
        ("name", 5, None),
        ("name, with Social Security numbers", 5, "verification, or a wait"),
    ]

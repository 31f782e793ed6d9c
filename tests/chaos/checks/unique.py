"""2. An importer belongs to at most one top account, an address to at most one portal user; all or nothing."""

from collections import Counter
from collections.abc import Iterator

from shared.contracts.state import State
from tests.chaos.checks.evidence import Evidence
from tests.chaos.people.ledger import Ledger

WITH_ACCOUNT = (State.PROVISIONED, State.COMPLETED)


def accounts_are_unique(_ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """No two accounts share an importer or an address."""
    accounts = evidence.documents["top_accounts"]
    for count in Counter(document["owner"] for document in accounts).values():
        if count > 1:
            yield f"{count} accounts of one address"
    for count in Counter(document["importer"] for document in accounts).values():
        if count > 1:
            yield f"{count} accounts of one importer"


def accounts_are_whole(_ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """An account, its application, owner, importer link and view either all exist, or none of them."""
    accounts = {document["_id"]: document for document in evidence.documents["top_accounts"]}
    by_id = {application.id: application for application in evidence.applications.values()}
    for number, document in accounts.items():
        application = by_id.get(document["application_id"])
        if application is None or application.account != number:
            yield f"account {number} belongs to no application that knows it"
        elif (application.importer, application.email) != (document["importer"], document["owner"]):
            yield f"account {number} is for another importer or owner than {application.reference}"
    for application in by_id.values():
        if application.account and application.account not in accounts:
            yield f"{application.reference} has an account that is not there"
        if bool(application.account) != (application.state in WITH_ACCOUNT):
            yield f"{application.reference} is {application.state}, and its account is {application.account}"
    linked = {document["_id"]: document["top_account"] for document in evidence.documents["importers"]}
    views = {document["_id"]: document["account"] for document in evidence.documents["importer_views"]}
    users = evidence.documents["portal_users"]
    owners = {document["_id"]: document["account"] for document in users if document["account"]}
    by_importer = {(document["importer"], number) for number, document in accounts.items()}
    if {(importer, number) for importer, number in linked.items() if number} != by_importer:
        yield "links and accounts differ"
    if set(views.items()) != by_importer:
        yield "importer views and accounts differ"
    if set(owners.items()) != {(document["owner"], number) for number, document in accounts.items()}:
        yield "portal users and accounts differ"

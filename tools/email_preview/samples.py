"""Made-up emails: one of each kind, and one for each thing that changes how it looks. Nobody in them exists."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from services.notifier.rendering import EmailRenderer, RenderedEmail
from shared.contracts.email_kind import EmailKind
from shared.contracts.problem import Problem
from shared.domain import reference
from shared.domain.account import derive_number
from shared.domain.fields.importer_number import ImporterNumber

ID = UUID("c5c0a1f4-6c8e-5d53-9f5e-2f9a1d6d7b10")
NUMBER = ImporterNumber.parse("07-1234567AB")
CODE = "7K2M-0XQ9"
TO_POINT_OF_CONTACT = (EmailKind.VERIFICATION_CODE, EmailKind.ACCOUNT_CREATED_NOTICE, EmailKind.REQUESTS_DIGEST)
EXPIRES_AT = datetime(2026, 11, 23, 20, 7, tzinfo=UTC)


@dataclass(frozen=True)
class SampleEmail:
    """The data of one email. Its files are called `name`."""

    name: str
    kind: EmailKind
    company_name: str = "Harbor Lights Imports LLC"
    owner_name: str = "Jane Q. Doe"
    poc_name: str = "Sam Okafor"
    requester_email: str = "jane.doe@harbor-lights.example"
    problem: Problem | None = None
    more_importers: bool = False

    def render(self, emails: EmailRenderer) -> RenderedEmail:
        """Renders it like a real email."""
        to = "sam.okafor@harbor-lights.example" if self.kind in TO_POINT_OF_CONTACT else self.requester_email
        said: dict[str, object] = {
            "reference": reference.derive(ID),
            "company_name": self.company_name,
            "importer_number": NUMBER.masked,
            "requester_email": self.requester_email,
            "poc_name": self.poc_name,
            "account": derive_number(ID),
            "problem": self.problem,
            "owner_name": self.owner_name,
            "code": CODE,
            "expires_at": EXPIRES_AT,
            "since": EXPIRES_AT,
            "requests": "7 requests",
            "more_importers": "",
            **_list_importer(0, self.company_name, NUMBER.masked, "5 requests"),
            **_list_importer(1, "Pier 9 Trading", "***-**-6789", "1 request"),
        }
        if self.more_importers:
            said |= {"requests": "41 requests", "more_importers": "9 other importers"}
        return emails.write(self.kind, to=to, application_id=ID, said=said)


def make_samples() -> Iterator[SampleEmail]:
    """Every sample email."""
    for kind in EmailKind:
        plain = SampleEmail(kind, kind)
        if kind is EmailKind.APPLICATION_REFUSED:
            for problem in (Problem.IMPORTER_ALREADY_LINKED, Problem.EMAIL_IN_USE):
                yield replace(plain, name=f"{kind}-{problem}", problem=problem)
            yield replace(plain, name=f"{kind}-otherwise")
        else:
            yield plain
        if kind in TO_POINT_OF_CONTACT:
            yield replace(plain, name=f"{kind}-to-no-name", poc_name="", more_importers=True)
        yield _use_long_names(plain)
        yield _use_hostile_names(plain)


def _list_importer(place: int, company: str, number: str, requests: str) -> dict[str, object]:
    line = {"company_name": company, "importer_number": number, "requests": requests}
    return {f"importers.{place}.{name}": value for name, value in line.items()}


def _use_long_names(plain: SampleEmail) -> SampleEmail:
    return replace(
        plain,
        name=f"{plain.kind}-long-names",
        company_name="Soci\u00e9t\u00e9 g\u00e9n\u00e9rale d'importation et de distribution "
        + "Q" * 60
        + " Incorporated",
        owner_name="Maria-Magdalena Konstantinopolskaya-Featherstonehaugh y Fern\u00e1ndez de la Vega",
        poc_name="Wolfeschlegelsteinhausenbergerdorff " * 2,
        requester_email=f"{'accounts.payable.' * 3}import@{'very-long-subsidiary-name.' * 3}example",
        problem=Problem.EMAIL_IN_USE,
    )


def _use_hostile_names(plain: SampleEmail) -> SampleEmail:
    name = '<b>"Acme" & Sons</b> {{ code }}'
    tower = "Z" + "".join(map(chr, range(0x300, 0x320)))
    return replace(
        plain,
        name=f"{plain.kind}-hostile-names",
        company_name=name + " \u05d7\u05d1\u05e8\u05ea \u05d9\u05d1\u05d5\u05d0 \u202egnp.exe",
        owner_name=f"{name}\r\n\r\n1111-1111 {tower} Visit http://evil.example/x or call 1-888-555-0100",
        poc_name=name + " <script>alert(1)</script>",
        problem=Problem.IMPORTER_ALREADY_LINKED,
    )

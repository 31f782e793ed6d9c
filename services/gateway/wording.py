"""Every sentence about a broken rule or a problem: what happened, and what to do next."""

from dataclasses import dataclass
from datetime import datetime

from services.gateway.fields import TITLES
from shared.clock import EASTERN
from shared.contracts.replies import Refused
from shared.domain.letter import LetterStatus
from shared.domain.problem import Problem
from shared.settings import Settings

FORMATS = (
    "The valid formats are: NN-NNNNNNNXX (EIN with its two-character suffix), YYDDPP-NNNNN (CBP-assigned number) and "
    "NNN-NN-NNNN (Social Security number)."
)
CODE_FORM = (
    "This is not how a code looks: it has eight letters and digits, written XXXX-XXXX. Copy it from the point of "
    "contact's e-mail. This did not count as a try."
)


@dataclass(frozen=True)
class Notice:
    """A problem in words."""

    problem: Problem
    heading: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it in one paragraph."""
        return " ".join((self.heading, *self.sentences))


_RULES: dict[str, str] = {
    "missing": "Enter the {field}.",
    "too-long": "The {field} is too long. Shorten it.",
    "unprintable": "The {field} holds a character that cannot be printed. Type it again.",
    "malformed": "The {field} is not in a form that we know. Check it.",
    "unknown": "We do not know this {field}. Check it.",
    "ambiguous": "More than one {field} begins like this. Type more of it.",
}
_RULES_OF_FIELD: dict[tuple[str, str], str] = {
    ("company_name", "malformed"): "The Company Name needs at least one letter or digit.",
    ("importer_number", "missing"): f"Enter the Importer Record Number (IR#). {FORMATS}",
    ("importer_number", "too-long"): f"The Importer Record Number (IR#) is too long. {FORMATS}",
    ("importer_number", "malformed"): f"The Importer Record Number (IR#) is not in a valid format. {FORMATS}",
    ("importer_number", "missing-suffix"): (
        "An EIN needs its two-character suffix here, such as 00 at the end of 12-345678900. You find it on CBP Form "
        f"5106. {FORMATS}"
    ),
    ("importer_number", "ambiguous"): (
        "Without its dashes this number could be of more than one kind. Type the Importer Record Number (IR#) with "
        f"its dashes. {FORMATS}"
    ),
    ("email", "missing"): "Enter your business e-mail address.",
    ("email", "malformed"): "This is not a valid e-mail address. Type it in full, such as name@company.com.",
    ("code", "missing"): "Enter the code that the point of contact received by e-mail.",
    ("code", "malformed"): CODE_FORM,
    ("code", "too-long"): CODE_FORM,
    ("organizational_structure", "missing"): "Select the Company Organizational Structure from the list.",
    ("organizational_structure", "unknown"): "Select the Company Organizational Structure from the list.",
    ("fiscal_year_end", "malformed"): "Type the date as MM/DD/YYYY, such as 12/31/2026, or leave it empty.",
    ("fiscal_year_end", "too-long"): "Type the date as MM/DD/YYYY, such as 12/31/2026, or leave it empty.",
    ("duns", "malformed"): "A DUNS number has nine digits. Correct it or leave it empty.",
    ("duns", "too-long"): "A DUNS number has nine digits. Correct it or leave it empty.",
    ("website", "malformed"): "This is not a website's address. Type it as www.company.com, or leave it empty.",
    ("country", "missing"): "Enter the Country: a code or name, or its beginning.",
    ("country", "unknown"): "No country has this code or name, or begins with it. Choose one from the list.",
    ("country", "ambiguous"): "Several countries begin like this. Type more of the name, or the two-letter code.",
    ("state", "missing"): "Enter the State. It is needed in the United States, Canada and Mexico.",
    ("state", "unknown"): "The country above has no state with this name or abbreviation. Choose one from the list.",
    ("state", "ambiguous"): "Several states begin like this. Type more of the name, or the abbreviation.",
    ("postal_code", "missing"): "Enter the Zip Code, or N/A where your country has none.",
    ("postal_code", "malformed"): "This is not how a Zip Code of the country above looks. Check both.",
    ("postal_code", "not-used"): "The country above has no postal codes. Enter N/A.",
    ("postal_code", "needed"): "The country above has postal codes. Enter the one of your address.",
    ("telephone", "malformed"): (
        "This is not a telephone number of the country above. Type it with its area code, such as 202-555-0123; "
        "begin with + for another country's."
    ),
    ("telephone", "no-dashes"): "Put a dash between the parts of the Telephone Number, such as 202-555-0123.",
    ("authorized", "missing"): "Select this box to authorize the account. Without it the request cannot be submitted.",
}


def rule(field: str, name: str) -> str:
    """What a field's error says."""
    sentence = _RULES_OF_FIELD.get((field, name)) or _RULES.get(name, "Check the {field}.")
    return sentence.format(field=TITLES.get(field, "field"))


class Wording:
    """The sentences that name the service desk and the portal."""

    def __init__(self, settings: Settings) -> None:
        self.desk = settings.service_desk_name
        self.contact = (
            f"Ask the {settings.service_desk_name}: {settings.service_desk_phone} or {settings.service_desk_email}."
        )

    def problem(self, refused: Refused, reference: str, now: datetime) -> Notice:
        """What a page says about a refusal."""
        heading, *sentences = self._sentences(refused, reference, now)
        return Notice(refused.problem, heading, tuple(sentences))

    def _sentences(self, refused: Refused, reference: str, now: datetime) -> tuple[str, ...]:
        match refused.problem:
            case Problem.EMAIL_IN_USE:
                return (
                    "This e-mail address already belongs to an ACE Portal user.",
                    "Use another business e-mail address of yours, or sign in to the ACE Portal with this one.",
                    self.contact,
                )
            case Problem.IMPORTER_NOT_MATCHED:
                return (
                    "The Company Name and the Importer Record Number (IR#) together do not match an active 5106 "
                    "importer record.",
                    "Enter both exactly as they stand on the importer's CBP Form 5106, with the number's suffix if "
                    "it has one.",
                    "If you are not sure how they stand there, ask your customs broker.",
                )
            case Problem.POC_EMAIL_MISSING:
                return (
                    "The 5106 importer record has no valid e-mail address of a point of contact.",
                    "We send the verification code to that address, so the record has to be updated first: through "
                    "your customs broker, or with CBP Form 5106.",
                    "An update takes about five business days. Come back after that.",
                )
            case Problem.IMPORTER_ALREADY_LINKED:
                return (
                    "This importer already belongs to an ACE Portal account.",
                    "Ask the owner of that account to give you access.",
                    f"If you do not know who that is: {self.contact[0].lower()}{self.contact[1:]}",
                )
            case Problem.TOO_MANY_REQUESTS:
                return ("There were too many requests for this importer.", *_when_to_return(refused.retry_at, now))
            case Problem.CODE_WRONG:
                return (
                    "This is not the code of this request.",
                    "Compare it with the e-mail to the point of contact. Its reference must be the one on this page.",
                    _tries(refused.tries_left),
                )
            case Problem.CODE_EXPIRED:
                return (
                    "The verification code is no longer valid: its time is over.",
                    "The request starts again, and what was entered before is gone.",
                    "Agree with the point of contact when you will both be there, then fill in this page again. "
                    "A new code will be sent.",
                )
            case Problem.APPLICATION_LOCKED:
                return (
                    "This request is locked: a wrong code was entered five times.",
                    "The request starts again, and its code no longer works.",
                    "Fill in this page again. The point of contact will be sent a new code.",
                )
            case Problem.POC_EMAIL_REFUSED:
                return (
                    "The verification code could not be delivered: the mail server refused the point of contact's "
                    "e-mail address.",
                    "Have the address in the 5106 importer record corrected, through your customs broker or with CBP "
                    "Form 5106. An update takes about five business days.",
                )
            case Problem.SESSION_OVER:
                return (
                    "Your session is over, or this page belonged to an earlier request.",
                    "This happens after 30 minutes without a request, when a new request was started in another tab, "
                    "or when the browser keeps no cookies.",
                    "Nothing was sent. Check what stands below and select Next > to go on.",
                )
            case Problem.UNAVAILABLE:
                named = f" Name the reference {reference}." if reference else ""
                return (
                    "Your request could not be completed because of trouble on our side.",
                    "What you typed is still here. Try again in a few minutes.",
                    f"If it happens again: {self.contact[0].lower()}{self.contact[1:]}{named}",
                )
            case Problem.FIELD_INVALID:
                return ("Something that was entered was not accepted.", "Check the fields below and send them again.")


def _tries(left: int | None) -> str:
    if left is None:
        return "After five wrong codes the request is locked."
    return f"You have {left} {'try' if left == 1 else 'tries'} left."


def _when_to_return(retry_at: datetime | None, now: datetime) -> tuple[str, ...]:
    if retry_at is None:
        return ("Come back in an hour.",)
    minutes = max(1, -int((now - retry_at).total_seconds() // 60))
    span = f"{minutes} minutes" if minutes > 1 else "a minute"
    if minutes > 90:
        span = f"{-(-minutes // 60)} hours"
    return (f"Come back in about {span}, after {moment(retry_at)}.", "What you typed was not lost.")


def moment(time: datetime) -> str:
    """A time of day in Washington: ``3:41:07 PM Eastern Time``."""
    return time.astimezone(EASTERN).strftime("%I:%M:%S %p Eastern Time").lstrip("0")


def letter(status: LetterStatus | None) -> str:
    """How far the letter with the code is, honestly."""
    match status:
        case LetterStatus.SENT:
            return "The e-mail with the code was sent to the point of contact: the mail server accepted it."
        case LetterStatus.DEFERRED:
            return (
                "The mail server could not take the e-mail with the code yet. We keep trying while the code is valid."
            )
        case LetterStatus.REFUSED:
            return "The e-mail with the code could not be delivered."
        case _:
            return "The e-mail with the code is being sent to the point of contact. It can take a little longer."


def waiting(command: str) -> tuple[str, str]:
    """What is being waited for: heading and sentence, by the name of the command or place."""
    return _WAITING.get(command, _WAITING["start-application"])


_WAITING = {
    "start-application": ("Your request is being checked", "We compare what you entered with the importer's record."),
    "issuing": ("Your request was accepted", "The verification code is being made."),
    "check-code": (
        "Your code is being checked",
        "Your code counts from the moment you sent it, however long this takes.",
    ),
    "submit-details": (
        "Your request is being submitted",
        "We are taking in your company and account owner information.",
    ),
    "creating": ("Your account is being created", "Top account, account owner and importer view are being set up."),
    "abandon-application": ("Your request is being withdrawn", "After that you can begin anew."),
}

TROUBLE: dict[int, tuple[str, str]] = {
    400: ("This could not be read", "Something in what your browser sent was not complete. Go back and try again."),
    403: (
        "This was not sent from our own page",
        "For your protection we take forms from our own pages only. Open the form again and fill it in there.",
    ),
    404: ("There is no such page", "Check the address, or go to the start page."),
    405: ("This page cannot be used like that", "Go to the start page and follow the form from there."),
    408: ("That took too long", "What your browser sent did not arrive in time. Go back and try again."),
    413: (
        "That is too much",
        "What your browser sent is larger than the whole form can be. Go back and shorten what you typed.",
    ),
    415: ("This could not be read", "The form was sent in a way that this page does not know. Open the form again."),
    500: (
        "Something went wrong on our side",
        "Go back and try again. What was already submitted is not lost.",
    ),
}
"""Pages about a request that cannot be served, by status."""

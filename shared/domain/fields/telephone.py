"""Business telephone numbers: dashes between the parts, checked against numbering plan data."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from shared.domain.errors import Invalid
from shared.domain.fields.label import COUNTED, is_label
from shared.domain.fields.text import LEFT_TO_RIGHT, read_line, replace_dashes

LONGEST = 100
"""Characters that may be typed, including spaces and a label. The longest number has 15 digits and an extension."""

_WORDS = (
    "tel telephone telephones phone phones ph t p fon telefon telefono tel\u00e9fono t\u00e9l t\u00e9l\u00e9phone "
    "voice call callto text sms whatsapp my our us me at business bus company office off o main work w home h direct "
    "dial d line desk reception switchboard hq headquarters contact cell cells cellular cellphone c mobile mob m "
    f"landline land toll free tollfree fax f {COUNTED}"
)
_ACRONYMS = "tf did"
"""Words in labels of copied numbers: ``Tel. No.``, ``(o)``, ``tel:``, ``Direct line``."""

_WRITTEN = re.compile(
    r"""(?P<before>[^\d+]*?)
        (?P<number>(?:[(\[\s]*\+)?[(\[\s]*\d(?:[\d()\[\]\ ./_\u00b7\u2022\u2219\u2027-]*\d)?)
        (?:[^\w+]*?
           (?:(?:extensions?|extention|extn|xtn|ext|xt|x|e(?=\.)|local|loc|poste|anexo|interno|int)
              [\W_]*(?:(?:number|no|nr)\b[\W_]*)?(?P<extension>\d{1,7})
             |\#\s*(?P<counted>\d{1,7})
             |[,;]+\s*(?P<dialed>\d{1,5}))
           \#?)?
        (?P<behind>\D*)""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""A number between labels, with an extension after a word for it, ``#``, or the commas that make phones pause."""

_CONTEXT = re.compile(r";phone-context=(\+[\d-]+)", re.IGNORECASE | re.ASCII)
"""Where a local number of a ``tel:`` address begins (RFC 3966, 5.1.5)."""

_ABROAD = re.compile(r"^\D*0(?:0|\D*11)", re.ASCII)
"""What most countries and North America dial before a foreign number."""

_SEVERAL = re.compile(r"(?:\d[\W_]*){7,}(?:or|and|[/&,;+]|\s-\s)[\W_]*(?:\d[\W_]*){7,}", re.ASCII)

_RULES = {
    ValidationResult.TOO_SHORT: "incomplete",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "incomplete",
    ValidationResult.TOO_LONG: "too-many-digits",
}

_UNREADABLE = {
    NumberParseException.INVALID_COUNTRY_CODE: "no-such-country",
    NumberParseException.TOO_SHORT_AFTER_IDD: "incomplete",
    NumberParseException.TOO_SHORT_NSN: "incomplete",
    NumberParseException.TOO_LONG: "too-many-digits",
}


def parse(text: str, country: str | None) -> str:
    """The number with dashes between its parts, and its extension: ``703-555-0100 ext. 12``.

    Typed dashes and other separators decide the parts. Without dashes, the country's numbering plan decides; if it
    does not know the number, which may be new, the parts stay as typed. A number without ``+`` belongs to the given
    country; without a country, only its format is checked.

    Raises:
        Invalid: ``missing``; ``too-long``; ``incomplete`` (no area code); ``too-many-digits``;
            ``no-such-country`` (no country has the code after the ``+``); ``several``; ``malformed``.

    """
    if len(text) > 4 * LONGEST:
        raise Invalid("too-long")
    typed = replace_dashes(read_line(text.replace(LEFT_TO_RIGHT, ""), longest=LONGEST))
    if context := _CONTEXT.search(typed):
        typed = f"{context[1]} {re.sub('^tel:', '', _CONTEXT.sub('', typed), flags=re.IGNORECASE)}"
    if is_label(typed, _WORDS, _ACRONYMS):
        raise Invalid("missing")
    if _SEVERAL.search(typed):
        raise Invalid("several")
    written = _WRITTEN.fullmatch(typed)
    if not written or not all(is_label(written[part], _WORDS, _ACRONYMS) for part in ("before", "behind")):
        raise Invalid("malformed")
    number = _split_parts(re.sub(r"^[(\[\s]*\+", "+", written["number"]), country)
    extension = written["extension"] or written["counted"] or written["dialed"]
    return f"{number} ext. {extension}" if extension else number


def _split_parts(typed: str, country: str | None) -> str:
    if country is None and not typed.startswith("+"):
        return _put_dashes(typed)
    given = _parse(typed, country)
    readings = [one for one in (given, _parse(_ABROAD.sub("+", typed), country)) if isinstance(one, PhoneNumber)]
    valid = next(filter(phonenumbers.is_valid_number, readings), None)
    number = valid or next((one for one in readings if _judge_length(one) == ValidationResult.IS_POSSIBLE), None)
    if number is None:
        raise Invalid(given if isinstance(given, str) else _RULES.get(_judge_length(given), "malformed"))
    kept = as_typed = _put_dashes(typed)
    ways = _list_spellings(number)
    if number is not given or not _can_be_dialed(as_typed, number) or ("-" not in typed and valid):
        kept = next((way for way in ways if _has_same_digits(way, as_typed)), ways[0])
    if not valid and ("-" not in kept or _is_no_north_american_one(number)):
        raise Invalid("malformed")
    return kept


def _is_no_north_american_one(number: PhoneNumber) -> bool:
    """Whether it has North America's country code, but an area code or exchange that begins with 0 or 1 (NANPA)."""
    return number.country_code == 1 and not re.fullmatch(r"[2-9]\d\d[2-9]\d{6}", str(number.national_number))


def _parse(written: str, country: str | None) -> PhoneNumber | str:
    """The number as dialed in the country, or the rule that it breaks."""
    try:
        return phonenumbers.parse(re.sub(r"[^\d+]", "", written), country)
    except NumberParseException as error:
        return _UNREADABLE.get(error.error_type, "malformed")


def _judge_length(number: PhoneNumber) -> int:
    """What the plan says about the number's length."""
    return phonenumbers.is_possible_number_with_reason(number)


def _can_be_dialed(written: str, number: PhoneNumber) -> bool:
    """Whether it lacks digits that are only dialed inside the country: ``+44 (0)20``."""
    return not written.startswith("+") or _has_same_digits(written, _list_spellings(number)[0])


def _list_spellings(number: PhoneNumber) -> list[str]:
    """The plan's ways to write a number: international, without the plus, national, and without a leading 0."""
    abroad = _put_dashes(phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))
    within = _put_dashes(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))
    return [abroad, abroad.removeprefix("+"), within, abroad.partition("-")[2]]


def _has_same_digits(one: str, other: str) -> bool:
    return one.replace("-", "") == other.replace("-", "")


def _put_dashes(number: str) -> str:
    """The number with each separator replaced by one dash."""
    return re.sub(r"[^\d+]+", "-", number).strip("-").replace("+-", "+")

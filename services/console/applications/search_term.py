"""What an operator finds an application by: its reference, account, importer record number or requester's address."""

import re
from dataclasses import dataclass, field
from typing import Self

import typer

from services.console.output import number_rules
from shared.domain import reference
from shared.domain.errors import Invalid
from shared.domain.fields import email_address
from shared.domain.fields.importer_number import ImporterNumber

ACCOUNT = re.compile(r"A(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")


@dataclass(frozen=True)
class SearchTerm:
    """What was typed. Only `masked` may be shown."""

    kind: str
    """``reference``, ``account``, ``importer`` or ``email``."""
    normal: str = field(repr=False)
    """The form that is indexed."""
    masked: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Tells them apart. Raises `BadParameter`, which does not quote the text."""
        if "@" in text:
            try:
                address = email_address.parse(text)
            except Invalid:
                raise typer.BadParameter("this is not an email address") from None
            return cls("email", email_address.normalize(address), email_address.mask(address))
        if ACCOUNT.fullmatch(account := text.strip().upper()):
            return cls("account", account, account)
        try:
            return cls("reference", name := reference.parse(text), name)
        except Invalid:
            pass
        try:
            number = ImporterNumber.parse(text)
        except Invalid as error:
            what = "no reference (ACE-XXXX-XXXX), account (A-XXXX-XXXX-XXXX) or email address, and as a number it"
            raise typer.BadParameter(f"{what} {number_rules.explain_number(error.rule)}") from None
        return cls("importer", number.value, number.masked)

"""The keys under which limits count, by what they are about: blind indexes and tags."""


def name_codes(importer: str) -> str:
    """Code emails for an importer."""
    return f"codes:{importer}"


def name_contact(contact: str) -> str:
    """Code emails to a contact's address."""
    return f"codes-to:{contact}"

"""The keys under which limits count, by what they are about: blind indexes and tags."""


def name_network(tag: str) -> str:
    """Failed matches from a network."""
    return f"network:{tag}"


def name_number(importer: str) -> str:
    """Failed matches of a number."""
    return f"number:{importer}"


def name_number_and_network(importer: str, tag: str = "") -> str:
    """Failed matches of a number from a network. Without a tag: what all such keys of this number begin with."""
    return f"number-network:{importer}:{tag}"


def name_company(company: str) -> str:
    """Failed matches of a company name."""
    return f"name:{company}"


def name_answers(importer: str, tag: str = "") -> str:
    """Answers after a match, for an importer and a network. Without a tag: what all such keys begin with."""
    return f"answer:{importer}:{tag}"


def name_answers_to(address: str) -> str:
    """Answers after a match, for a requester's address."""
    return f"answer-address:{address}"


def name_codes(importer: str) -> str:
    """Code emails for an importer."""
    return f"codes:{importer}"


def is_of_importer(key: str) -> bool:
    """Whether a key of code emails is an importer's, not a contact's."""
    return key.startswith(name_codes(""))


def name_contact(contact: str) -> str:
    """Code emails to a contact's address."""
    return f"codes-to:{contact}"


def name_lifted(importer: str) -> str:
    """When an operator lifted the limits of an importer."""
    return f"lifted:{importer}"

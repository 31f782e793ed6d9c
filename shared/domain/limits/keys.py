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


def name_contact(contact: str) -> str:
    """Code emails to a contact's address."""
    return f"codes-to:{contact}"

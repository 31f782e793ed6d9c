"""Why a text is not an importer record number, for a person."""

FORMATS = "NN-NNNNNNNXX, YYDDPP-NNNNN or NNN-NN-NNNN"
NUMBER_RULES = {
    "missing": "is empty",
    "missing-suffix": "is an EIN without its two-character suffix: NN-NNNNNNNXX",
    "ambiguous": f"has no hyphens and fits more than one format: {FORMATS}",
}


def explain_number(rule: str) -> str:
    """What is wrong with a number that broke this domain rule."""
    return NUMBER_RULES.get(rule, f"is malformed: it must be {FORMATS}")

"""The lists of values as data for other gateways: ``.venv/bin/python -m tools.documents.values``.

It prints `docs/values.json`. A test in `tests/contract` fails when that file is stale.
"""

import json
import sys
from typing import Any

from shared.contracts.breach import Breach
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.state import FOLLOWERS, State
from shared.domain import base32
from shared.domain.form import authorization, verification_code
from shared.domain.form.account_details import ORGANIZATIONAL_STRUCTURES
from shared.domain.geography import address_rules, countries, states


def make_values() -> dict[str, Any]:
    """Every list that a gateway may show or compare with. Lists of codes grow."""
    return {
        "problems": [problem.value for problem in Problem],
        "contract_rules": [breach.value for breach in Breach],
        "states": {state.value: "open" if state in FOLLOWERS else "final" for state in State},
        "email_kinds": [kind.value for kind in EmailKind],
        "email_statuses": [status.value for status in EmailStatus],
        "organizational_structures": list(ORGANIZATIONAL_STRUCTURES),
        "authorizations": {"newest": authorization.NEWEST, "wordings": authorization.WORDINGS},
        "code": {
            "alphabet": base32.ALPHABET,
            "length": verification_code.LENGTH,
            "tries": verification_code.TRIES,
        },
        "countries": {code: _describe_country(code, name) for code, name in countries.list_names().items()},
        "subdivisions": {country: states.list_names(country) for country in sorted(states.REQUIRED_IN)},
    }


def _describe_country(code: str, name: str) -> dict[str, str]:
    rules = address_rules.load(code)
    postal_code = "none" if not rules.has_code else "required" if rules.code_required else "optional"
    return {
        "name": name,
        "alpha_3": countries.find_alpha_3(code),
        "state": states.use(code),
        "postal_code": postal_code,
    }


def as_json() -> str:
    """The text of `docs/values.json`, a country a line."""
    values = make_values()
    described = {code: json.dumps(country, ensure_ascii=False) for code, country in values["countries"].items()}
    text = json.dumps({**values, "countries": "COUNTRIES"}, indent=2, ensure_ascii=False)
    lines = ",\n".join(f'    "{code}": {country}' for code, country in described.items())
    return text.replace('"COUNTRIES"', f"{{\n{lines}\n  }}") + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_json())

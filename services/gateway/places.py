"""Countries and states, as scripts of ours load them: one file, made at start, kept by browsers for ever."""

import json

from shared.domain import postal


def content() -> bytes:
    """JSON: ``countries`` as [code, name, {state: how it is used, zip: whether there are postal codes}], the United
    States first; ``also`` as [another name, code]; ``states`` by country as [abbreviation, name].
    """
    known = {
        "countries": [
            [code, name, {"state": postal.state_use(code), "zip": postal.has_codes(code)}]
            for code, name in postal.countries().items()
        ],
        "also": [[name, code] for name, code in postal.ALSO_CALLED.items()],
        "states": {code: list(postal.states(code).items()) for code in sorted(postal.STATE_REQUIRED_IN)},
    }
    return json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode()

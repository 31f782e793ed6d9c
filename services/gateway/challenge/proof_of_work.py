"""Our own check: ALTCHA, a proof of work that the browser computes while the person fills in the form.

A challenge is signed for one session, or for one start that intake holds: any process with the same keys can check its
solution, and no other browser can use it. Nothing is stored until it is solved. A solution buys one application: the
command's id is derived from the challenge's (`pages/human_check.py`), so a solution used again, with any process, leads
to the same application.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import altcha

from services.gateway.challenge.memory import Memory
from services.gateway.journey.session import IDLE
from shared.security.fingerprints import Fingerprints
from shared.security.keys import KeyRing

ALGORITHM = "PBKDF2/SHA-256"
LIFETIME = IDLE
"""As long as its page can be sent: somebody may have to look for the importer's CBP Form 5106."""

MOST = 50_000
"""Used solutions remembered: about 20 MB. The command's id covers those that are forgotten."""


@dataclass(frozen=True)
class Cost:
    """How much work a challenge takes: hash rounds for each try, and the number of tries.

    A computer does hundreds of tries a second; a phone needs about a second in all. The server does one try to make a
    challenge and none to check it, so a harder challenge takes more tries.
    """

    rounds: int = 5_000
    fewest: int = 300
    most: int = 600


class ProofOfWork:
    """Makes challenges and checks their solutions."""

    def __init__(self, ring: KeyRing, cost: Cost) -> None:
        self._signers = [Fingerprints(KeyRing({id: key})) for id, key in ring.keys.items()]
        self._cost = cost
        self._used: Memory[UUID] = Memory(MOST)

    def make_challenge(self, subject: UUID, now: datetime, difficulty: int = 1) -> str:
        """Creates a challenge for a session or a held start, as JSON for the widget. Takes milliseconds."""
        cost = self._cost
        made = altcha.create_challenge(
            ALGORITHM,
            cost.rounds,
            counter=difficulty * cost.fewest + secrets.randbelow(difficulty * (cost.most - cost.fewest)),
            expires_at=now + LIFETIME,
            hmac_secret=_make_secret(self._signers[0], subject),
            hmac_key_secret=_make_key_secret(self._signers[0], subject),
        )
        return json.dumps(made.to_dict())

    def check(self, solution: str, subject: UUID, now: datetime) -> UUID | str:
        """Returns the id of the solved challenge, or the rule that the solution breaks. Changes nothing."""
        try:
            payload = altcha.Payload.from_base64(solution)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return "malformed"
        results = [
            altcha.verify_solution(
                payload, _make_secret(signer, subject), hmac_key_secret=_make_key_secret(signer, subject)
            )
            for signer in self._signers
        ]
        if any(result.expired for result in results):
            return "expired"
        if not any(result.verified for result in results):
            return "malformed"
        parameters = payload.challenge.parameters
        if now.timestamp() >= (parameters.expires_at or 0):
            return "expired"
        return UUID(hex=parameters.nonce)

    def use(self, challenge: UUID, use: UUID, now: datetime) -> bool:
        """Uses a solved challenge. The same form may bring it twice; False for another form."""
        if (self._used.get(challenge.hex, now) or use) != use:
            return False
        self._used.put(challenge.hex, use, now + LIFETIME, now)
        return True


def _make_secret(signer: Fingerprints, subject: UUID) -> str:
    return signer.compute("altcha challenge", str(subject))


def _make_key_secret(signer: Fingerprints, subject: UUID) -> str:
    return signer.compute("altcha solution", str(subject))

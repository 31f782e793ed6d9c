"""What passes between the rounds of a step: what was guessed, what an effect returned, and the result."""

from dataclasses import dataclass
from typing import Any, Generic

from shared.domain.errors import PermanentFailure, TransientFailure
from shared.domain.handled_result import HandledResult
from shared.messaging.handler import S


@dataclass(frozen=True)
class StepResult:
    """A message's result, and the failure to raise once its follow-ups are published."""

    result: HandledResult
    failure: TransientFailure | PermanentFailure | None = None


@dataclass(frozen=True)
class EffectResult(Generic[S]):
    """What a handler's effect returned. The handler decides again with it."""

    facts: Any
    stored: S | None
    """What was stored when the effect began; None if it must be loaded again."""


@dataclass(frozen=True)
class Guess(Generic[S]):
    """What is stored as a rule, without having looked. Only saving a change of it proves that it was so."""

    stored: S | None

"""An application: all of its data, and what may happen to it next.

It is frozen: each method returns a changed copy. All personal data in it is sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from shared.contracts.problem import Problem
from shared.contracts.state import FOLLOWERS, REOPENED, State
from shared.domain import reference
from shared.domain.form.verification_code import TRIES
from shared.domain.handled_result import HandledResult, HandledResults
from shared.domain.history import SESSION_OVER

RETRIED_FOR = timedelta(hours=24)
"""How long a message, even a command taken in time, may be on its way before it is parked, retries included."""

TO_ISSUE = timedelta(hours=1)
"""How long after the start a code may still be issued. Later, nobody is waiting for it."""

TO_SUBMIT = timedelta(hours=6)
"""How long after the right code the details may be submitted."""

SWEEP = "sweep"
"""The cause of a transition that no message caused."""

SWEPT_AFTER = timedelta(minutes=2)
"""How long after its end the sweep closes an application. By then, most of what was entered in time is decided."""

REMEMBERED_FOR = timedelta(days=7)
"""How long after its end an application remembers what each message led to: longer than any may still be on its way."""


@dataclass(frozen=True)
class Transition:
    """An entry in an application's history. The cause is a message's name, or ``sweep``."""

    state: State
    at: datetime
    cause: str


@dataclass(frozen=True)
class Code:
    """An issued code: only its HMAC is kept."""

    mac: str
    issued_at: datetime
    expires_at: datetime
    tries: int = 0


@dataclass(frozen=True)
class Parked:
    """Marks that a message about this application is among the dead letters."""

    message_id: UUID
    message: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Application:
    """One importer's application for an account."""

    id: UUID
    state: State
    gateway: str
    """The broker user that sent the start command, checked by the broker."""
    taken_at: datetime
    version: int = 0
    """How often it was stored; storing it again compares this."""
    history: tuple[Transition, ...] = ()
    problem: Problem | None = None
    """Why it was rejected. Of one that expired: `delayed`, if that was our fault."""
    uniform: bool = False
    """Whether its requester was told the same as if no record matched."""
    importer: str | None = None
    """Blind index of the importer record number. None: no record matched (`is_decoy`), or nothing was accepted."""
    email: str | None = None
    """Blind index of the requester's email address."""
    request: str | None = None
    """Sealed AccountRequest."""
    contact: str | None = None
    """Sealed Contact: the record's company name and point of contact at the time of acceptance."""
    details: str | None = None
    """Sealed details, validated."""
    code: Code | None = None
    grant: str | None = None
    """MAC of the grant in the reply to the right code."""
    verified_at: datetime | None = None
    account: str | None = None
    handled: HandledResults = field(default_factory=HandledResults)
    """The result of each message that changed it, by message id. Repeats are answered from here."""
    parked: Mapping[UUID, Parked] = field(default_factory=dict)
    """Its messages among the dead letters, by message id."""

    @classmethod
    def begin(cls, id: UUID, *, gateway: str, taken_at: datetime, now: datetime, cause: str) -> "Application":
        """A new application in state `requested`."""
        first = Transition(State.REQUESTED, now, cause)
        return cls(id=id, state=State.REQUESTED, gateway=gateway, taken_at=taken_at, history=(first,))

    @property
    def reference(self) -> str:
        """What people call it: ``ACE-XXXX-XXXX``."""
        return reference.derive(self.id)

    @property
    def is_placeholder(self) -> bool:
        """Whether it only stands for a parked start command: nothing was decided about it yet."""
        return self.state is State.REQUESTED and self.request is None

    @property
    def is_decoy(self) -> bool:
        """Whether it only looks accepted: no record matched, so no code goes out and none is right."""
        return self.uniform and self.importer is None

    @property
    def tries_left(self) -> int:
        """How many more codes may be tried."""
        return TRIES - self.code.tries if self.code else TRIES

    @property
    def is_session_over(self) -> bool:
        """Whether the requester ended the session after Submit: nobody is to be shown more of it."""
        return any(one.cause == SESSION_OVER for one in self.history)

    @property
    def ends_at(self) -> datetime | None:
        """When it ends unless something happens; None if it never expires."""
        if self.state is State.REQUESTED:
            return self.taken_at + TO_ISSUE
        if self.state is State.AWAITING_CODE and self.code:
            return self.code.expires_at
        if self.state is State.VERIFIED and self.verified_at:
            return self.verified_at + TO_SUBMIT
        return None

    @property
    def forgets_at(self) -> datetime | None:
        """When it may forget what its messages led to. None while it is open or has dead letters, and once it has."""
        if self.state in FOLLOWERS or self.parked or not self.handled:
            return None
        return self.history[-1].at + REMEMBERED_FOR

    def is_in(self, state: State, now: datetime) -> bool:
        """Whether it is in this state for a command that was entered in time.

        What the sweep expired counts for a day as what it was before: a command may be on its way for as long.
        """
        return self.state is state or (self._swept_from is state and now < self.history[-1].at + RETRIED_FOR)

    @property
    def _swept_from(self) -> State | None:
        """Its state before, if the sweep expired it."""
        is_swept = self.state is State.EXPIRED and len(self.history) > 1 and self.history[-1].cause == SWEEP
        return self.history[-2].state if is_swept else None

    @property
    def was_delayed(self) -> bool:
        """Whether it expired by our fault: what was entered in time reached us too late. It counts in no limit."""
        return self.state is State.EXPIRED and self.problem is Problem.DELAYED

    def forget_results(self) -> "Application":
        """No message can come again. Should one do so, its state says that nothing is left to do.

        What a decoy's requester guessed is nobody's business any more.
        """
        return replace(self, handled=HandledResults(), request=None if self.is_decoy else self.request)

    def move_to(self, state: State, now: datetime, cause: str) -> "Application":
        """The application in another state, with its history. Raises `ValueError` if that state may not follow.

        Leaving `awaiting-code` also erases the sealed code.
        """
        reopened = REOPENED.get(self._swept_from, frozenset()) if self._swept_from else frozenset()
        if state not in FOLLOWERS.get(self.state, reopened):
            raise ValueError(f"{self.state} -> {state} is no transition")
        left = self.drop_code_email() if self.state is State.AWAITING_CODE else self
        return replace(left, state=state, problem=None, history=(*self.history, Transition(state, now, cause)))

    def expire(self, now: datetime, cause: str, problem: Problem | None = None) -> "Application":
        """It is over. `problem`: why that is our fault; only this is added to one that the sweep expired."""
        expired = self if self.state is State.EXPIRED else self.move_to(State.EXPIRED, now, cause)
        return replace(expired, problem=problem) if problem else expired

    def reject(self, problem: Problem, now: datetime, cause: str) -> "Application":
        """The application was refused for this problem."""
        return replace(self.move_to(State.REJECTED, now, cause), problem=problem)

    def await_code(self, code: Code, now: datetime, cause: str) -> "Application":
        """A code was issued."""
        return replace(self.move_to(State.AWAITING_CODE, now, cause), code=code)

    def count_try(self) -> "Application":
        """One more try at its code."""
        if self.code is None:
            raise ValueError("no code was issued")
        return replace(self, code=replace(self.code, tries=self.code.tries + 1))

    def verify(self, grant: str, entered_at: datetime, now: datetime, cause: str) -> "Application":
        """The right code was entered."""
        return replace(self.move_to(State.VERIFIED, now, cause), grant=grant, verified_at=entered_at)

    def submit(self, details: str, now: datetime, cause: str) -> "Application":
        """Details and authorization were submitted, which uses up the grant."""
        return replace(self.move_to(State.SUBMITTED, now, cause), details=details, grant=None)

    def provision(self, account: str, now: datetime, cause: str) -> "Application":
        """Account, owner and importer view exist."""
        return replace(self.move_to(State.PROVISIONED, now, cause), account=account)

    def note(self, now: datetime, cause: str) -> "Application":
        """Something happened that does not change its state."""
        return replace(self, history=(*self.history, Transition(self.state, now, cause)))

    def is_answerable_to(self, user: str) -> bool:
        """Whether this broker user began it."""
        return self.gateway == user

    def describe_change(self, before: "Application | None") -> dict[str, object]:
        """What the log says about a change; empty for nothing."""
        if before is None or before.state is not self.state:
            return {"event": "application moved", "state": self.state, "problem": self.problem}
        if self.tries_left < before.tries_left:
            return {"event": "wrong code", "tries_left": self.tries_left}
        return {}

    def remember(self, message_id: UUID, result: HandledResult) -> "Application":
        """Records a message's result. The message is no longer among the dead letters."""
        return replace(self, handled=self.handled.add(message_id, result)).unpark_message(message_id)

    def park_message(self, parked: Parked) -> "Application":
        """Marks that a message is among the dead letters."""
        return replace(self, parked={**self.parked, parked.message_id: parked})

    def unpark_message(self, message_id: UUID) -> "Application":
        """Removes the mark that this message is among the dead letters."""
        if message_id not in self.parked:
            return self
        return replace(self, parked={id: parked for id, parked in self.parked.items() if id != message_id})

    def drop_code_email(self) -> "Application":
        """Drops the sealed code: its message went out, or the code is over."""
        return replace(self, handled=self.handled.drop_code())

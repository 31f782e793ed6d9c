"""The main job through the real broker, database and mail server."""

from shared.contracts.replies import CodeAccepted, Refused
from shared.domain.letter import LetterKind, LetterStatus
from shared.domain.problem import Problem
from shared.domain.state import State
from tests.integration.asking import Asker
from tests.integration.people import code_for, reaches, start, submit
from tests.mailbox import Mailbox


async def test_an_importer_applies_and_gets_an_account(gateway: Asker, box: Mailbox) -> None:
    started = await start(gateway)
    code = await code_for(started, box)
    assert [letter["To"] for letter in box.messages] == ["poc@acme.example"]

    wrong = await gateway.ask(gateway.code(started.application, "0000-0000"))
    assert isinstance(wrong, Refused)
    assert (wrong.problem, wrong.tries_left) == (Problem.CODE_WRONG, 4)
    accepted = await gateway.ask(gateway.code(started.application, code.lower()))
    assert isinstance(accepted, CodeAccepted)

    await submit(started, gateway, gateway.granted(accepted))
    completed = await reaches(started, gateway, State.COMPLETED)
    letters = await box.letters(4)
    assert sorted(letter["To"] for letter in letters[1:]) == [
        "Ada@acme.example",
        "Ada@acme.example",
        "poc@acme.example",
    ]
    assert completed.account
    assert completed.letters[LetterKind.ACCOUNT_READY] is LetterStatus.SENT

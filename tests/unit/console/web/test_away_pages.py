"""What a page says instead of its contents when the database fails."""

import pytest
from pymongo.errors import AutoReconnect, ExecutionTimeout, OperationFailure, PyMongoError

from services.console.output.exit_codes import Unavailable
from services.console.web.access.endpoints import explain
from shared.domain.errors import TransientFailure
from shared.storage.errors import transient_when_away

REFUSED = OperationFailure("not authorized on ace to execute command", 13)


@pytest.mark.parametrize(
    ("error", "heading", "begins"),
    [
        (AutoReconnect("connection closed"), "The database does not answer", "The database is away"),
        (
            ExecutionTimeout("over its time", 50),
            "The database does not answer",
            "The database took too",
        ),
        (REFUSED, "The database refuses the console", "The database does not let the user in ACE_MONGODB_URL"),
    ],
)
def test_a_page_says_whether_the_database_is_away_slow_or_refuses(
    error: PyMongoError, heading: str, begins: str
) -> None:
    with pytest.raises(TransientFailure) as raised, transient_when_away():
        raise error
    found, sentence = explain(raised.value)
    assert found == heading
    assert sentence.startswith(begins)


def test_what_is_away_need_not_be_the_database() -> None:
    heading, sentence = explain(Unavailable("the broker is away (ACE_RABBITMQ_URL)"))
    assert (heading, sentence) == ("A server is away or refuses", "The broker is away (ACE_RABBITMQ_URL).")

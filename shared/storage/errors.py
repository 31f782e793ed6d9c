"""Which of the driver's errors are transient failures."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import ConnectionFailure, ExecutionTimeout, OperationFailure, PyMongoError, WTimeoutError

from shared.domain.errors import TransientFailure

DriverError = PyMongoError
"""Any error of the driver, for programs that can only report it."""

UNAUTHORIZED, AUTHENTICATION_FAILED = 13, 18
"""Error codes. These pass, too, once an operator corrects the user, password or role."""

MARKS = 20
"""Conflicts in a row after which a dead letter is not marked."""

_LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")


class AccessRefused(TransientFailure):
    """The database answers and refuses: a user, password or role is missing or wrong."""


@contextmanager
def transient_when_away() -> Iterator[None]:
    """Raises `TransientFailure` when the database is away or electing a primary, `AccessRefused` when it refuses."""
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise TransientFailure(f"the database is away ({type(error).__name__})") from error
    except PyMongoError as error:
        if isinstance(error, OperationFailure) and error.code in (UNAUTHORIZED, AUTHENTICATION_FAILED):
            raise AccessRefused(_explain_refusal(error)) from error
        if any(error.has_error_label(label) for label in _LABELS):
            raise TransientFailure(f"the database could not finish ({type(error).__name__})") from error
        raise


def _explain_refusal(error: OperationFailure) -> str:
    if error.code == AUTHENTICATION_FAILED:
        return "the database refuses the user or password in ACE_MONGODB_URL"
    if "requires authentication" in str(error):
        return "the database asks for a user and password, and ACE_MONGODB_URL has none"
    return "the database does not let the user in ACE_MONGODB_URL do this"

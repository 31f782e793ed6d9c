"""Which of the driver's errors are trouble that passes."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import ConnectionFailure, ExecutionTimeout, OperationFailure, PyMongoError, WTimeoutError

from shared.domain.errors import TransientFailure

DriverError = PyMongoError
"""Any error of the driver: for a program that can only tell a person about it."""

_UNAUTHORIZED = (13, 18)
"""A database user that is being changed: it passes when the operator is done."""

_LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")


@contextmanager
def transient_when_away() -> Iterator[None]:
    """Turns the driver's errors of a database that is away, or busy electing, into `TransientFailure`."""
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise TransientFailure(f"the database is away ({type(error).__name__})") from error
    except PyMongoError as error:
        if isinstance(error, OperationFailure) and error.code in _UNAUTHORIZED:
            raise TransientFailure("the database refuses our user") from error
        if any(error.has_error_label(label) for label in _LABELS):
            raise TransientFailure(f"the database could not finish ({type(error).__name__})") from error
        raise

"""Which of the driver's errors are transient failures."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import ConnectionFailure, ExecutionTimeout, OperationFailure, PyMongoError, WTimeoutError

from shared.domain.errors import TransientFailure

DriverError = PyMongoError
"""Any error of the driver, for programs that can only report it."""

_UNAUTHORIZED = (13, 18)
"""Error codes while an operator changes a database user."""

_LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")


@contextmanager
def transient_when_away() -> Iterator[None]:
    """Raises `TransientFailure` when the database is away or electing a primary."""
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

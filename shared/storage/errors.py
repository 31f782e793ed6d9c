"""Which of the driver's errors are transient failures."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

from shared.domain.errors import TransientFailure
from shared.security import tls

DriverError = PyMongoError
"""Any error of the driver, for programs that can only report it."""

UNAUTHORIZED, AUTHENTICATION_FAILED = 13, 18
"""Error codes. These pass, too, once an operator corrects the user, password or role."""

HUNG_UP = "connection closed"
"""All that a client learns from a mongod that refuses its certificate, or its lack of one."""

MARKS = 20
"""Conflicts in a row after which a dead letter is not marked."""

_LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")


class AccessRefused(TransientFailure):
    """The database answers and refuses: a user, password or role is missing or wrong."""


class Untrusted(TransientFailure):
    """The database is there, and no TLS connection to it: a certificate is missing or wrong, here or there."""


def is_away(failure: TransientFailure) -> bool:
    """Whether no server answered, as opposed to one that refuses, is too slow or could not finish."""
    return type(failure) is TransientFailure and isinstance(failure.__cause__, ConnectionFailure)


@contextmanager
def transient_when_away() -> Iterator[None]:
    """Raises `TransientFailure` when the database is away, is electing a primary, or takes too long.

    Raises `AccessRefused` when it refuses, `Untrusted` when TLS fails.
    """
    try:
        yield
    except ExecutionTimeout as error:
        raise TransientFailure("the database took too long, and gave up") from error
    except (ConnectionFailure, WTimeoutError) as error:
        if reason := _explain_distrust(error):
            raise Untrusted(reason) from error
        raise TransientFailure(f"the database is away ({type(error).__name__})") from error
    except PyMongoError as error:
        if isinstance(error, OperationFailure) and error.code in (UNAUTHORIZED, AUTHENTICATION_FAILED):
            raise AccessRefused(_explain_refusal(error)) from error
        if any(error.has_error_label(label) for label in _LABELS):
            raise TransientFailure(f"the database could not finish ({type(error).__name__})") from error
        raise


def _explain_distrust(error: PyMongoError) -> str | None:
    if reason := tls.DATABASE.explain_failure(error):
        return f"the database: {reason}"
    if isinstance(error, ServerSelectionTimeoutError) and HUNG_UP in str(error):
        return (
            "the database closes every new connection: give ACE_MONGODB_URL the TLS (tls=true) and the certificate of"
            " ours (tlsCertificateKeyFile, signed by its CA) that it asks for"
        )
    return None


def _explain_refusal(error: OperationFailure) -> str:
    if error.code == AUTHENTICATION_FAILED:
        return "the database refuses the user or password in ACE_MONGODB_URL"
    if "requires authentication" in str(error):
        return "the database asks for a user and password, and ACE_MONGODB_URL has none"
    return "the database does not let the user in ACE_MONGODB_URL do this"

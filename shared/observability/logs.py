"""Logs: one JSON object per line on standard output, without personal data."""

import logging
import sys
import traceback
from collections.abc import Iterable
from typing import Any

import structlog

from shared.observability import tracing
from shared.security.redaction import redact

FRAMES = 8
"""Lines of a traceback to log, the innermost last."""

UNKNOWN_SETTING = "unknown setting: is it misspelled?"


def warn_of_unknown(names: Iterable[str]) -> None:
    """Warns of unknown settings, which are probably misspelled."""
    for name in names:
        structlog.get_logger().warning(UNKNOWN_SETTING, setting=name)


def configure(service: str, level: str) -> None:
    """Logs as this service from this level up; libraries log the same way from warning up."""
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        name_trace,
        _shorten_exception,
        _redact_values,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_service(service),
    ]
    structlog.configure(
        processors=[*steps, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    foreign: list[Any] = [_keep_first_line, *steps[1:]]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=foreign,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    for library in ("aio_pika", "aiormq"):  # they log every second while the broker is away; we log it once
        logging.getLogger(library).setLevel(logging.CRITICAL)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _keep_first_line(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Keeps only the first line of libraries' messages: in asyncio's, an exception's text follows."""
    return {**event, "event": str(event["event"]).partition("\n")[0]}


def _shorten_exception(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Logs an exception as its type and traceback lines. Never its text: libraries quote their input."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def name_trace(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Names the trace that a line belongs to, if there are traces."""
    trace_id = tracing.find_trace_id()
    return {**event, "trace_id": trace_id} if trace_id else event


def _add_service(service: str) -> Any:
    def name(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        return {"service": service, **event}

    return name


def _redact_values(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The last line of defense: no log line should contain personal data in the first place."""
    return {name: redact(value) for name, value in event.items()}

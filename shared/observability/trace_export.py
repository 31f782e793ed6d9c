"""Whether there are spans, by the setting. Without it, OpenTelemetry's SDK is not even imported."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.observability import tracing
from shared.settings.groups import ServiceSettings, SettingError


@contextmanager
def export_spans(program: str, settings: ServiceSettings) -> Iterator[None]:
    """Has spans while the block runs, if `ACE_TRACES_URL` is set. Raises `SettingError` if the SDK is not installed."""
    if settings.traces_url is None:
        yield
        return
    try:
        from shared.observability.span_exporter import make_provider  # noqa: PLC0415  # only where it is wanted
    except ImportError:
        raise SettingError("ACE_TRACES_URL needs the extra `traces` (pip install '.[traces]')") from None
    provider = make_provider(program, str(settings.traces_url))
    tracing.start(provider.get_tracer("ace"))
    try:
        yield
    finally:
        tracing.stop()
        provider.shutdown()

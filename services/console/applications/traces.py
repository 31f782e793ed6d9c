"""Reads an application's spans from where they are kept (`ACE_TRACE_STORE_URL`), as `make run` does."""

from collections.abc import Sequence
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.settings.console import TraceSettings

READ_WITHIN = 2
"""Seconds that the store may take: an application's page does not wait longer for what is only an addition."""


class Span(BaseModel):
    """One step of a trace: what a service did, and for how long. Times are nanoseconds since 1970."""

    model_config = ConfigDict(frozen=True, extra="ignore", cache_strings="keys")

    trace_id: str
    span_id: str
    parent_id: str = Field(description="Empty for the first of a trace.")
    name: str = Field(description="Such as `process intake.start-application`.")
    service: str = Field(description="The program that did it.")
    begins: int
    ends: int
    error: str = Field("", description="Why it failed, in our own words; empty if it did not.")
    attributes: dict[str, Any] = Field(default_factory=dict)
    linked: Sequence[str] = Field((), description="Other traces that it has links to: a replay, to its first one.")

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ends - self.begins) / 1e9


class _Answer(BaseModel):
    model_config = ConfigDict(cache_strings="keys")

    spans: list[Span]


async def find_spans(settings: TraceSettings, reference: str) -> list[Span] | None:
    """The spans of every trace that touched an application, in the order in which they began.

    None if there is no store, or it does not answer: then nothing is known, which is not the same as no spans.
    """
    if settings.trace_store_url is None:
        return None
    url = f"{str(settings.trace_store_url).rstrip('/')}/applications/{reference}"
    try:
        async with httpx.AsyncClient(timeout=READ_WITHIN, trust_env=False) as client:
            answer = await client.get(url)
            answer.raise_for_status()
        return _Answer.model_validate_json(answer.content).spans
    except (httpx.HTTPError, ValidationError):
        return None

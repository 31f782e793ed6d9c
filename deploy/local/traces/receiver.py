"""Receives spans by OTLP over HTTP, and answers which there are of an application."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from deploy.local.traces.store import Span, SpanStore

MOST_BYTES = 8 * 1024 * 1024
"""Bytes that a request may have: several times what an exporter sends at once."""

PROTOBUF = "application/x-protobuf"


def create_app(store: SpanStore) -> Starlette:
    """The receiver's ASGI application."""

    async def receive(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return PlainTextResponse("too large\n", 413)
        try:
            received = ExportTraceServiceRequest.FromString(bytes(body))
        except DecodeError:
            return PlainTextResponse("not an ExportTraceServiceRequest\n", 400)
        store.add(read_spans(received))
        return Response(ExportTraceServiceResponse().SerializeToString(), media_type=PROTOBUF)

    async def show(request: Request) -> Response:
        return JSONResponse({"spans": [asdict(span) for span in store.find(request.path_params["reference"])]})

    async def livez(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    return Starlette(
        routes=[
            Route("/v1/traces", receive, methods=["POST"]),
            Route("/applications/{reference}", show),
            Route("/livez", livez),
        ]
    )


def read_spans(received: ExportTraceServiceRequest) -> Iterator[Span]:
    """The spans of an export, each with the service that sent it."""
    for resource in received.resource_spans:
        service = str(_read_attributes(resource.resource.attributes).get("service.name", ""))
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _read_span(span, service)


def _read_span(span: trace_pb2.Span, service: str) -> Span:
    attributes = _read_attributes(span.attributes)
    failed = span.status.code == trace_pb2.Status.STATUS_CODE_ERROR
    return Span(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        name=span.name,
        service=service,
        begins=span.start_time_unix_nano,
        ends=span.end_time_unix_nano,
        error=(span.status.message or str(attributes.get("error.type", "failed"))) if failed else "",
        attributes=attributes,
        linked=tuple(link.trace_id.hex() for link in span.links if link.trace_id != span.trace_id),
    )


def _read_attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: _read_value(pair) for pair in pairs}


def _read_value(pair: KeyValue) -> Any:
    """A plain value. Ours have no others."""
    kind = pair.value.WhichOneof("value")
    value = getattr(pair.value, kind) if kind else None
    return value if isinstance(value, str | bool | int | float) else json.dumps(str(value))

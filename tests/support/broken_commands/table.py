"""The mistakes, each with the reason that its refusal names."""

import json
from dataclasses import dataclass

from tests.support.broken_commands.command import CONTENTS, ELSEWHERE, REQUEST, UNSAID
from tests.support.broken_commands.mistakes import (
    Mistake,
    cut_body,
    derive_otherwise,
    drop_field,
    make_both,
    pad_code,
    rename_key,
    replace_body,
    seal_content,
    seal_details,
    seal_in_context,
    seal_request,
    seal_under_ring_entry,
    set_field,
    set_header,
    set_property,
    truncate_request,
)


@dataclass(frozen=True)
class Broken:
    """A mistake in a command of one type."""

    name: str
    key: str
    make: Mistake
    reason: str


START, CODE, SUBMIT, ABANDON = CONTENTS

NO_START, NO_CODE = (f"type: unknown (taken: {key}.v1)" for key in (START, CODE))


PROPERTIES = [
    Broken("no type", CODE, set_property("type", None), NO_CODE),
    Broken("a type without its version", CODE, set_property("type", "check-code"), NO_CODE),
    Broken(
        "a version that is not there yet",
        START,
        set_property("type", "start-application.v9"),
        NO_START,
    ),
    Broken(
        "another command's type",
        CODE,
        set_property("type", "submit-details.v1"),
        NO_CODE,
    ),
    Broken("plain text", START, set_property("content_type", "text/plain"), "content_type: unsupported"),
    Broken("MessagePack", START, set_property("content_type", "application/msgpack"), "content_type: unsupported"),
    Broken("compressed", SUBMIT, set_property("content_encoding", "gzip"), "content_encoding: unsupported"),
    Broken("transient", SUBMIT, set_property("delivery_mode", 1), "delivery_mode: not-persistent"),
    Broken("no delivery mode", ABANDON, set_property("delivery_mode", None), "delivery_mode: not-persistent"),
    Broken("an unknown delivery mode", CODE, set_property("delivery_mode", 3), "delivery_mode: not-persistent"),
    Broken("one that expires", CODE, set_property("expiration", 60), "expiration: not-allowed"),
    Broken("no message id", CODE, set_property("message_id", None), "message_id: missing"),
    Broken("a message id that is a number", START, set_property("message_id", "4711"), "message_id: not-a-uuid"),
    Broken(
        "a header about another application",
        ABANDON,
        set_header("ace-application", str(ELSEWHERE)),
        "ace-application: not-the-bodys",
    ),
    Broken("a header that is no id", ABANDON, set_header("ace-application", 7), "ace-application: not-the-bodys"),
    Broken("large headers", ABANDON, set_header("mine", "x" * 9_000), "headers: too-large"),
    Broken("a large body", SUBMIT, replace_body(b'"' + b"x" * 70_000 + b'"'), "body: too-large"),
    Broken(
        "several properties",
        CODE,
        make_both(set_property("type", "x"), set_property("delivery_mode", 1)),
        f"delivery_mode: not-persistent, {NO_CODE}",
    ),
]

BODIES = [
    Broken("nothing", ABANDON, replace_body(b""), "body: not-json"),
    Broken("no JSON", START, replace_body(b"application_id=7"), "body: not-json"),
    Broken("JSON that is cut short", START, cut_body, "body: not-json"),
    Broken("no UTF-8", CODE, replace_body(b"\xff\xfe\x00"), "body: not-json"),
    Broken("nested too deeply", CODE, replace_body(b"[" * 60_000), "body: not-json"),
    Broken("a list", CODE, replace_body(b"[]"), "body: not-an-object"),
    Broken("text", CODE, replace_body(b'"check-code"'), "body: not-an-object"),
    Broken("null", CODE, replace_body(b"null"), "body: not-an-object"),
    Broken("an empty object", ABANDON, replace_body(b"{}"), "application_id: missing, taken_at: missing"),
]

FIELDS = [
    Broken("no application", ABANDON, drop_field("application_id"), "application_id: missing"),
    Broken("an application that is null", ABANDON, set_field("application_id", None), "application_id: not-a-uuid"),
    Broken("an application that is a number", START, set_field("application_id", 7), "application_id: not-a-uuid"),
    Broken("a reference as application", CODE, set_field("application_id", "ACE-1"), "application_id: not-a-uuid"),
    Broken("an application not derived from the id", START, derive_otherwise, "application_id: not-derived"),
    Broken("no time", CODE, drop_field("taken_at"), "taken_at: missing"),
    Broken("a time that is null", CODE, set_field("taken_at", None), "taken_at: not-a-time"),
    Broken("seconds since 1970", CODE, set_field("taken_at", 1_800_000_000), "taken_at: not-a-time"),
    Broken("seconds in text", CODE, set_field("taken_at", "1800000000"), "taken_at: not-a-time"),
    Broken("a time without its zone", ABANDON, set_field("taken_at", "2026-11-02T15:04:05"), "taken_at: no-zone"),
    Broken("a day", ABANDON, set_field("taken_at", "2026-11-02"), "taken_at: not-a-time"),
    Broken("a time as people write it", CODE, set_field("taken_at", "11/02/2026 3 pm"), "taken_at: not-a-time"),
    Broken(
        "a time outside the calendar", CODE, set_field("taken_at", "0001-01-01T00:00:00+10:00"), "taken_at: not-a-time"
    ),
    Broken("a 13th month", CODE, set_field("taken_at", "2026-13-02T15:04:05Z"), "taken_at: not-a-time"),
    Broken("a zone by name", CODE, set_field("taken_at", "2026-11-02T15:04:05 UTC"), "taken_at: not-a-time"),
    Broken("no request", START, drop_field("request"), "request: missing"),
    Broken("a request that is not sealed", START, set_field("request", REQUEST), "request: not-text"),
    Broken("a request in JSON", START, set_field("request", json.dumps(REQUEST)), "request: malformed"),
    Broken("a request too long", START, set_field("request", "k1." + "A" * 20_000), "request: too-long"),
    Broken("no code", CODE, drop_field("code"), "code: missing"),
    Broken("a code in clear", CODE, set_field("code", "5EHX-MVTS"), "code: malformed"),
    Broken("a token with padding", CODE, pad_code, "code: malformed"),
    Broken("no grant", SUBMIT, drop_field("grant"), "grant: missing"),
    Broken(
        "nothing of the details",
        SUBMIT,
        make_both(drop_field("grant"), drop_field("details")),
        "details: missing, grant: missing",
    ),
    Broken("networks in text", START, set_field("networks", "a" * 32), "networks: not-a-list"),
    Broken("an address as network", START, set_field("networks", ["203.0.113.7"]), "networks: malformed"),
    Broken("five networks", START, set_field("networks", ["a" * 32] * 5), "networks: too-many"),
    Broken("a verification that is true", START, set_field("verified_by", True), "verified_by: not-text"),
    Broken("a verification in capitals", START, set_field("verified_by", "ALTCHA"), "verified_by: malformed"),
    Broken("a ticket with blanks", START, set_field("ticket", "a ticket of mine"), "ticket: malformed"),
]

SEALED = [
    Broken("a key that the ring does not have", CODE, rename_key, "code: no-such-key"),
    Broken("a token that was cut short", START, truncate_request, "request: does-not-open"),
    Broken("the ring's entry as key", START, seal_under_ring_entry, "request: does-not-open"),
    Broken(
        "another field's context",
        START,
        seal_in_context("request", "start-application.v1/code/{}"),
        "request: does-not-open",
    ),
    Broken("a context without the version", CODE, seal_in_context("code", "check-code/code/{}"), "code: does-not-open"),
    Broken(
        "another application's context",
        CODE,
        seal_in_context("code", f"check-code.v1/code/{ELSEWHERE}"),
        "code: does-not-open",
    ),
    Broken(
        "the grant as it came", SUBMIT, seal_in_context("grant", "code-accepted.v1/grant/{}"), "grant: does-not-open"
    ),
    Broken("sealed text that is no JSON", CODE, seal_content("code", b"5EHX-MVTS"), "code: not-json"),
    Broken("sealed text instead of an object", CODE, seal_content("code", "5EHX-MVTS"), "code: not-an-object"),
    Broken("a code that is a number", CODE, seal_content("code", {"code": 12345678}), "code.code: not-text"),
    Broken("a code under another name", CODE, seal_content("code", {"value": "5EHX-MVTS"}), "code.code: missing"),
    Broken(
        "a request without its address",
        START,
        seal_request("email", None),
        "request.email: not-text",
    ),
    Broken(
        "camel case",
        START,
        seal_content("request", {"companyName": "Acme", "importerNumber": "1", "email": "a@b.example"}),
        "request.company_name: missing, request.importer_number: missing",
    ),
    Broken(
        "a name too long",
        START,
        seal_request("company_name", "x" * 501),
        "request.company_name: too-long",
    ),
    Broken(
        "authorized in text",
        SUBMIT,
        seal_details("authorized", "true"),
        "details.authorized: not-a-boolean",
    ),
    Broken(
        "authorized by a number",
        SUBMIT,
        seal_details("authorized", 1),
        "details.authorized: not-a-boolean",
    ),
    Broken(
        "nothing said about the authorization",
        SUBMIT,
        seal_content("details", UNSAID),
        "details.authorized: missing",
    ),
    Broken(
        "an optional field that is null",
        SUBMIT,
        seal_details("duns", None),
        "details.duns: not-text",
    ),
    Broken(
        "a telephone number in digits",
        SUBMIT,
        seal_details("telephone", 5625550100),
        "details.telephone: not-text",
    ),
]

BROKEN = [*PROPERTIES, *BODIES, *FIELDS, *SEALED]

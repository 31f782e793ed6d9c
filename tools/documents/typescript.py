"""The contracts in TypeScript: ``.venv/bin/python -m tools.documents.typescript``.

It writes `clients/typescript/src/contracts`, made from the schemas of `docs/schemas`. A test in `tests/contract` fails
when they are stale.
"""

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path

from shared.contracts import catalogue
from shared.contracts.conversations import POSSIBLE_REPLIES
from shared.contracts.message import MOST_BYTES, Message
from shared.messaging import permissions, topology
from tools.documents.schemas import MORE_MAY_COME, describe_models, list_models
from tools.documents.typescript_fields import LISTS, Schema, list_shapes, write_type

FOLDER = Path(__file__).parents[2] / "clients" / "typescript" / "src" / "contracts"
WIDTH = 120
HEADING = "// Generated from the services' contracts by `make documents`.\n"


def make_modules() -> dict[str, str]:
    """The text of each module, by its name."""
    schemas = describe_models(list_models().values(), "{model}")
    contracts = [*catalogue.COMMANDS, *catalogue.QUERIES, *catalogue.REPLIES]
    modules = {
        "codes.ts": [*_write_constants(), *(_write_list(name, schemas[name]) for name in LISTS)],
        "bodies.ts": [
            f'import type {{ {", ".join(sorted(LISTS))} }} from "./codes.js";\n',
            *(_write_interface(name, schema) for name, schema in schemas.items() if name not in LISTS),
        ],
        "catalogue.ts": [*_write_catalogue(contracts, schemas)],
    }
    return {name: "\n".join([HEADING, *parts]) for name, parts in modules.items()}


def write_modules(folder: Path = FOLDER) -> None:
    """Writes every module."""
    for name, text in make_modules().items():
        (folder / name).write_text(text)


def _write_constants() -> Iterator[str]:
    constants = {
        "EXCHANGE": ("Where commands and questions go.", topology.COMMANDS),
        "REPLIES": ("How the name of a reply queue begins.", permissions.REPLIES),
        "QUESTION_LIFETIME": (
            "Milliseconds after which a question is not worth answering.",
            topology.QUESTION_LIFETIME // topology.MILLISECOND,
        ),
        "MOST_BYTES": ("Bytes that a body may have.", MOST_BYTES),
    }
    for name, (meaning, value) in constants.items():
        yield f"/** {meaning} */\nexport const {name} = {json.dumps(value)};\n"


def _write_list(name: str, schema: Schema) -> str:
    values = "".join(f"  {json.dumps(value)},\n" for value in schema["x-known-values"])
    return (
        f"{_write_comment(schema)}export const {LISTS[name]} = [\n{values}] as const;\n"
        f"export type {name} = (typeof {LISTS[name]})[number];\n"
    )


def _write_interface(name: str, schema: Schema) -> str:
    marks = {key: "" if key in schema["required"] else "?" for key in schema["properties"]}
    fields = "".join(
        f"{_write_comment(field, '  ')}  readonly {key}{marks[key]}: {write_type(field)};\n"
        for key, field in schema["properties"].items()
    )
    return f"{_write_comment(schema)}export interface {name} {{\n{fields}}}\n"


def _write_catalogue(contracts: list[type[Message]], schemas: dict[str, Schema]) -> Iterator[str]:
    yield 'import type * as bodies from "./bodies.js";'
    yield f'import {{ {", ".join(LISTS.values())} }} from "./codes.js";'
    yield 'import { boolean, integer, known, map, object, oneOf, type Shape, text, time, uuid } from "../shapes.js";\n'
    bodies = "".join(f'  readonly "{contract.TYPE}": bodies.{contract.__name__};\n' for contract in contracts)
    yield f"/** The body of each type of message. */\nexport interface Bodies {{\n{bodies}}}\n"
    answers = "".join(
        f'  "{asked.TYPE}": [{", ".join(json.dumps(reply.TYPE) for reply in possible.replies)}],\n'
        for asked, possible in POSSIBLE_REPLIES.items()
    )
    yield f"/** What may answer each command and question. */\nexport const ANSWERS = {{\n{answers}}} as const;\n"
    shapes = "".join(
        f'  "{reply.TYPE}": object(\n'
        + "".join(f"{_wrap(fields, '    ', '      ')},\n" for fields in list_shapes(schemas[reply.__name__], schemas))
        + "  ),\n"
        for reply in catalogue.REPLIES
    )
    yield "export type ReplyType = (typeof ANSWERS)[keyof typeof ANSWERS][number];\n"
    heading = "/** How each reply is read: required fields, then optional ones. */"
    yield f"{heading}\nexport const SHAPES: {{ readonly [R in ReplyType]: Shape<Bodies[R]> }} = {{\n{shapes}}};\n"


def _write_comment(schema: Schema, indent: str = "") -> str:
    if "description" not in schema:
        return ""
    text = " ".join(schema["description"].removesuffix(MORE_MAY_COME).replace("``", "`").split())
    return _wrap(f"{text} */", f"{indent}/** ", f"{indent} *  ") + "\n"


def _wrap(text: str, first: str, others: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=others, break_on_hyphens=False, break_long_words=False
    )


if __name__ == "__main__":
    write_modules()

"""Every message that crosses a queue, every reply, every problem code. Pydantic and plain types, nothing else.

Within a version a contract only ever gains optional fields; `tests/contract/golden` holds every version published.
"""

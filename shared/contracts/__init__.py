"""Every message that crosses a queue, every reply and every problem code. Only Pydantic and plain types.

Within a version, a contract may only gain optional fields. `tests/contract/golden` holds every published version.
"""

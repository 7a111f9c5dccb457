"""Values as people read them in a check: short, on one line, and unmistakable."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from conformance.wire import checksums

ABSENT_TEXT: Final = "absent"
LONGEST: Final = 300
"""Characters that `shorten` leaves; what is longer is cut in the middle."""
_SHORT_BYTES: Final = 64
_SHORT_TEXT: Final = 1024
_FIRST_ITEMS: Final = 8


def show(value: object) -> str:
    """Render any value of a scenario on one line; large bodies as their size and digest."""
    return _render(value)


def shorten(text: str) -> str:
    """Cut the middle out of a long text, and say how much."""
    if len(text) <= LONGEST:
        return text
    half = (LONGEST - 30) // 2
    return f"{text[:half]} …{len(text) - 2 * half} characters… {text[-half:]}"


def _render(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case bytes():
            return _bytes(value)
        case datetime():
            return value.isoformat()
        case Mapping():
            inner = ", ".join(f"{key}: {_render(item)}" for key, item in value.items())
            return f"{{{inner}}}"
        case Sequence():
            inner = ", ".join(_render(item) for item in value[:_FIRST_ITEMS])
            more = len(value) - _FIRST_ITEMS
            return f"[{inner}, …{more} more]" if more > 0 else f"[{inner}]"
        case _:
            return str(value)


def _bytes(value: bytes) -> str:
    if len(value) <= _SHORT_TEXT and b"\0" not in value:
        try:
            return json.dumps(value.decode(), ensure_ascii=False)
        except UnicodeDecodeError:
            pass  # no text: shown as bytes
    if len(value) <= _SHORT_BYTES:
        return f"{len(value)} bytes {value.hex()}"
    return f"{len(value)} bytes, SHA-256 {checksums.digest_hex(value, 'SHA256')[:16]}…"

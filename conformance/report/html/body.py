"""How a recorded body is shown: text as text, anything else by size, digest and first bytes."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from conformance.report.visible import mark

if TYPE_CHECKING:
    from conformance.record.model import RecordedBody

_HEX_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyView:
    """A body for the page: ``shown`` is HTML (empty when there is nothing to show)."""

    note: str
    shown: Markup


def show_body(body: RecordedBody, limit: int) -> BodyView:
    """Show at most ``limit`` characters of a text, or the first 64 bytes of anything else."""
    if body.size == 0:
        return BodyView(note="no body", shown=Markup())
    digest = f" · sha256 {body.sha256}" if body.sha256 else ""
    if body.text is not None:
        whole = not body.truncated and len(body.text) <= limit
        if whole:
            return BodyView(note=f"{body.size:,} bytes", shown=mark(body.text, limit))
        kept = min(len(body.text), limit)
        note = f"first {kept:,} characters of {body.size:,} bytes{digest}"
        return BodyView(note=note, shown=mark(body.text[:limit], limit))
    first = _first_bytes(body.base64 or "")
    note = f"binary · {body.size:,} bytes{digest}"
    if 0 < len(first) < body.size:
        note += f" · first {len(first)} bytes in hex"
    return BodyView(note=note, shown=mark(_hex_lines(first), 1024))


def _first_bytes(encoded: str) -> bytes:
    # Whole groups of four characters, so that the cut text decodes by itself.
    try:
        return base64.b64decode(encoded[: (_HEX_BYTES + 2) // 3 * 4])[:_HEX_BYTES]
    except binascii.Error:
        return b""


def _hex_lines(data: bytes) -> str:
    """Return 8 bytes a line: offset, hex, and the printable ASCII among them."""
    lines = []
    for offset in range(0, len(data), 8):
        row = data[offset : offset + 8]
        text = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in row)
        lines.append(f"{offset:04x}  {row.hex(' '):<23}  {text}")
    return "\n".join(lines)

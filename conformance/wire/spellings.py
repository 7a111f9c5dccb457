"""The ways in which an endpoint may write a secret that it repeats: encoded, escaped, or in hex."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORTEST: Final = 6
"""Characters below which a spelling is too common to be taken out wherever it stands."""
_KEY_BYTES: Final = 16
"""Of a text in base64 that may itself be a key; shorter ones are words."""


@lru_cache(maxsize=4096)
def spellings(secret: str) -> frozenset[str]:
    """Return a secret as it is, percent-encoded, escaped for XML and JSON, in base64 and in hex.

    A secret that is base64 itself, as a customer key is, has the spellings of its bytes besides.
    """
    data = secret.encode("utf-8", "surrogatepass")
    found = {secret, *_escaped(secret), *_of_bytes(data)}
    raw = _bytes_of(secret)
    if raw is not None:
        found |= _of_bytes(raw)
    return frozenset(one for one in found if len(one) >= _SHORTEST)


def _escaped(secret: str) -> set[str]:
    """Return the spellings in which single characters are escaped."""
    percent = {quote(secret, safe=""), quote(secret), quote(secret, safe="+=")}
    percent |= {quote(one, safe="") for one in percent}  # encoded twice
    lower = {_lower_percent(one) for one in percent}
    entities = {
        _each(secret, one)
        for one in (
            lambda c: f"&#{ord(c)};",
            lambda c: f"&#x{ord(c):x};",
            lambda c: f"&#x{ord(c):X};",
        )
    }
    json = {secret.replace("/", "\\/")}
    json |= {
        _each(secret, lambda c: f"\\u{ord(c):04x}"),
        _each(secret, lambda c: f"\\u{ord(c):04X}"),
    }
    some = {secret.replace("/", one) for one in ("&#47;", "&#x2F;", "&#x2f;", "%2f", "\\u002f")}
    return {*percent, *lower, *entities, *json, *some, escape(secret)}


def _each(secret: str, spelt: Callable[[str], str]) -> str:
    """Return the secret with all but letters, digits and plain marks spelt in another way."""
    return "".join(c if c.isalnum() or c in "-._~" else spelt(c) for c in secret)


def _lower_percent(text: str) -> str:
    head, *rest = text.split("%")
    return "".join([head, *(f"%{one[:2].lower()}{one[2:]}" for one in rest)])


def _of_bytes(data: bytes) -> set[str]:
    """Return bytes in hex, and in base64 wherever in a longer text they begin."""
    found = {data.hex(), data.hex().upper()}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(data).decode()
        found |= {whole, whole.rstrip("=")}
        for before in (1, 2):
            # The first and last characters hang on the neighbours, and are left.
            text = encode(bytes(before) + data).decode().rstrip("=")
            found.add(text[before + 1 : -1 if (before + len(data)) % 3 else None])
    return found


def _bytes_of(secret: str) -> bytes | None:
    """Return what a secret in base64 stands for; None for one that is not."""
    try:
        raw = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) >= _KEY_BYTES else None

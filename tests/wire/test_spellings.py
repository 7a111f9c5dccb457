"""A secret is found in whatever way an endpoint writes it."""

from __future__ import annotations

import base64
import json
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from conformance.wire.redact import redact_text
from conformance.wire.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "FwoGZXIvYXdzEB4aDG1/2+abc=="
KEY = base64.b64encode(bytes(range(200, 232))).decode()
SECRETS = ["wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", TOKEN, KEY]
LOWER = str.maketrans("ABCDEF", "abcdef")


def numeric(text: str, form: str) -> str:
    """Return the text with its special characters as numeric entities."""
    return "".join(c if c.isalnum() else form.format(ord(c)) for c in text)


FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda s: s,
    "percent": lambda s: quote(s, safe=""),
    "percent, slashes kept": quote,
    "lower-case percent": lambda s: (
        quote(s, safe="").replace("%2F", "%2f").replace("%2B", "%2b").replace("%3D", "%3d")
    ),
    "twice percent": lambda s: quote(quote(s, safe=""), safe=""),
    "html": escape,
    "decimal entities": lambda s: numeric(s, "&#{};"),
    "hex entities": lambda s: numeric(s, "&#x{:X};"),
    "lower hex entities": lambda s: numeric(s, "&#x{:x};"),
    "JSON with escaped slashes": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    "JSON with code points": lambda s: numeric(s, "\\u{:04x}"),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64 within a text": lambda s: base64.b64encode(b"a" + s.encode() + b"tail").decode(),
    "base64 within another": lambda s: base64.b64encode(b"ab" + s.encode() + b"x").decode(),
    "base64 for URLs": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "hex": lambda s: s.encode().hex(),
    "upper-case hex": lambda s: s.encode().hex().upper(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", SECRETS)
def test_every_spelling_is_found(secret: str, form: str) -> None:
    """Of the written secret no ten characters in a row are left."""
    written = FORMS[form](secret)
    left = redact_text(f"<Message>you sent {written} to us</Message>", SECRETS)
    assert "<redacted:" in left
    rest = left.replace("you sent", "")
    assert not any(written[at : at + 10] in rest for at in range(len(written) - 10))


def test_the_bytes_of_a_customer_key_are_found() -> None:
    """A key that goes over the wire in base64 may come back as its bytes in hex."""
    raw = base64.b64decode(KEY)
    assert raw.hex() in spellings(KEY)
    assert redact_text(f"key={raw.hex().upper()}", SECRETS).startswith("key=<redacted:")


def test_short_spellings_are_left_out() -> None:
    """What is too short would be found everywhere."""
    assert all(len(one) >= 6 for one in spellings("abcdef"))

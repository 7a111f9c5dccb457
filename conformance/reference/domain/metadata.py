"""The metadata of an object."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from dataclasses import dataclass
from typing import Final

REDIRECT: Final = "x-amz-website-redirect-location"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a GET or HEAD of the object gives back as it was sent."""

    system: tuple[tuple[str, str], ...] = ()
    """Header name to value; Content-Type is always there."""
    user: tuple[tuple[str, str], ...] = ()
    """Lower-case header name, x-amz-meta- included, to value."""
    redirect: str | None = None

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the response headers of GetObject and HeadObject (META-004, WEB-003)."""
        redirect = () if self.redirect is None else ((REDIRECT, self.redirect),)
        user = tuple((name, _printable(value)) for name, value in self.user)
        return (*self.system, *user, *redirect)


def read_word(value: str) -> str:
    """Return the text of an RFC 2047 word, which S3 decodes before it stores it (LO-026, LO-028).

    Any other value, and a word that can't be read, is returned as it is.
    """
    word = _WORD.fullmatch(value)
    if word is None:
        return value
    text = word["text"].encode("ascii")
    try:
        if word["coding"] in "Bb":
            return base64.b64decode(text, validate=True).decode(word["charset"])
        return quopri.decodestring(text, header=True).decode(word["charset"])
    except (binascii.Error, UnicodeDecodeError, LookupError):
        return value


_WORD: Final = re.compile(
    r"=\?(?P<charset>[A-Za-z0-9_.:-]+)\?(?P<coding>[BbQq])\?(?P<text>[!-~]*)\?=", re.ASCII
)
_PLAIN: Final = frozenset(range(0x21, 0x7F)) - frozenset(b"=?_")


def _printable(value: str) -> str:
    """Return a header value in ASCII; anything else as an RFC 2047 word (META-005).

    S3 chooses the shorter coding: B where most of the text is beyond ASCII (LO-031), else Q.
    """
    if value.isascii():
        return value
    beyond = sum(not character.isascii() for character in value)
    raw = value.encode("utf-8", "surrogateescape")
    if 2 * beyond > len(value):
        return f"=?UTF-8?B?{base64.b64encode(raw).decode('ascii')}?="
    coded = "".join(
        chr(byte) if byte in _PLAIN else "_" if byte == 0x20 else f"={byte:02X}" for byte in raw
    )
    return f"=?UTF-8?Q?{coded}?="

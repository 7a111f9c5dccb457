"""The metadata of an object."""

from __future__ import annotations

import base64
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


def _printable(value: str) -> str:
    """Return a header value in ASCII; anything else as an RFC 2047 word (META-005)."""
    if value.isascii():
        return value
    return f"=?UTF-8?B?{base64.b64encode(value.encode()).decode('ascii')}?="

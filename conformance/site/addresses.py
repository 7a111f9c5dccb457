"""Addresses of pages: each is made of an id alone, so that it is the same in every build."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import quote

_PLAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,78}[A-Za-z0-9])?")
_OTHER: Final = re.compile(r"[^A-Za-z0-9.-]+")
_RESERVED: Final = frozenset({"index"})
_LONGEST: Final = 60


def slug(name: str) -> str:
    """Return a file name for an id: itself where that is plain, else a short form with a digest."""
    if _PLAIN.fullmatch(name) and name.lower() not in _RESERVED and ".." not in name:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    short = _OTHER.sub("-", name).strip(".-")[:_LONGEST].strip(".-").replace("..", "-")
    return f"{short}-{digest}" if short else digest


def page(kind: str, name: str) -> str:
    """Return the address, from the site's root, of the page of one thing of a kind."""
    return f"{kind}/{slug(name)}.html"


def exchange_page(server: str, finding: str) -> str:
    """Return the address of the page with the exchanges that show a finding of a server."""
    return f"exchanges/{slug(server)}/{slug(finding)}.html"


def badge(server: str, feature: str) -> str:
    """Return the address of a badge, in the form that shields.io reads."""
    return f"data/badges/{slug(server)}/{slug(feature)}.json"


def anchor(name: str) -> str:
    """Return a fragment name for an id; the same id gives the same name."""
    return slug(name)


def way_up(address: str) -> str:
    """Return the relative way from a page to the site's root: empty, or ``../`` some times."""
    return "../" * address.count("/")


def web_link(url: str) -> str:
    """Return an address of the web when it is one that may be linked; empty for any other text."""
    if not re.fullmatch(r"https?://[!-~]{1,2000}", url):
        return ""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~-._")

"""Which addresses are Amazon S3's own."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

_AMAZON: Final = (".amazonaws.com", ".amazonaws.com.cn")


def is_amazon(url: str) -> bool:
    """Return whether an endpoint's address is one of Amazon's own."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return is_amazon_host(host)


def is_amazon_host(host: str) -> bool:
    """Return whether a host's name is in Amazon's domain, or is that domain."""
    return f".{host.rstrip('.').lower()}".endswith(_AMAZON)

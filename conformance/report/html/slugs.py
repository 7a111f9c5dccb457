"""Names of places in our pages."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import Final

_RESERVED: Final = frozenset(
    {
        "main",
        "properties",
        "filter",
        "shown",
        "verdict",
        "failures",
        "counts",
        "capabilities",
        "operations",
        "problems",
        "tests",
        "evidence",
    }
)


def slugs(ids: tuple[str, ...]) -> dict[str, str]:
    """Return a fragment name for each id, all different; the same id gives the same name."""
    plain = {id_: re.sub(r"[^A-Za-z0-9._-]+", "-", id_).strip("-_.") for id_ in ids}
    taken = Counter(plain.values())
    return {
        id_: slug
        if slug and taken[slug] == 1 and slug not in _RESERVED and not slug.startswith("verdict-")
        else f"{slug}-{hashlib.sha256(id_.encode('utf-8', 'replace')).hexdigest()[:8]}"
        for id_, slug in plain.items()
    }

"""Which published servers fail a test, from the summary of their records.

``specs/history/published.txt`` is written by ``python -m conformance.report.published_results``:
``target: server, date`` lines, an empty line, and for each test that anyone fails a line with its
id, the targets that fail it, a hyphen, and those that were tested and do not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FILE: Final = "published.txt"
_APART: Final = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The results of all published servers, as far as anybody failed."""

    servers: Mapping[str, str] = field(default_factory=dict)
    """Target to the server's version and the date of its run."""
    results: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    """Test to the targets that fail it, and to those that were tested and do not."""


def published() -> Published:
    """Return the shipped summary; an empty one where there is none."""
    return _read(specs_root() / "history" / FILE)


def read_published(text: str) -> Published:
    """Return the summary that a text holds."""
    head, _, body = text.partition("\n\n")
    servers = dict(line.split(": ", 1) for line in head.splitlines() if not line.startswith("#"))
    results = {}
    for line in body.splitlines():
        name, *words = line.split(" ")
        at = words.index(_APART)
        results[name] = (tuple(words[:at]), tuple(words[at + 1 :]))
    return Published(servers=servers, results=results)


def write_published(
    servers: Mapping[str, str], results: Mapping[str, tuple[Iterable[str], Iterable[str]]]
) -> str:
    """Return the text of a summary."""
    lines = [
        "# Who fails which test: made by python -m conformance.report.published_results",
        *(f"{name}: {about}" for name, about in servers.items()),
        "",
        *(
            " ".join((name, *failing, _APART, *others))
            for name, (failing, others) in sorted(results.items())
        ),
    ]
    return "\n".join(lines) + "\n"


@lru_cache(maxsize=4)
def _read(path: Path) -> Published:
    return read_published(path.read_text("utf-8")) if path.is_file() else Published()

"""Markdown of the made pages: text that stays text, links, rows of tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.catalog.model import Catalog

_MARKUP: Final = re.compile(r"([\\`*_\[\]|~])")
_FROM_PAGES: Final = "../../specs"


class Links:
    """Where the pages lead to. ``specs`` is the folder of the catalogue."""

    def __init__(self, catalog: Catalog, specs: Path) -> None:
        root = specs.resolve()
        self._files = {
            scenario.id: Path(scenario.place.file).resolve().relative_to(root).as_posix()
            for scenario in catalog.scenarios
        }

    def scenario(self, name: str) -> str:
        """Link a scenario to its file; its line would change with every edit."""
        return f"[{name}]({_FROM_PAGES}/{self._files[name]})"

    def rule(self, name: str) -> str:
        """Link a rule to its heading."""
        return f"[{name}](rules.md#{name.replace('.', '')})"

    def source(self, name: str) -> str:
        """Link a source to its row."""
        return f"[{name}](sources.md#{name.lower()})"

    def thread(self, name: str) -> str:
        """Link a public thread; GitHub leads from an issue's address to a pull request's."""
        repository, _, number = name.partition("#")
        return f"[{name}](https://github.com/{repository}/issues/{number})"


def scenario_list(names: Iterable[str], links: Links) -> str:
    """Return the scenarios as links, joined by commas."""
    return ", ".join(links.scenario(name) for name in names)


def source_list(catalog: Catalog, names: Iterable[str], links: Links) -> str:
    """Return the sources as links with grade and date, joined by commas."""
    found = (catalog.sources[name] for name in names)
    return ", ".join(
        f"{links.source(each.id)} ({', '.join(filter(None, (each.grade, each.date)))})"
        for each in found
    )


def prose(text: str) -> str:
    """Escape a text so that Markdown shows it as it is, on one line."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    """Return a word as code; nothing for nothing."""
    return f"`{text}`" if text else ""


def row(*cells: str) -> str:
    """Return one row of a table. Cells hold finished Markdown."""
    return f"| {' | '.join(cells)} |"

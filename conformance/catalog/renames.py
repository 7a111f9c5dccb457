"""Ids of tests and scenarios that were renamed: read, checked, and looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.catalog.drafts import file_form
from conformance.catalog.lint.shape import Form

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from conformance.catalog.problems import Mark, Problems
    from conformance.catalog.yaml12 import Node

FILE: Final = "renamed.yaml"
RENAME_KEYS: Final = ("from", "to", "why")
_BRACKET: Final = "["


@dataclass(frozen=True, slots=True)
class Renames:
    """Old ids to new ones; a pair without brackets is of a scenario, with all its cases."""

    pairs: Mapping[str, str] = field(default_factory=dict)

    def now(self, name: str) -> str:
        """Return what an id, or a pattern of ids, is called today; itself where nobody renamed it.

        A chain of renames is followed to its end.
        """
        seen = {name}
        while (after := self._once(name)) is not None and after not in seen:
            seen.add(after)
            name = after
        return name

    def _once(self, name: str) -> str | None:
        if name in self.pairs:
            return self.pairs[name]
        scenario, bracket, case = name.partition(_BRACKET)
        to = self.pairs.get(scenario)
        whole = bool(bracket) and to is not None and _BRACKET not in to
        return f"{to}{bracket}{case}" if whole else None


@dataclass(slots=True)
class RenamesDraft:
    """The table as read, with the places of its ids."""

    pairs: dict[str, str] = field(default_factory=dict)
    marks: dict[str, tuple[Mark, Mark]] = field(default_factory=dict)
    """Of the old and of the new id, by the old one."""

    def check(self, tests: Collection[str], scenarios: Collection[str], problems: Problems) -> None:
        """Report old ids that a test still has, and new ones that no test has."""
        for old, new in self.pairs.items():
            of_old, of_new = self.marks[old]
            if old in tests:
                problems.add(of_old, "not-renamed", f"{old} is the id of a test today")
            end = Renames(self.pairs).now(old)
            if end not in tests and end not in scenarios:
                problems.add(of_new, "unknown-test", f"no test or scenario is named {new}")


def read_renames(root: Node, problems: Problems) -> RenamesDraft:
    """Return the table that a file holds; mistakes become problems."""
    draft = RenamesDraft()
    form = file_form(root, "the table of renamed ids", ("about", "renamed"), (), problems)
    for node in form.maps("renamed") if form is not None else ():
        row = Form(node, "a renamed id", problems, required=RENAME_KEYS)
        old, new = row.text("from"), row.text("to")
        if not row.text("why").strip() and "why" in node.entries:
            problems.add(row.mark("why"), "missing-key", "why of a renamed id is empty")
        if not old or not new:
            continue
        if old in draft.pairs:
            problems.add(row.mark("from"), "duplicate-id", f"{old} is given already")
        elif old == new:
            problems.add(row.mark("to"), "bad-id", f"{old} is renamed to itself")
        else:
            draft.pairs[old] = new
            draft.marks[old] = (row.mark("from"), row.mark("to"))
    return draft

"""The line of a record with the rules and sources that its tests cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """A source as the record carries it."""

    id: str
    grade: str
    date: str
    text: str
    where: str
    url: str = ""
    """Empty in records of releases before sources had one."""
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """A rule as the record carries it."""

    id: str
    statement: str
    level: str
    impact: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogLine:
    """The rules and sources that the selected tests cite."""

    rules: tuple[RuleText, ...]
    sources: tuple[SourceText, ...]
    type: Literal["catalog"] = "catalog"

"""The rules and sources of a record as the page shows them: beside a test, or once for all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.report.html.page import environment
from conformance.report.html.slugs import slugs

if TYPE_CHECKING:
    from markupsafe import Markup

    from conformance.record.catalog_line import RuleText, SourceText
    from conformance.record.model import Record, TestLine


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule with its sources; ``text`` is None when the record does not carry it."""

    id: str
    anchor: str
    text: RuleText | None
    sources: tuple[SourceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source; ``link`` is its web address, empty where the record has none."""

    id: str
    anchor: str
    text: SourceText | None
    link: str


class Evidence:
    """Each rule and source is made HTML once in each of its two forms."""

    def __init__(self, record: Record) -> None:
        self._rules = {rule.id: rule for rule in record.catalog.rules}
        self._sources = {source.id: source for source in record.catalog.sources}
        named = {id_ for test in record.tests for id_ in test.rules}
        self._rule_anchors = slugs((*self._rules, *sorted(named - self._rules.keys())))
        further = {id_ for test in record.tests for id_ in self.further(test)}
        self._source_anchors = slugs(tuple(sorted(further)))
        self._macros = environment().get_template("macros.html.j2").module
        self._made: dict[tuple[str, str], Markup] = {}

    def further(self, test: TestLine) -> tuple[str, ...]:
        """Return the ids of the sources that a test cites beyond those of its rules."""
        texts = [self._rules[rule] for rule in test.rules if rule in self._rules]
        of_rules = {source for text in texts for source in text.sources}
        return tuple(id_ for id_ in test.sources if id_ not in of_rules)

    def rule(self, id_: str, *, whole: bool) -> Markup:
        """Return a rule with its sources, or with a link to where they are."""
        return self._html("rule" if whole else "rule_link", self._rule(id_))

    def rule_name(self, id_: str) -> Markup:
        """Return the name of a rule, with a link to where it is."""
        return self._html("rule_name", self._rule(id_))

    def source(self, id_: str, *, whole: bool) -> Markup:
        """Return a source, or a link to where it is."""
        return self._html("source" if whole else "source_link", self._source(id_))

    def rules(self) -> tuple[RuleView, ...]:
        """Return every rule, for those who follow a link."""
        return tuple(map(self._rule, self._rule_anchors))

    def sources(self) -> tuple[SourceView, ...]:
        """Return every source that a test cites beyond those of its rules."""
        return tuple(map(self._source, self._source_anchors))

    def _rule(self, id_: str) -> RuleView:
        text = self._rules.get(id_)
        return RuleView(
            id=id_,
            # No name of a test holds a colon.
            anchor=f"rule:{self._rule_anchors[id_]}",
            text=text,
            sources=tuple(map(self._source, text.sources if text else ())),
        )

    def _source(self, id_: str) -> SourceView:
        text = self._sources.get(id_)
        anchor = self._source_anchors.get(id_)
        return SourceView(
            id=id_,
            anchor=f"source:{anchor}" if anchor else "",
            text=text,
            link=source_link(text) if text else "",
        )

    def _html(self, macro: str, view: RuleView | SourceView) -> Markup:
        made = self._made.get((macro, view.id))
        if made is None:
            made = self._made[macro, view.id] = getattr(self._macros, macro)(view)
        return made


def source_link(text: SourceText) -> str:
    """Return the web address of a source: its own, or what it names as its place; else empty."""
    for one in (text.url, text.where.strip()):
        if re.fullmatch(r"https?://[!-~]+", one):
            return one
    return ""

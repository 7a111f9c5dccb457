"""A property: a sentence that must hold for every story that its strategy generates."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, TypeAlias

from conformance.catalog.facts import LEVELS
from conformance.catalog.model import Scenario, Test
from conformance.catalog.place import Place
from conformance.vocabulary.impacts import IMPACTS, Impact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Level, Rule
    from conformance.properties.story import Story

AREA: Final = "property/"
"""What the id of every law's test begins with."""
FOLDER: Final = "counter-examples"
"""Folder of written scenarios, below that of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a strategy may use: capabilities of the target, and the length of a story."""

    able: frozenset[str] = frozenset()
    """Those of the law's ``uses`` that the target has."""
    actions: int = 10
    """Requests that change something, at most, in one story of the machine."""


Stories: TypeAlias = "Callable[[Terms], SearchStrategy[Story]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class LawFacts:
    """The facts of a property. ``name`` never changes, like the id of a scenario."""

    name: str
    title: str
    """What holds, without a full stop."""
    why: str
    rules: tuple[str, ...]
    operations: tuple[str, ...]
    """S3 operations under test, for ``--select operation:``."""
    needs: tuple[str, ...] = ()
    """Capabilities without which the law is skipped."""
    uses: tuple[str, ...] = ()
    """Capabilities that make its stories richer."""
    bucket: str = "plain"
    tries: int = 1
    """How often a story is run before it counts as held; more than once where requests race."""
    share: float = 1.0
    """Its part of the examples of a profile."""
    effort: float = 5.0
    """Requests that an example takes, clean-up and tries included, about, and more where bodies are
    big: by this and its share it has its part of the time."""

    @property
    def id(self) -> str:
        """Return the id of its test."""
        return f"{AREA}{self.name}"

    @property
    def races(self) -> bool:
        """Whether its stories send requests at the same time."""
        return self.tries > 1

    @property
    def weight(self) -> float:
        """Return the weight that decides its share of the time."""
        return self.share * self.effort


@dataclass(frozen=True, slots=True, kw_only=True)
class Law(LawFacts):
    """One property, with the strategy that generates its stories."""

    stories: Stories
    large: tuple[Story, ...] = ()
    """Stories that are too large for other runs: each is tried once, at the beginning of a soak."""

    @property
    def facts(self) -> LawFacts:
        """Return its facts."""
        return LawFacts(**{one.name: getattr(self, one.name) for one in fields(LawFacts)})


def as_test(law: LawFacts, rules: Mapping[str, Rule], needs: tuple[str, ...] = ()) -> Test:
    """Return the property as a test without steps, for selection, listing and the record.

    ``needs`` are those of its bucket. KeyError for a rule that the catalogue does not have.
    """
    found = [rules[name] for name in law.rules]
    level: Level = min((rule.level for rule in found), key=LEVELS.index)
    impact: Impact = min((rule.impact for rule in found), key=IMPACTS.index)
    return Test(
        id=law.id,
        scenario=_scenario(law),
        title=law.title,
        rules=law.rules,
        sources=(),
        needs=tuple(dict.fromkeys((*law.needs, *needs))),
        catches=(),
        level=level,
        impact=impact,
        operations=law.operations,
        given=(),
        steps=(),
    )


def _scenario(law: LawFacts) -> Scenario:
    return Scenario(
        id=law.id,
        title=law.title,
        why=law.why,
        rules=law.rules,
        sources=(),
        needs=law.needs,
        catches=(),
        impact=None,
        bucket=law.bucket,
        cases=(),
        matrix={},
        about="a property that is tested with generated inputs",
        place=Place("(property)", 1, 1),
    )

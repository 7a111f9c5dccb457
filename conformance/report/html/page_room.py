"""What the page may show of a run, from all of it to the least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from conformance.vocabulary.verdicts import Verdict

ATTENTION: Final = frozenset(verdict for verdict in Verdict if verdict.attention)
"""Verdicts whose exchanges are shown at length."""
_FAILING: Final = frozenset(verdict for verdict in Verdict if verdict.fails)
CHARACTERS: Final = 1_950
"""Of a value of a check, where there is room; with the note on what is cut it is no longer than
any text of the page may be."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters of one message that are shown."""

    body: int
    head: int


@dataclass(frozen=True, slots=True)
class Room:
    """What the page shows. Tests that need attention are shortened last."""

    attention: Limits
    other: Limits | None
    """None: tests that need no attention name their exchanges, and show nothing of them."""
    attentive: frozenset[str] = ATTENTION
    """Verdicts of the tests that are shown at length."""
    roomy: bool = False
    """Every test has its sources beside it, and every exchange its curl line."""
    beside: bool = True
    """Tests that are shown at length have their sources beside them, and curl lines."""
    value: int = CHARACTERS
    """Characters of what a check expected, of what came, and of its note."""
    named: bool = True
    """Exchanges of which nothing is shown are at least named."""
    bad_alone: bool = False
    """Of a test only the checks that do not hold are shown, and their exchanges."""
    words: bool = True
    """Every test that is shown at length has its steps in words, and its line to reproduce it."""
    examples: frozenset[str] = frozenset()
    """Ids of tests that stand for a finding: whatever else is cut, their evidence is shown."""

    def limits(self, test: str, verdict: str) -> Limits | None:
        """Return what a test of this verdict shows of its exchanges; None for their names alone."""
        given = self.attention if verdict in self.attentive else self.other
        if test in self.examples and (given is None or given.body < _EXAMPLE.body):
            return _EXAMPLE
        return given

    def lean(self, verdict: str) -> bool:
        """Return whether a test of this verdict is shown by title, id and the line to run it."""
        return not self.roomy and verdict not in ATTENTION

    def whole(self, verdict: str) -> bool:
        """Return whether a test of this verdict has its sources beside it."""
        return self.roomy or (self.beside and verdict in self.attentive)

    def curl(self, test: str, verdict: str) -> bool:
        """Return whether the exchanges of a test have their curl lines."""
        return test in self.examples or self.whole(verdict)

    def in_words(self, test: str) -> bool:
        """Return whether a test that is shown at length has its steps in words."""
        return self.words or test in self.examples


ALL: Final = Limits(body=8192, head=8192)
_EXAMPLE: Final = Limits(body=640, head=1024)
ROOMS: Final = (
    Room(ALL, Limits(body=1024, head=8192), roomy=True),
    Room(ALL, Limits(body=512, head=4096), roomy=True),
    Room(ALL, Limits(body=512, head=2048)),
    Room(ALL, Limits(body=256, head=1024)),
    Room(ALL, None),
    Room(ALL, None, _FAILING),
    Room(Limits(body=2048, head=4096), None, _FAILING),
    Room(Limits(body=2048, head=4096), None, bad_alone=True),
    Room(Limits(body=1024, head=2048), None, beside=False, value=400, bad_alone=True),
    Room(Limits(body=512, head=1024), None, beside=False, value=400, bad_alone=True),
    Room(Limits(body=512, head=1024), None, beside=False, value=400, bad_alone=True, words=False),
    Room(
        Limits(body=128, head=256),
        None,
        _FAILING,
        beside=False,
        value=200,
        bad_alone=True,
        words=False,
    ),
    Room(ALL, None, frozenset(), beside=False, value=200, bad_alone=True, words=False),
    Room(
        ALL,
        None,
        frozenset(),
        beside=False,
        value=60,
        named=False,
        bad_alone=True,
        words=False,
    ),
)
"""From the roomiest to the tightest."""

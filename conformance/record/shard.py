"""One part of a run that several machines share, stable by the ids of its tests."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Self

from conformance.record.costs import dear_tests

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROPERTIES: Final = "property/"
_FORM: Final = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True)
class Shard:
    """Part ``index`` (from 1) of ``count``."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2/4``; ValueError, in one sentence, for anything else."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a part of a whole: write 2/4 for the second of four")
        index, count = int(found[1]), int(found[2])
        if index > count:
            raise ValueError(f"there is no part {index} of {count}: parts count from 1")
        return cls(index, count)

    def holds(self, test_id: str) -> bool:
        """Return whether a test belongs to this part.

        By its id alone: which tests are selected moves no other test. The dearest tests are dealt
        out by what they cost, so that parts take about as long; a hash spreads the others.
        """
        dealt = _dealt(self.count).get(test_id)
        if dealt is not None:
            return dealt == self.index
        digest = hashlib.sha256(test_id.encode()).digest()
        return int.from_bytes(digest[:8]) % self.count == self.index - 1

    def __str__(self) -> str:
        """Render as ``2/4``."""
        return f"{self.index}/{self.count}"


@cache
def _dealt(count: int) -> Mapping[str, int]:
    """Return the part, from 1, of each of the dearest tests: the one that has least by then.

    Each part begins with one of the dearest properties, whose requests follow each other: far from
    the endpoint the longest of them decides how long a part takes. What is dearest of all goes with
    the longest of them, where a part has room for both: so that has fewer others beside it.
    """
    load = dict.fromkeys(range(1, count + 1), 0)
    costs = dear_tests()
    chains = [name for name in costs if name.startswith(_PROPERTIES)][:count]
    parts = {name: part for part, name in enumerate(chains, 1)}
    dearest, longest = next(iter(costs)), chains[0]
    if costs[dearest] + costs[longest] <= sum(costs.values()) / count:
        parts[dearest] = parts[longest]
    for name, part in parts.items():
        load[part] += costs[name]
    for name in costs:
        if name not in parts:
            part = parts[name] = min(load, key=lambda one: (load[one], one))
            load[part] += costs[name]
    return parts

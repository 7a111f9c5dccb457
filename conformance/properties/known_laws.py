"""The facts of every property without Hypothesis, which loads as long as 200 tests run.

The strategies of the laws are made as their modules are loaded, and so the facts beside them are
kept as the catalogue is.
"""

from __future__ import annotations

from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.catalog.kept import digest_of, kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.properties.law import LawFacts

_ROOM: Final = Path(__file__).parent


@cache
def known_laws() -> Mapping[str, LawFacts]:
    """Return the facts of all properties by id, in the order of `conformance.properties.laws`."""
    return kept(
        Path(cache_from_source(__file__)).with_suffix(".laws"),
        lambda: digest_of("", [(_ROOM, "**/*.py")]),
        _facts,
    )


def _facts() -> dict[str, LawFacts]:
    from conformance.properties.laws import ALL  # noqa: PLC0415  # loads Hypothesis

    return {law.id: law.facts for law in ALL}

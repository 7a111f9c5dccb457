"""Ranges and part numbers read slices of the object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.properties import first_steps as moves
from conformance.properties.law import Law, Terms
from conformance.properties.story import StepTree, Story
from conformance.properties.strategies.bodies import big_body, sized
from conformance.properties.strategies.ranges import byte_ranges

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

_RARELY: Final = st.sampled_from((False,) * 14 + (True,))


@st.composite
def _ranges(draw: st.DrawFn) -> Story:
    last = sized(draw(st.integers(1, 30)))
    stored = [big_body(), last] if draw(_RARELY) else [last]
    whole: Tree = last.tree if len(stored) == 1 else {"concat": [one.tree for one in stored]}
    total = sum(one.size for one in stored)
    asked = draw(byte_ranges(total))
    return Story(
        steps=(
            *_object([(number, one.tree) for number, one in enumerate(stored, 1)]),
            moves.get(
                {
                    "status": 206,
                    "ContentRange": f"bytes {asked.first}-{asked.end - 1}/{total}",
                    "Body": {"bytes_of": {"slice": whole, "from": asked.first, "to": asked.end}},
                },
                {"Range": asked.header},
            ),
        )
    )


@st.composite
def _numbers(draw: st.DrawFn) -> Story:
    """Parts are counted from 1, without gaps; the object is of one part, rarely of two."""
    last = sized(draw(st.integers(1, 30)))
    parts = [(1, big_body()), (2, last)] if draw(_RARELY) else [(1, last)]
    asked = draw(st.integers(1, len(parts) + 1))
    must: dict[str, Tree] = {"status": 416}
    if asked <= len(parts):
        chosen = parts[asked - 1][1]
        must = {
            "status": 206,
            "PartsCount": len(parts),
            "ContentLength": chosen.size,
            "Body": {"bytes_of": chosen.tree},
        }
    return Story(
        steps=(
            *_object([(number, body.tree) for number, body in parts]),
            moves.get(must, {"PartNumber": asked}),
        )
    )


def _object(parts: list[tuple[int, Tree]]) -> list[StepTree]:
    return [
        moves.create(),
        *(moves.part(number, body) for number, body in parts),
        moves.complete([moves.listed(number, body) for number, body in parts]),
    ]


def _stories_of_ranges(_terms: Terms) -> SearchStrategy[Story]:
    return _ranges()


def _stories_of_numbers(_terms: Terms) -> SearchStrategy[Story]:
    return _numbers()


LAWS: Final = (
    Law(
        name="ranges",
        title="A range of a multipart object returns exactly those bytes",
        why="clients that read large objects in pieces would put them together wrongly",
        rules=("life.complete-assembles",),
        operations=("GetObject",),
        stories=_stories_of_ranges,
    ),
    Law(
        name="part-reads",
        title="A read by part number returns that part of the listed ones",
        why="clients read large objects in parallel by part",
        rules=("read.part-number", "read.part-number-bounds"),
        operations=("GetObject",),
        stories=_stories_of_numbers,
        effort=8.0,
        needs=("part-number-reads",),
    ),
)

"""Which completions are accepted: by their list, and by their condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.properties import first_steps as moves
from conformance.properties.law import Law, Terms
from conformance.properties.story import Story, step
from conformance.properties.strategies.bodies import Body, big_body, bodies
from conformance.properties.strategies.complete_lists import (
    ListedPart,
    complete_lists,
    refusals,
)
from conformance.properties.strategies.conditions import complete_conditions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

_RARELY: Final = st.sampled_from((False,) * 7 + (True,))


@st.composite
def _lists(draw: st.DrawFn) -> Story:
    """Upload some parts and list any; rarely a part of 5 MiB, which may stand before others."""
    numbers = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True))
    stored: dict[int, Body] = {number: draw(bodies()) for number in numbers}
    listed = draw(complete_lists(numbers))
    if draw(_RARELY):
        first, last = numbers[0], numbers[-1]
        stored[first] = big_body()
        orders = ((first, last), (last, first), (first,))
        listed = tuple(map(ListedPart, dict.fromkeys(draw(st.sampled_from(orders)))))
    return Story(
        steps=(
            moves.create(),
            *(moves.part(number, body.tree) for number, body in stored.items()),
            _completion(listed, stored),
        )
    )


def _completion(listed: tuple[ListedPart, ...], stored: Mapping[int, Body]) -> dict[str, Tree]:
    codes = refusals(listed, stored)
    must: dict[str, Tree]
    if not codes:
        joined: list[Tree] = [stored[one.number].tree for one in listed]
        must = {"status": 200, "ETag": {"multipart_etag": joined}}
    else:
        must = {"status": 400, "code": codes[0] if len(codes) == 1 else {"one_of": list(codes)}}
    return moves.complete([one.member(stored) for one in listed], must=must)


@st.composite
def _conditions(draw: st.DrawFn) -> Story:
    condition = draw(complete_conditions())
    stands = (step("PutObject", {"Body": "old"}),) if condition.exists else ()
    done = condition.status == 200
    standing: dict[str, Tree] = moves.reads("old") if condition.exists else {"status": 404}
    return Story(
        given=stands,
        steps=(
            moves.create(),
            moves.part(1, "new"),
            moves.complete(
                [moves.listed(1, "new")],
                more=condition.members({"etag": "old"}),
                must={"status": condition.status},
            ),
            moves.get(moves.reads("new") if done else standing),
        ),
    )


def _stories_of_lists(_terms: Terms) -> SearchStrategy[Story]:
    return _lists()


def _stories_of_conditions(_terms: Terms) -> SearchStrategy[Story]:
    return _conditions()


LAWS: Final = (
    Law(
        name="complete-lists",
        title="A list is accepted exactly when it is ascending and every part in it is right",
        why="an object of wrong parts, or in the wrong order, would be stored as if it were whole",
        rules=(
            "complete.order",
            "complete.duplicate-part",
            "complete.invalid-part",
            "complete.minimum-size",
            "complete.empty-list",
            "complete.etag-forms",
        ),
        operations=("CompleteMultipartUpload",),
        stories=_stories_of_lists,
        share=2.0,
    ),
    Law(
        name="complete-conditions",
        title="A completion with a condition succeeds exactly when the condition holds",
        why="a writer would overwrite what it had asked to keep",
        rules=("complete.if-none-match", "complete.if-match", "complete.rejected-changes-nothing"),
        operations=("CompleteMultipartUpload",),
        stories=_stories_of_conditions,
        needs=("conditional-writes",),
    ),
)

"""An object's bytes are the uploaded ones, in whatever order the parts arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.properties import first_steps as moves
from conformance.properties.law import Law, Terms
from conformance.properties.story import Story, step
from conformance.properties.strategies.bodies import Body, big_body, bodies, sized, sizes
from conformance.properties.strategies.numbers import part_numbers

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

_RARELY: Final = st.sampled_from((False,) * 9 + (True,))


@st.composite
def _arrivals(draw: st.DrawFn) -> Story:
    """Parts arrive, some again with other bytes; one (rarely two) of them become the object."""
    numbers = draw(st.lists(part_numbers(), min_size=1, max_size=3, unique=True))
    arrivals = draw(st.lists(st.tuples(st.sampled_from(numbers), bodies()), min_size=1, max_size=5))
    stored: dict[int, Body] = dict(arrivals)
    joined = [draw(st.sampled_from(sorted(stored)))]
    if draw(_RARELY):
        arrivals.insert(0, (10, big_body()))
        stored.setdefault(10, big_body())
        joined = sorted({10, *(n for n in joined if n > 10)})
        if stored[10] != big_body():  # it came again, with a few bytes: it can only be the last
            joined = [10]
    whole = [stored[number].tree for number in joined]
    return Story(
        steps=(
            moves.create(),
            *(moves.part(number, body.tree) for number, body in arrivals),
            moves.complete([moves.listed(number, stored[number].tree) for number in joined]),
            moves.get(moves.reads(whole[0] if len(whole) == 1 else {"concat": whole})),
        )
    )


@st.composite
def _etags(draw: st.DrawFn) -> Story:
    """One part of any size, rarely behind one of 5 MiB and a few bytes."""
    stored = {draw(part_numbers()): sized(draw(sizes()))}
    if draw(_RARELY):
        stored = {1: big_body(draw(st.integers(0, 1))), 2: sized(draw(sizes()))}
    trees: list[Tree] = [body.tree for body in stored.values()]
    return Story(
        steps=(
            moves.create(),
            *(
                moves.part(number, body.tree, must={"status": 200, "ETag": {"etag": body.tree}})
                for number, body in stored.items()
            ),
            moves.complete(
                [moves.listed(number, body.tree) for number, body in stored.items()],
                must={"status": 200, "ETag": {"multipart_etag": trees}},
            ),
            step(
                "HeadObject",
                must={
                    "status": 200,
                    "ETag": {"multipart_etag": trees},
                    "ContentLength": sum(body.size for body in stored.values()),
                },
            ),
        )
    )


def _many_uploads() -> Story:
    """Store 10,001 parts, of which one takes the place of another: only numbers are limited."""
    last = 10_000
    return Story(
        steps=(
            moves.create(),
            step(
                "UploadPart",
                {"UploadId": "$upload", "PartNumber": "$number", "Body": "a"},
                repeat={"number": {"from": 1, "to": last}},
                must={"status": 200},
            ),
            moves.part(last, "bb"),
            moves.complete([moves.listed(last, "bb")]),
            moves.get(moves.reads("bb")),
        )
    )


def _large_parts() -> Story:
    """Upload parts that are larger than the pieces into which servers are known to cut parts."""
    trees: list[Tree] = [
        {"random": "17MiB", "seed": "seventeen"},
        {"random": "65MiB", "seed": "large"},
        "bb",
    ]
    return Story(
        steps=(
            moves.create(),
            *(
                moves.part(number, tree, must={"status": 200, "ETag": {"etag": tree}})
                for number, tree in enumerate(trees, 1)
            ),
            moves.complete(
                [moves.listed(number, tree) for number, tree in enumerate(trees, 1)],
                must={"status": 200, "ETag": {"multipart_etag": trees}},
            ),
            moves.get(moves.reads({"concat": trees})),
        )
    )


def _stories_of_arrival(_terms: Terms) -> SearchStrategy[Story]:
    return _arrivals()


def _stories_of_etags(_terms: Terms) -> SearchStrategy[Story]:
    return _etags()


LAWS: Final = (
    Law(
        name="assembly",
        title="The object is the concatenation of the listed parts, however they arrived",
        why="the object would hold other bytes than those that were uploaded",
        rules=("life.complete-assembles", "part.any-order", "part.overwrite", "complete.subset"),
        operations=("UploadPart", "CompleteMultipartUpload", "GetObject"),
        stories=_stories_of_arrival,
        large=(_many_uploads(),),
        effort=10.0,
    ),
    Law(
        name="etags",
        title="The ETags of parts and object follow their formulas for every size",
        why="clients compare ETags to find out whether data arrived whole",
        rules=("part.etag", "part.empty", "complete.etag-formula"),
        operations=("UploadPart", "CompleteMultipartUpload", "HeadObject"),
        stories=_stories_of_etags,
        large=(_large_parts(),),
        effort=10.0,
    ),
)

"""Part numbers, and parts that are copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.properties import first_steps as moves
from conformance.properties.law import Law, Terms
from conformance.properties.story import Story, step
from conformance.properties.strategies.bodies import sized
from conformance.properties.strategies.numbers import is_legal, part_numbers_around_bounds
from conformance.properties.strategies.ranges import copy_ranges

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree


def _numbered(number: int) -> Story:
    must: Tree = {"status": 200} if is_legal(number) else {"status": 400, "code": "InvalidArgument"}
    count = 1 if is_legal(number) else 0
    return Story(
        steps=(
            moves.create(),
            moves.part(number, "a", must=must),
            step(
                "ListParts",
                {"UploadId": "$upload"},
                must={"status": 200, "Parts": {"length": count}},
            ),
        )
    )


@st.composite
def _copies(draw: st.DrawFn) -> Story:
    size = draw(st.integers(1, 20))
    first, last = draw(copy_ranges(size))
    source = sized(size).tree
    asked: Tree = f"bytes={first}-{last}"
    legal = first <= last < size
    copied: Tree = {"slice": source, "from": first, "to": last + 1}
    must: dict[str, Tree] = (
        {"status": 200, "CopyPartResult": {"ETag": {"contains": {"unquoted": {"etag": copied}}}}}
        if legal
        else {"status": "4xx"}
    )
    return Story(
        given=(step("PutObject", {"Key": "${key}-source", "Body": source}),),
        steps=(
            moves.create(),
            step(
                "UploadPartCopy",
                {
                    "UploadId": "$upload",
                    "PartNumber": 1,
                    "CopySource": "${bucket}/${key}-source",
                    "CopySourceRange": asked,
                },
                must=must,
            ),
            step(
                "ListParts",
                {"UploadId": "$upload"},
                must={
                    "status": 200,
                    "Parts": [{"Size": last - first + 1}] if legal else {"absent": True},
                },
            ),
        ),
    )


def _stories_of_numbers(_terms: Terms) -> SearchStrategy[Story]:
    return part_numbers_around_bounds().map(_numbered)


def _stories_of_copies(_terms: Terms) -> SearchStrategy[Story]:
    return _copies()


LAWS: Final = (
    Law(
        name="part-numbers",
        title="A part number is accepted exactly when it is between 1 and 10,000",
        why="a part that is stored under a number that can't be listed is lost",
        rules=("part.number-bounds",),
        operations=("UploadPart",),
        stories=_stories_of_numbers,
    ),
    Law(
        name="copy-ranges",
        title="A part is copied exactly when its range is legal, and has those bytes",
        why="the object would silently lack bytes, or have too many",
        rules=("copy.range", "copy.range-bounds", "copy.range-syntax"),
        operations=("UploadPartCopy",),
        stories=_stories_of_copies,
        needs=("copy",),
    ),
)

"""Pages of listings, joined, are the whole, each item once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from hypothesis import strategies as st

from conformance.properties.first_steps import create
from conformance.properties.law import Law, Terms
from conformance.properties.story import StepTree, Story, step
from conformance.properties.strategies.keys import short_names
from conformance.properties.strategies.listing import ListParameters, list_parameters, page_sizes
from conformance.properties.strategies.numbers import part_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

_AT: Final = "${key}/"


@st.composite
def _parts(draw: st.DrawFn) -> Story:
    numbers = draw(st.lists(part_numbers(), min_size=1, max_size=6, unique=True))
    size = draw(page_sizes(len(numbers)))
    uploads = step(
        "UploadPart",
        {"UploadId": "$upload", "PartNumber": "$n", "Body": "part ${n}"},
        repeat={"n": list(numbers)},
        must={"status": 200},
    )
    return Story(steps=(create(), uploads, *_part_pages(sorted(numbers), size)))


def _part_pages(numbers: Sequence[int], size: int) -> list[StepTree]:
    pages: list[StepTree] = []
    for start in range(0, len(numbers), size):
        shown = numbers[start : start + size]
        more = start + size < len(numbers)
        members: dict[str, Tree] = {"UploadId": "$upload", "MaxParts": size}
        if start:
            members["PartNumberMarker"] = f"$next_{len(pages)}"
        save: dict[str, Tree] = {f"next_{len(pages) + 1}": "NextPartNumberMarker"} if more else {}
        items: list[Tree] = [
            {"PartNumber": number, "ETag": {"etag": f"part {number}"}} for number in shown
        ]
        must: dict[str, Tree] = {"status": 200, "Parts": items, "IsTruncated": more}
        pages.append(step("ListParts", members, save=save, must=must))
    return pages


class _Item(NamedTuple):
    """What one place of a listing holds: a common prefix, or the n-th upload that was begun."""

    name: str
    upload: int | None


@st.composite
def _uploads(draw: st.DrawFn) -> Story:
    names = draw(st.lists(short_names(), min_size=1, max_size=5))
    asked = draw(list_parameters(len(names)))
    begin = step(
        "CreateMultipartUpload",
        {"Key": f"{_AT}${{name}}"},
        repeat={"name": list(names)},
        save={"ids": "UploadId"},
        must={"status": 200},
    )
    return Story(steps=(begin, *_upload_pages(_items(names, asked), asked)))


def _items(names: Sequence[str], asked: ListParameters) -> list[_Item]:
    """Return what the whole listing holds, in its order: by key, then by beginning."""
    found: list[_Item] = []
    for name, index in sorted((name, index) for index, name in enumerate(names)):
        if not name.startswith(asked.prefix):
            continue
        if asked.marker is not None and name <= asked.marker:
            continue
        cut = name.find(asked.delimiter, len(asked.prefix)) if asked.delimiter else -1
        if cut < 0:
            found.append(_Item(name, index))
            continue
        common = name[: cut + 1]
        passed = asked.marker is not None and asked.marker.startswith(common)
        if not passed and _Item(common, None) not in found:
            found.append(_Item(common, None))
    return found


def _upload_pages(items: Sequence[_Item], asked: ListParameters) -> list[StepTree]:
    pages: list[StepTree] = []
    members: dict[str, Tree] = {"Prefix": _AT + asked.prefix, "MaxUploads": asked.size}
    if asked.delimiter:
        members["Delimiter"] = asked.delimiter
    marker: dict[str, Tree] = {} if asked.marker is None else {"KeyMarker": _AT + asked.marker}
    for start in range(0, max(1, len(items)), asked.size):
        shown = items[start : start + asked.size]
        pages.append(
            step(
                "ListMultipartUploads",
                {**members, **marker},
                must={
                    "status": 200,
                    "Uploads": _shown_uploads(shown),
                    "CommonPrefixes": _shown_prefixes(shown),
                    "IsTruncated": start + asked.size < len(items),
                },
            )
        )
        if (
            shown
        ):  # a page that ends in a common prefix names no marker: the prefix is one (LMU-011)
            marker = {"KeyMarker": _AT + shown[-1].name}
            if shown[-1].upload is not None:
                marker["UploadIdMarker"] = f"$ids[{shown[-1].upload}]"
    return pages


def _shown_uploads(shown: Sequence[_Item]) -> Tree:
    found: list[Tree] = [
        {"Key": _AT + item.name, "UploadId": f"$ids[{item.upload}]"}
        for item in shown
        if item.upload is not None
    ]
    return found or {"absent": True}


def _shown_prefixes(shown: Sequence[_Item]) -> Tree:
    found: list[Tree] = [{"Prefix": _AT + item.name} for item in shown if item.upload is None]
    return found or {"absent": True}


def _stories_of_parts(_terms: Terms) -> SearchStrategy[Story]:
    return _parts()


def _stories_of_uploads(_terms: Terms) -> SearchStrategy[Story]:
    return _uploads()


LAWS: Final = (
    Law(
        name="list-parts-pages",
        title="The pages of ListParts show each part once, for every page size",
        why="a client that resumes would leave parts out, send them twice, or loop for ever",
        rules=("list-parts.paging", "list-parts.order"),
        operations=("ListParts",),
        stories=_stories_of_parts,
    ),
    Law(
        name="list-uploads-pages",
        title="The pages of ListMultipartUploads show each upload once, for all parameters",
        why="a clean-up would leave uploads behind, touch others, or loop for ever",
        rules=("list-uploads.paging", "list-uploads.order", "list-uploads.prefix-delimiter"),
        operations=("ListMultipartUploads",),
        stories=_stories_of_uploads,
        share=2.0,
    ),
)

"""A rejected request changes nothing that a list or a read shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.properties import first_steps as moves
from conformance.properties.law import Law, Terms
from conformance.properties.story import StepTree, Story, step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

_REFUSED: Final[Mapping[str, Tree]] = {"status": "4xx"}
_PART: Final = "kept"


def _part(number: int, words: Mapping[str, Tree]) -> StepTree:
    return {**moves.part(number, "changed", must=dict(_REFUSED)), **words}


def _completion(*parts: Tree) -> StepTree:
    return moves.complete(parts, must=dict(_REFUSED))


def _copy(source: str) -> StepTree:
    return step(
        "UploadPartCopy",
        {"UploadId": "$upload", "PartNumber": 1, "CopySource": source},
        must=dict(_REFUSED),
    )


_REQUESTS: Final[Mapping[str, Callable[[], StepTree]]] = {
    "wrong-etag": lambda: _completion(moves.listed(1, "other")),
    "unknown-part": lambda: _completion(moves.listed(2, _PART)),
    "empty-list": _completion,
    "wrong-md5": lambda: _part(
        1, {"headers": {"Content-MD5": {"digest": "other", "algorithm": "MD5"}}}
    ),
    "no-md5": lambda: _part(1, {"headers": {"Content-MD5": "not base64"}}),
    "part-0": lambda: _part(0, {}),
    "part-10001": lambda: _part(10_001, {}),
    "missing-source": lambda: _copy("${bucket}/${key}-missing"),
    "unknown-upload": lambda: step(
        "AbortMultipartUpload", {"UploadId": {"wrong": "$upload"}}, must=dict(_REFUSED)
    ),
    "other-key": lambda: moves.part(
        1, "changed", more={"Key": "${key}-other"}, must=dict(_REFUSED)
    ),
    "abort-other-key": lambda: step(
        "AbortMultipartUpload",
        {"Key": "${key}-other", "UploadId": "$upload"},
        must=dict(_REFUSED),
    ),
}
"""Requests that are documented to be refused, by what is wrong with them.

How S3 answers a part that is listed twice is not on record, so that none lists one twice.
"""


@st.composite
def _stories(draw: st.DrawFn, terms: Terms) -> Story:
    known = [name for name in _REQUESTS if name != "missing-source" or "copy" in terms.able]
    refused = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3))
    stands = draw(st.booleans())
    seen = draw(st.sets(st.sampled_from(("parts", "uploads", "object")), min_size=1))
    steps = [moves.create(), moves.part(1, _PART), *(_REQUESTS[name]() for name in refused)]
    if "parts" in seen:
        items: list[Tree] = [{"PartNumber": 1, "Size": len(_PART), "ETag": {"etag": _PART}}]
        steps.append(
            step("ListParts", {"UploadId": "$upload"}, must={"status": 200, "Parts": items})
        )
    if "uploads" in seen:
        begun: list[Tree] = [{"Key": "$key", "UploadId": "$upload"}]
        steps.append(
            step("ListMultipartUploads", {"Prefix": "$key"}, must={"status": 200, "Uploads": begun})
        )
    if "object" in seen:
        steps.append(moves.get(moves.reads("old") if stands else {"status": 404}))
    given = (step("PutObject", {"Body": "old"}),) if stands else ()
    return Story(given=given, steps=tuple(steps))


def stories(terms: Terms) -> SearchStrategy[Story]:
    """Generate stories of an upload with a part, rejected requests, and reads of the state."""
    return _stories(terms)


LAWS: Final = (
    Law(
        name="refusals",
        title="A rejected request changes nothing that a list or a read shows",
        why="a client that corrects its mistake would find its data gone or changed",
        rules=(
            "complete.rejected-changes-nothing",
            "part.failed-replacement-keeps",
            "copy.failed-keeps",
            "life.id-binds-parts",
        ),
        operations=("UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"),
        stories=stories,
        uses=("copy",),
        share=1.5,
    ),
)

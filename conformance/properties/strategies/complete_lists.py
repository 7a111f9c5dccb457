"""Lists of parts for CompleteMultipartUpload, right and wrong."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree
    from conformance.properties.strategies.bodies import Body


Etag = Literal["right", "unquoted", "wrong"]


@dataclass(frozen=True, slots=True)
class ListedPart:
    """One entry of a list."""

    number: int
    etag: Etag = "right"

    def member(self, stored: Mapping[int, Body]) -> Tree:
        """Return the entry as a member; a part that is not stored gets the ETag of no bytes."""
        body = stored[self.number].tree if self.number in stored else ""
        etag: Tree = {"etag": body}
        if self.etag == "wrong":
            etag = {"wrong": etag}
        elif self.etag == "unquoted":
            etag = {"unquoted": etag}
        return {"PartNumber": self.number, "ETag": etag}


def complete_lists(numbers: Sequence[int]) -> SearchStrategy[tuple[ListedPart, ...]]:
    """Give lists of up to four parts: of those numbers and others, in any order."""
    number = st.sampled_from(tuple(numbers)) | st.sampled_from((1, 2, 9_999))
    etag: SearchStrategy[Etag] = st.sampled_from(("right", "right", "unquoted", "wrong"))
    return st.lists(
        st.builds(ListedPart, number, etag), max_size=4, unique_by=lambda one: one.number
    ).map(tuple)


def refusals(listed: Sequence[ListedPart], stored: Mapping[int, Body]) -> tuple[str, ...]:
    """Return the codes with which a list may be rejected; none if it must be accepted.

    A wrong order is reported before missing parts (PREC-005); before small ones, nobody knows.
    How S3 answers a part that is listed twice is not on record, so that no list has one.
    """
    if not listed:
        return ("InvalidRequest", "MalformedXML")
    codes: list[str] = []
    numbers = [one.number for one in listed]
    small = any(
        one.number in stored and not stored[one.number].may_stand_before_others
        for one in listed[:-1]
    )
    if any(after < before for before, after in pairwise(numbers)):
        return ("InvalidPartOrder", "EntityTooSmall") if small else ("InvalidPartOrder",)
    if any(one.number not in stored or one.etag == "wrong" for one in listed):
        codes.append("InvalidPart")
    if small:
        codes.append("EntityTooSmall")
    return tuple(codes)

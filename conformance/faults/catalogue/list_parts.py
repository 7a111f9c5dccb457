"""Faults of ListParts."""

from __future__ import annotations

from typing import Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import asks_beyond_a_page, asks_for_nothing
from conformance.faults.edits import (
    always,
    ignores_query,
    misnames,
    omits_element,
    pretends,
    says_element,
    shifted,
    takes_query_for,
)
from conformance.faults.model import Fault, accepts, answers, forgets, orders, refuses
from conformance.reference.domain.messages import Response
from conformance.reference.operations.checks import integer


def _before(value: str) -> str:
    return str(int(value) - 1) if value.isdigit() and value != "0" else value


def _unclamped(context: op.ListingParts) -> None:
    context.limit = integer(context, "max-parts", 1000)


_NO_PARTS: Final = Response(
    headers=(("Content-Type", "application/xml"),),
    body=(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b"<IsTruncated>false</IsTruncated></ListPartsResult>"
    ),
)

FAULTS: Final[tuple[Fault, ...]] = (
    *(
        answers(
            f"list-parts.shape/no-{name.lower()}",
            f"ListParts has no {name}",
            omits_element(op.LIST_PARTS, name),
            known="F03",
        )
        for name in (
            "Bucket",
            "Key",
            "UploadId",
            "Owner",
            "Initiator",
            "StorageClass",
            "PartNumber",
            "LastModified",
            "ETag",
            "Size",
        )
    ),
    answers(
        "list-parts.shape/other-size",
        "ListParts shows sizes that are one too large",
        says_element(op.LIST_PARTS, "Size", shifted),
        known="F04",
    ),
    forgets(
        "list-parts.paging/max-parts-ignored",
        "max-parts is ignored",
        ignores_query(op.LIST_PARTS, "max-parts"),
        known="F01",
    ),
    orders(
        "list-parts.paging/marker-ignored",
        "part-number-marker is ignored",
        ignores_query(op.LIST_PARTS, "part-number-marker"),
        known="F01",
    ),
    orders(
        "list-parts.paging/marker-inclusive",
        "A page begins with the part of the marker itself",
        takes_query_for(op.LIST_PARTS, "part-number-marker", _before),
        known="F01",
    ),
    answers(
        "list-parts.paging/never-truncated",
        "IsTruncated is always false",
        says_element(op.LIST_PARTS, "IsTruncated", always("false")),
        known="F01",
    ),
    answers(
        "list-parts.paging/no-next-marker",
        "NextPartNumberMarker is missing",
        omits_element(op.LIST_PARTS, "NextPartNumberMarker"),
        known="F02",
    ),
    answers(
        "list-parts.paging/marker-one-late",
        "NextPartNumberMarker names the part after the last of the page",
        says_element(op.LIST_PARTS, "NextPartNumberMarker", shifted),
        known="F02",
    ),
    answers(
        "list-parts.parameters/not-clamped",
        "A max-parts above 1,000 is echoed as it came",
        sw.Replace(op.LIST_PARTS, "max_parts", _unclamped),
    ),
    refuses(
        "list-parts.parameters/large-refused",
        "A max-parts above 1,000 is rejected",
        sw.Deny(op.LIST_PARTS, asks_beyond_a_page("max-parts"), code="InvalidArgument"),
    ),
    refuses(
        "list-parts.parameters/empty-refused",
        "An empty max-parts is rejected",
        sw.Deny(op.LIST_PARTS, asks_for_nothing("max-parts"), code="InvalidArgument"),
    ),
    refuses(
        "list-parts.parameters/crash-at-zero",
        "The connection is closed without an answer where max-parts is 0",
        sw.Crash(op.LIST_PARTS, lambda request: request.query.get("max-parts") == "0"),
    ),
    refuses(
        "list-parts.paging/crash-at-large-marker",
        "The connection is closed without an answer where the marker is the largest number",
        sw.Crash(
            op.LIST_PARTS, lambda request: request.query.get("part-number-marker") == "2147483647"
        ),
    ),
    accepts(
        "list-parts.parameters/bad-max-parts",
        "A max-parts that is not a number is ignored",
        sw.Swallow(op.LIST_PARTS, "max_parts"),
    ),
    accepts(
        "list-parts.parameters/bad-marker",
        "A part-number-marker that is not a number is ignored",
        sw.Swallow(op.LIST_PARTS, "part_number_marker"),
    ),
    orders(
        "list-parts.order/as-text",
        "Parts are listed by their numbers as text, 10 before 2",
        sw.After(
            op.LIST_PARTS, lambda context: context.page.sort(key=lambda part: str(part.number))
        ),
    ),
    orders(
        "list-parts.order/descending",
        "Parts are listed from last to first",
        sw.After(op.LIST_PARTS, lambda context: context.page.reverse()),
    ),
    accepts(
        "list-parts.no-upload/empty-list",
        "An upload that does not exist is listed as one without parts",
        pretends(op.LIST_PARTS, "NoSuchUpload", _NO_PARTS),
    ),
    answers(
        "list-parts.no-upload/bad-request",
        "ListParts of an upload that does not exist is answered with 400",
        misnames(op.LIST_PARTS, "NoSuchUpload", "InvalidRequest", 400),
    ),
)

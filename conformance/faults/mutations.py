"""The second proof: every small change of requests and answers, made from the operations' model.

Independent of the hand-made faults: nobody chose these. What the scenarios do not notice is a
blind spot, or has its reason in ``survivors.yaml``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from botocore.model import ListShape, Shape, StructureShape

from conformance.faults.edits import (
    ignores,
    ignores_query,
    misnames,
    omits,
    omits_element,
    omits_field,
    refused,
    says_element,
    says_header,
    shifted,
    takes_for,
    takes_query_for,
)
from conformance.faults.model import Fault
from conformance.faults.operations import FAMILY_AND_READS
from conformance.faults.switches import Refusal, Say
from conformance.vocabulary.service_model import service_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.catalog.model import Catalog
    from conformance.faults.model import Switch
    from conformance.reference.domain.messages import Request, Response, S3Error

ROOT: Final = "mutation/"
_NUMBERS: Final = ("integer", "long")
_OTHER_SUCCESS: Final = {200: 202, 204: 200, 206: 200}
_OTHER_REFUSAL: Final = {400: 403, 404: 400, 412: 400}
_SUCCESS: Final[Mapping[str, tuple[int, ...]]] = {
    "AbortMultipartUpload": (204,),
    "GetObject": (200, 206),
    "HeadObject": (200, 206),
}
"""Statuses of success, where they are not 200 alone."""
_UNTYPED: Final = (
    "UploadPart", "AbortMultipartUpload", "CreateMultipartUpload", "GetObjectAttributes",
)  # fmt: skip
"""Their answers have no body, or one without a type (XML-001, SA-357)."""
_ARGUMENT: Final = ("ArgumentName", "ArgumentValue")
_DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "CreateMultipartUpload": (*_ARGUMENT, "BucketName", "MaxSizeAllowed", "Method", "ResourceType"),
    "UploadPart": (*_ARGUMENT, "BucketName", "Content-MD5", "UploadId"),
    "UploadPartCopy": (*_ARGUMENT, "BucketName", "Condition", "Key", "UploadId"),
    "CompleteMultipartUpload": (
        *_ARGUMENT,
        "BucketName",
        "Condition",
        "ETag",
        "Header",
        "Key",
        "MinSizeAllowed",
        "PartNumber",
        "ProposedSize",
        "UploadId",
    ),
    "AbortMultipartUpload": ("BucketName", "UploadId"),
    "ListParts": (*_ARGUMENT, "BucketName", "UploadId"),
    "ListMultipartUploads": (*_ARGUMENT, "BucketName"),
    "GetObject": ("Key", "PartNumberRequested", "ActualPartCount"),
}
"""Fields of error documents by operation; the model knows none, and a HEAD has no document."""


def mutations(catalog: Catalog) -> Iterator[Fault]:
    """Yield every mutation, in the order of the operations."""
    for operation in FAMILY_AND_READS:
        yield from _of_answers(operation)
        yield from _of_requests(operation)
        yield from _of_refusals(operation, catalog)


def is_mutation(fault: str) -> bool:
    """Return whether that is a mutation's id."""
    return fault.startswith(ROOT)


def _mutation(operation: str, operator: str, name: str, says: str, switch: Switch) -> Fault:
    return Fault(
        id=f"{ROOT}{operation}/{operator}/{name}",
        kind="answers",
        says=f"{operation}: {says}",
        rules=(),
        switches=(switch,),
    )


def _of_answers(operation: str) -> Iterator[Fault]:
    """Drop each header and element, shift each number, change each status of success."""
    headers, elements = _answer_names(operation)
    for name, number in headers.items():
        switch = omits(operation, name)
        yield _mutation(operation, "drop-header", name, f"no header {name}", switch)
        if number:
            shift = says_header(operation, name, shifted)
            yield _mutation(operation, "shift-header", name, f"{name} is one larger", shift)
    for name, number in elements.items():
        drop = omits_element(operation, name)
        yield _mutation(operation, "drop-element", name, f"no element {name}", drop)
        if number:
            more = says_element(operation, name, shifted)
            yield _mutation(operation, "shift-element", name, f"{name} is one larger", more)
    for status in _SUCCESS.get(operation, (200,)):
        other = _OTHER_SUCCESS[status]
        says = f"{other} in the place of {status}"
        yield _mutation(operation, "status", str(status), says, _restatus(operation, status, other))


def _of_requests(operation: str) -> Iterator[Fault]:
    """Ignore each header and query parameter, and take each number for one more."""
    for name, (where, number) in _request_names(operation).items():
        header = where == "header"
        ignore = ignores(operation, name) if header else ignores_query(operation, name)
        yield _mutation(operation, f"ignore-{where}", name, f"{name} is ignored", ignore)
        if number:
            take = takes_for if header else takes_query_for
            more = take(operation, name, shifted)
            yield _mutation(operation, f"shift-{where}", name, f"{name} counts one more", more)


def _of_refusals(operation: str, catalog: Catalog) -> Iterator[Fault]:
    """Change the status and the code of each refusal that a fact tells, drop each detail."""
    codes = {
        (source.status, source.code)
        for source in catalog.sources.values()
        if source.operation == operation and source.code and (source.status or 0) >= 400
    }
    for status, code in sorted(codes, key=str):
        other = _OTHER_REFUSAL.get(status or 0, 400)
        says = f"{code} comes with {other}"
        switch = _restated(operation, code, other)
        yield _mutation(operation, "status", f"{status}-{code}", says, switch)
        renamed = "InvalidRequest" if code != "InvalidRequest" else "InvalidArgument"
        named = misnames(operation, code, renamed)
        yield _mutation(operation, "code", f"{status}-{code}", f"{code} is {renamed}", named)
    for name in _DETAILS.get(operation, ()):
        drop = omits_field(operation, "", name)
        yield _mutation(operation, "drop-detail", name, f"errors have no {name}", drop)


def _restatus(operation: str, status: int, other: int) -> Switch:
    def change(request: Request, response: Response) -> Response:
        del request
        if response.status != status:
            return response
        return replace(response, status=other)

    return Say(operation, change)


def _restated(operation: str, code: str, status: int) -> Switch:
    def change(request: Request, error: S3Error) -> S3Error:
        del request
        return refused(error, status=status)

    return Refusal(operation, code, change)


def _answer_names(operation: str) -> tuple[Mapping[str, bool], Mapping[str, bool]]:
    """Return the headers and the elements of the answer, each with whether it is a number.

    Content-Length is left out here and below: it belongs to HTTP's framing, and a client that
    gets a wrong one reports a broken connection.
    """
    headers: dict[str, bool] = {} if operation in _UNTYPED else {"Content-Type": False}
    elements: dict[str, bool] = {}
    shape = service_model().operation_model(operation).output_shape
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            location = member.serialization.get("location")
            wire = str(member.serialization.get("name", name))
            if location == "header" and wire != "Content-Length":
                headers[wire] = member.type_name in _NUMBERS
            elif location is None and member.type_name != "blob":
                _walk(wire, member, elements)
    return headers, elements


def _walk(name: str, shape: Shape, found: dict[str, bool]) -> None:
    found[name] = shape.type_name in _NUMBERS
    inner = shape
    if isinstance(shape, ListShape):
        inner = shape.member
        if not shape.serialization.get("flattened"):
            name = str(inner.serialization.get("name", "member"))
            found[name] = inner.type_name in _NUMBERS
    if isinstance(inner, StructureShape):
        for child, member in inner.members.items():
            _walk(str(member.serialization.get("name", child)), member, found)


def _request_names(operation: str) -> Mapping[str, tuple[str, bool]]:
    """Return the headers and query parameters of a request, each with whether it is a number."""
    found: dict[str, tuple[str, bool]] = {}
    shape = service_model().operation_model(operation).input_shape
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            location = member.serialization.get("location")
            wire = str(member.serialization.get("name", name))
            number = member.type_name in _NUMBERS
            if location == "header" and wire != "Content-Length":
                found[wire] = ("header", number)
            elif location == "querystring":
                found[wire] = ("query", number)
    return found

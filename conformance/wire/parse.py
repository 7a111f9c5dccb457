"""Parses answers: response members by botocore's model, error documents, XML for XPath.

An endpoint's XML is refused when it has a document type, entities, or more depth or elements
than any answer of S3's; it never raises here, it becomes the ``problem`` of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from botocore.parsers import ResponseParserError, RestXMLParser
from botocore.utils import parse_timestamp
from defusedxml.common import DefusedXmlException

from conformance.wire.safe_xml import XML_ERRORS, parse_xml, xml_root
from conformance.wire.serialise import operation_model

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from botocore.model import Shape, StructureShape

__all__ = ["ROOTS", "Parsed", "parse", "xml_root"]

ROOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "CompleteMultipartUpload": ("CompleteMultipartUploadResult",),
    "CopyObject": ("CopyObjectResult",),
    "CreateMultipartUpload": ("InitiateMultipartUploadResult",),
    "CreateSession": ("CreateSessionResult",),
    "DeleteObjects": ("DeleteResult",),
    "GetBucketAcl": ("AccessControlPolicy",),
    "GetBucketLocation": ("LocationConstraint",),
    "GetBucketVersioning": ("VersioningConfiguration",),
    "GetObjectAcl": ("AccessControlPolicy",),
    "GetObjectAttributes": ("GetObjectAttributesResponse", "GetObjectAttributesOutput"),
    "GetObjectTagging": ("Tagging",),
    "ListBuckets": ("ListAllMyBucketsResult",),
    "ListMultipartUploads": ("ListMultipartUploadsResult",),
    "ListObjectVersions": ("ListVersionsResult",),
    "ListObjects": ("ListBucketResult",),
    "ListObjectsV2": ("ListBucketResult",),
    "ListParts": ("ListPartsResult",),
    "UploadPartCopy": ("CopyPartResult",),
}
"""Root elements of the answers that scenarios read; botocore's model does not hold them."""

_PROBLEM_LENGTH: Final = 200
"""Characters of a problem's text; some of them may be the endpoint's own."""

_PAGES: Final = (b"<html", b"<!doctype html")
_LOOKED_AT: Final = 64
"""Bytes at the beginning of a body that tell whether it is a page."""

_UNREADABLE: Final = (
    ArithmeticError, AttributeError, LookupError, NameError, ResponseParserError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip
"""What botocore's parser raises over XML of another shape than its model's."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The parsed content of an answer; see `conformance.wire.model.Answer`."""

    members: Mapping[str, Any] = field(default_factory=dict)
    error_code: str = ""
    error_message: str = ""
    error_fields: Mapping[str, str] = field(default_factory=dict)
    embedded_error: bool = False
    misnamed: str = ""
    problem: str = ""


class _Headers(Mapping[str, str]):
    """Answer headers by name in any case; a repeated header's values are joined by commas."""

    def __init__(self, headers: tuple[tuple[str, str], ...]) -> None:
        self._values: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for name, value in headers:
            lower = name.lower()
            if lower in self._values:
                self._values[lower] += f", {value}"
            else:
                self._values[lower] = value
                self._names[lower] = name

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def said(self, lower: str) -> str | None:
        """Return the value under a name that is in lower case; None without one."""
        return self._values.get(lower)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names.values())

    def __len__(self) -> int:
        return len(self._values)


_Base: Any = RestXMLParser
"""Any, as the methods used below are private and the type stubs leave them out."""


class _Parser(_Base):  # type: ignore[misc] # a subclass of Any, see there
    """botocore's parser over trees that are parsed already."""

    def header(self, shape: Shape, value: str) -> Any:  # noqa: ANN401 - as the shape says
        """Return a member that stands in a header."""
        return self._parse_shape(shape, value)

    def header_map(self, shape: Shape, headers: _Headers) -> dict[str, str]:
        """Return a member that gathers all headers of a prefix, such as Metadata."""
        found: dict[str, str] = self._parse_header_map(shape, headers)
        return found

    def tree(self, shape: Shape, root: Element) -> Any:  # noqa: ANN401 - as the shape says
        """Return the members that stand in the document."""
        return self._parse_shape(shape, root)

    def _node_tag(self, node: Element) -> str:
        return node.tag


def _timestamp(text: str) -> datetime:
    """Read the two forms of S3's own fast, and any other as botocore does."""
    if text[10:11] == "T" and text[-1:] == "Z":
        return datetime.fromisoformat(text)
    if text[3:5] == ", ":
        return parsedate_to_datetime(text)
    moment: datetime = parse_timestamp(text)
    return moment


_PARSER: Final = _Parser(timestamp_parser=_timestamp)


def parse(
    operation: str,
    method: str,
    status: int,
    headers: tuple[tuple[str, str], ...],
    body: bytes,
) -> Parsed:
    """Read an answer as one to ``operation``. Never raises for what the endpoint sent."""
    if status >= 300:
        parsed = _parse_error(status, method, body)
    else:
        folded = _Headers(headers)
        parsed = _parse_success(operation, folded, body, has_body=method != "HEAD")
    if len(parsed.problem) > _PROBLEM_LENGTH:
        return replace(parsed, problem=f"{parsed.problem[:_PROBLEM_LENGTH]}…")
    return parsed


def _parse_error(status: int, method: str, body: bytes) -> Parsed:
    if not body:
        silent = method == "HEAD" or status == 304
        return Parsed(problem="" if silent else "an error without an error document")
    try:
        root = parse_xml(body)
    except XML_ERRORS as error:
        return Parsed(problem=_describe(error))
    if root.tag != "Error":
        return Parsed(problem=f"the error document is a <{root.tag}>")
    return _read_error(root, embedded=False)


def _read_error(root: Element, *, embedded: bool) -> Parsed:
    fields: dict[str, str] = {}
    for child in root:
        fields.setdefault(child.tag, "".join(child.itertext()))
    return Parsed(
        error_code=fields.pop("Code", ""),
        error_message=fields.pop("Message", ""),
        error_fields=fields,
        embedded_error=embedded,
    )


@cache
def _body_kind(operation: str) -> tuple[str, str]:
    """Return what an answer's body is (``none``, ``raw``, ``events``, ``xml``), and its member."""
    shape = operation_model(operation).output_shape
    if shape is None:
        return "none", ""
    payload = shape.serialization.get("payload", "")
    if payload:
        member = shape.members[payload]
        if member.serialization.get("eventstream"):
            return "events", payload
        return ("raw" if member.type_name in ("blob", "string") else "xml"), payload
    inside = any(not member.serialization.get("location") for member in shape.members.values())
    return ("xml" if inside else "none"), ""


def carries_data(operation: str) -> bool:
    """Return whether the body of a 2xx answer is an object's data, and not a document."""
    return _body_kind(operation)[0] in ("raw", "events")


@cache
def _header_plan(operation: str) -> tuple[tuple[str, str, str, Shape], ...]:
    """Return name, location, header and shape of all members outside the body."""
    shape = operation_model(operation).output_shape
    members = shape.members.items() if shape is not None else ()
    return tuple(
        (name, location, member.serialization.get("name", name).lower(), member)
        for name, member in members
        if (location := member.serialization.get("location"))
    )


def _header_members(operation: str, headers: _Headers) -> tuple[dict[str, Any], str]:
    """Return the members outside the body, and why one of them could not be read."""
    members: dict[str, Any] = {}
    problem = ""
    for name, location, header, shape in _header_plan(operation):
        try:
            if location == "headers":
                members[name] = _PARSER.header_map(shape, headers)
            elif (value := headers.said(header)) is not None:
                members[name] = _PARSER.header(shape, value)
        except _UNREADABLE as error:
            # S3 keeps Expires as it was sent, a date or not.
            if name != "Expires":
                problem = problem or f"the header {header} does not fit the model: {error}"
    return members, problem


def _parse_success(operation: str, headers: _Headers, body: bytes, *, has_body: bool) -> Parsed:
    shape = operation_model(operation).output_shape
    kind, payload = _body_kind(operation)
    page = "the body is an HTML page" if kind == "none" and _is_page(body) else ""
    if shape is None:
        return Parsed(problem=page)
    members, problem = _header_members(operation, headers)
    problem = page or problem
    if kind == "raw" and has_body:
        members[payload] = _raw(shape.members[payload], body)
    if kind != "xml" or not has_body:
        return Parsed(members=members, problem=problem)
    try:
        root = parse_xml(body)
    except XML_ERRORS as error:
        return Parsed(members=members, problem=_describe(error) if body else "the body is empty")
    if root.tag == "Error":
        return _read_error(root, embedded=True)
    return _parse_tree(operation, shape, payload, root, members, problem)


def _is_page(body: bytes) -> bool:
    return body[:_LOOKED_AT].lstrip().lower().startswith(_PAGES)


def _parse_tree(
    operation: str,
    shape: StructureShape,
    payload: str,
    root: Element,
    members: dict[str, Any],
    problem: str,
) -> Parsed:
    roots = ROOTS.get(operation)
    misnamed = ""
    if roots and root.tag not in roots:
        misnamed = f"<{root.tag}>, not <{roots[0]}>"
    before = len(members)
    try:
        if operation == "GetBucketLocation":
            # The text of the root is the member, which the model cannot say.
            members |= {"LocationConstraint": root.text} if root.text else {}
        elif payload:
            members[payload] = _PARSER.tree(shape.members[payload], root)
        else:
            members |= _PARSER.tree(shape, root)
    except _UNREADABLE as error:
        problem = problem or f"the document does not fit the model: {error}"
    if misnamed and len(members) == before:
        # Nothing of it could be read: it is another document, not one under another name.
        problem, misnamed = problem or f"the document is {misnamed}", ""
    return Parsed(members=members, problem=problem, misnamed=misnamed)


def _raw(shape: Shape, body: bytes) -> bytes | str:
    return body if shape.type_name == "blob" else body.decode(errors="replace")


def _describe(error: Exception) -> str:
    if isinstance(error, DefusedXmlException):
        return "the document has a document type, which is refused"
    return f"the body is not XML: {error}"


def read_document(shape: Shape, body: bytes) -> dict[str, Any] | str:
    """Read a document by its shape in the model; return the reason as text if it can't be."""
    try:
        found = _PARSER.tree(shape, parse_xml(body))
    except XML_ERRORS as error:
        return _describe(error)
    except _UNREADABLE as error:
        return f"the document does not fit the model: {error}"[:_PROBLEM_LENGTH]
    return found if isinstance(found, dict) else "the document is of another shape"

"""What an answer says: response members by botocore's model, error documents, XML for XPath.

An endpoint's XML is refused when it has a document type, entities, or more depth or elements
than any answer of S3's; it never raises here, it becomes the ``problem`` of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final, TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from botocore.parsers import ResponseParserError, RestXMLParser
from botocore.utils import parse_timestamp
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from conformance.wire.serialise import operation_model

if TYPE_CHECKING:
    from botocore.model import Shape, StructureShape

_XML_BYTES: Final = 64 * 1024 * 1024
_XML_ELEMENTS: Final = 500_000
_XML_DEPTH: Final = 100

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

_UNREADABLE: Final = (
    ArithmeticError, AttributeError, LookupError, NameError, ResponseParserError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip
"""What botocore's parser raises over XML of another shape than its model's."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was read out of an answer; see `conformance.wire.model.Answer`."""

    members: Mapping[str, Any] = field(default_factory=dict)
    error_code: str = ""
    error_message: str = ""
    error_fields: Mapping[str, str] = field(default_factory=dict)
    embedded_error: bool = False
    problem: str = ""


class UnsafeXmlError(ValueError):
    """The document is larger or deeper than any answer of S3's."""


class _Builder(TreeBuilder):
    """Builds a tree without namespaces, within bounds."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:  # type: ignore[override] # typeshed says Any
        """Open an element under its local name."""
        self._depth += 1
        self._count += 1
        if self._depth > _XML_DEPTH or self._count > _XML_ELEMENTS:
            raise UnsafeXmlError("the document is deeper or longer than an answer may be")
        return super().start(tag.rpartition("}")[2], attrs)

    def end(self, tag: str, /) -> Element:
        """Close an element."""
        self._depth -= 1
        return super().end(tag.rpartition("}")[2])


def xml_root(body: bytes) -> Element | None:
    """Parse a document safely and return its root, all names without namespaces.

    None for what is no XML, or has a document type, or exceeds the bounds of this module.
    """
    try:
        return _parse_xml(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None


def _parse_xml(body: bytes) -> Element:
    """Raise ParseError, DefusedXmlException, ValueError or LookupError (unknown encoding)."""
    if len(body) > _XML_BYTES:
        raise UnsafeXmlError(f"a document of {len(body)} bytes")
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
    parser.feed(body)
    root: Element = parser.close()
    return root


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

    def __iter__(self) -> Iterator[str]:
        return iter(self._names.values())

    def __len__(self) -> int:
        return len(self._values)


class _Parser(RestXMLParser):  # type: ignore[misc] # botocore publishes no types
    """botocore's parser over trees that are parsed already."""

    def header_members(
        self, headers: _Headers, status: int, shape: StructureShape
    ) -> dict[str, Any]:
        """Return the members that stand in headers and the status."""
        members: dict[str, Any] = {}
        response = {"headers": headers, "status_code": status}
        self._parse_non_payload_attrs(response, shape, shape.members, members)
        return members

    def tree(self, shape: Shape, root: Element) -> Any:  # noqa: ANN401 - whatever the shape says
        """Return the members that stand in the document."""
        return self._parse_shape(shape, root)

    def _node_tag(self, node: Element) -> str:
        return node.tag


_PARSER: Final = _Parser(timestamp_parser=lambda text: _timestamp(text))


def _timestamp(text: str) -> datetime:
    """Read S3's own form fast, and any other as botocore does."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        moment: datetime = parse_timestamp(text)
        return moment


def parse(
    operation: str,
    method: str,
    status: int,
    headers: tuple[tuple[str, str], ...],
    body: bytes,
) -> Parsed:
    """Read an answer as one to ``operation``. Never raises for what the endpoint sent."""
    if status >= 300:
        return _parse_error(status, method, body)
    return _parse_success(operation, status, _Headers(headers), body, has_body=method != "HEAD")


def _parse_error(status: int, method: str, body: bytes) -> Parsed:
    if not body:
        silent = method == "HEAD" or status == 304
        return Parsed(problem="" if silent else "an error without an error document")
    try:
        root = _parse_xml(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
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


def _parse_success(
    operation: str, status: int, headers: _Headers, body: bytes, *, has_body: bool
) -> Parsed:
    shape = operation_model(operation).output_shape
    kind, payload = _body_kind(operation)
    if shape is None:
        return Parsed()
    problem = ""
    members: dict[str, Any] = {}
    try:
        members = _PARSER.header_members(headers, status, shape)
    except _UNREADABLE as error:
        problem = f"a header does not fit the model: {error}"
    if kind == "raw" and has_body:
        members[payload] = _raw(shape.members[payload], body)
    if kind != "xml" or not has_body:
        return Parsed(members=members, problem=problem)
    try:
        root = _parse_xml(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        return Parsed(members=members, problem=_describe(error) if body else "the body is empty")
    if root.tag == "Error":
        return _read_error(root, embedded=True)
    return _parse_tree(operation, shape, payload, root, members, problem)


def _parse_tree(
    operation: str,
    shape: StructureShape,
    payload: str,
    root: Element,
    members: dict[str, Any],
    problem: str,
) -> Parsed:
    roots = ROOTS.get(operation)
    if roots and root.tag not in roots:
        problem = problem or f"the document is a <{root.tag}>, not a <{roots[0]}>"
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
    return Parsed(members=members, problem=problem)


def _raw(shape: Shape, body: bytes) -> bytes | str:
    return body if shape.type_name == "blob" else body.decode(errors="replace")


def _describe(error: Exception) -> str:
    if isinstance(error, DefusedXmlException):
        return "the document has a document type, which is refused"
    return f"the body is no XML: {error}"

"""From an operation's members to method, path, query, headers and body, by botocore's model.

Nothing is repaired on the way: no parameter validation, no added digests, no tidied keys. What a
scenario leaves out is left out, what it gives in another type goes out as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

from botocore.serialize import RestXMLSerializer

from conformance.vocabulary.service_model import service_model

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from botocore.model import OperationModel, Shape

_LABEL: Final = re.compile(r"\{(\w+)(\+?)\}")

# Members that SDKs take apart before they serialise: a map is encoded, a string is sent as it is.
_COPY_SOURCE: Final = "CopySource"


@dataclass(frozen=True, slots=True)
class Serialised:
    """One operation in the parts of an HTTP request, before addressing and edits."""

    method: str
    bucket: str
    """As given; empty when the operation has none or the scenario leaves it out."""
    path: str
    """Percent-encoded, without the bucket: empty, or ``/`` and the key as it is."""
    query: tuple[tuple[str, str | None], ...]
    """Percent-encoded; None stands for a name without ``=``."""
    headers: tuple[tuple[str, str], ...]
    body: bytes
    needs_checksum: bool
    """S3 asks for Content-MD5 or a checksum header on this operation."""


@cache
def operation_model(operation: str) -> OperationModel:
    """Return the model of one operation; ValueError when S3 has none of that name."""
    if operation not in service_model().operation_names:
        raise ValueError(f"Amazon S3 has no operation {operation!r}")
    return service_model().operation_model(operation)


def encode(text: str | bytes, safe: str = "") -> str:
    """Percent-encode as Signature Version 4 has it: all but letters, digits and ``-._~``."""
    return quote(text, safe=safe)


def copy_source(source: Mapping[str, Any]) -> str:
    """Encode ``{Bucket, Key, VersionId}`` as SDKs do for ``x-amz-copy-source``."""
    text = encode(f"{source.get('Bucket', '')}/{source.get('Key', '')}", safe="/")
    version = source.get("VersionId")
    return text if version is None else f"{text}?versionId={encode(str(version))}"


_Base: Any = RestXMLSerializer
"""Any, as the methods refined below are private and the type stubs leave them out."""


class _Serialiser(_Base):  # type: ignore[misc] # a subclass of Any, see there
    """botocore's serialiser, made to accept what a scenario breaks on purpose."""

    def _render_uri_template(self, uri_template: str, params: Mapping[str, Any]) -> str:
        """Leave missing labels empty, and the bucket to `conformance.wire.addressing`."""

        def fill(label: re.Match[str]) -> str:
            value = params.get(label[1], "")
            safe = "/" if label[2] else ""
            return encode(value if isinstance(value, bytes) else str(value), safe=safe)

        return _LABEL.sub(fill, uri_template.removeprefix("/{Bucket}"))

    def _convert_header_value(self, shape: Shape, value: object) -> str:
        """Send a date that is none, or a list that is none, as the text that it is."""
        if isinstance(value, str):
            if shape.type_name != "timestamp":
                return value
            try:
                return str(super()._convert_header_value(shape, value))
            except (ValueError, OverflowError):
                return value
        return str(super()._convert_header_value(shape, value))

    def _convert_timestamp_to_str(
        self, value: object, timestamp_format: str | None = None
    ) -> str | int | float:
        try:
            return cast(
                "str | int | float", super()._convert_timestamp_to_str(value, timestamp_format)
            )
        except (ValueError, OverflowError):
            return str(value)

    def _serialize_type_structure(
        self, xmlnode: Element, params: object, shape: Shape, name: str
    ) -> None:
        """Pass over members that are None without losing those behind them."""
        if isinstance(params, Mapping):
            params = {key: value for key, value in params.items() if value is not None}
        super()._serialize_type_structure(xmlnode, params, shape, name)

    def _serialize_type_boolean(
        self, xmlnode: Element, params: object, shape: Shape, name: str
    ) -> None:
        """Send a string in a boolean's place as it is, whatever it says."""
        if isinstance(params, str):
            self._default_serialize(xmlnode, params, shape, name)
        else:
            super()._serialize_type_boolean(xmlnode, params, shape, name)


_SERIALISER: Final = _Serialiser()


def serialise(operation: str, members: Mapping[str, Any]) -> Serialised:
    """Serialise one operation.

    Members whose value is None are left out; so are path labels that are not given.
    Raises ValueError for an operation or a member that S3's model does not have, and for a value
    that no request can hold (text in a map's place).
    """
    model = operation_model(operation)
    source = members.get(_COPY_SOURCE)
    if isinstance(source, Mapping):
        members = {**members, _COPY_SOURCE: copy_source(source)}
    try:
        parts: dict[str, Any] = _SERIALISER.serialize_to_request(members, model)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{operation} cannot be made of these members: {error!r}") from error
    path, _, fixed = parts["url_path"].partition("?")
    query = [_fixed_parameter(pair) for pair in fixed.split("&")] if fixed else []
    for name, value in (parts["query_string"] or {}).items():
        values = value if isinstance(value, list) else [value]
        query += [(encode(name), encode(str(each))) for each in values]
    body = parts["body"] or b""
    return Serialised(
        method=parts["method"],
        bucket=str(members.get("Bucket") or ""),
        path=path,
        query=tuple(query),
        headers=tuple((name, str(value)) for name, value in parts["headers"].items()),
        body=_escape_line_ends(bytes(body)) if _sends_xml(operation) else bytes(body),
        needs_checksum=_needs_checksum(operation),
    )


def _fixed_parameter(pair: str) -> tuple[str, str | None]:
    """Take a parameter of the URI template apart: ``uploads`` or ``list-type=2``."""
    name, equals, value = pair.partition("=")
    return name, value if equals else None


@cache
def _sends_xml(operation: str) -> bool:
    """Return whether the body is an XML document rather than the caller's own bytes or text."""
    shape = operation_model(operation).input_shape
    payload = shape.serialization.get("payload") if shape else None
    return (
        shape is None or not payload or shape.members[payload].type_name not in ("blob", "string")
    )


@cache
def _needs_checksum(operation: str) -> bool:
    model = operation_model(operation)
    return bool(model.http_checksum.get("requestChecksumRequired") or model.http_checksum_required)


def _escape_line_ends(document: bytes) -> bytes:
    """Write line ends as character references: an XML parser would turn CR into LF in a key."""
    if b"\r" in document:
        document = document.replace(b"\r", b"&#xD;")
    if b"\n" in document:
        document = document.replace(b"\n", b"&#xA;")
    return document

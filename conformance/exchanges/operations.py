"""From a request as it was sent to the S3 operation and its members."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

from conformance.vocabulary.service_model import service_model
from conformance.wire.parse import read_document
from conformance.wire.serialise import operation_model

if TYPE_CHECKING:
    from conformance.exchanges.model import Seen

_AMAZON: Final = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9.-]+)\.s3[.-][a-z0-9.-]*amazonaws\.com")
_SIGNATURE: Final = re.compile(
    r"(?i)x-amz-(?:algorithm|credential|date|expires|signedheaders|signature|security-token)"
)
_LARGEST_DOCUMENT: Final = 4 * 1024 * 1024
_NUMBERS: Final = ("integer", "long")


@dataclass(slots=True)
class Asked:
    """An operation with its members, as far as S3's model knows them."""

    operation: str
    bucket: str
    key: str | None
    members: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str | None] = field(default_factory=dict)
    """Parameters that the model does not have."""
    known_headers: set[str] = field(default_factory=set)
    """Lower-case names of headers that became members."""
    presigned: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Route:
    operation: str
    method: str
    has_key: bool
    has_bucket: bool
    fixed: frozenset[str]
    parameters: frozenset[str]
    headers: frozenset[str]

    @property
    def weight(self) -> int:
        return 3 * len(self.fixed) + len(self.parameters) + len(self.headers)


@cache
def _routes() -> tuple[_Route, ...]:
    found = []
    for name in service_model().operation_names:
        model = operation_model(name)
        path, _, query = model.http["requestUri"].partition("?")
        shape = model.input_shape
        required = [shape.members[one] for one in shape.required_members] if shape else []
        found.append(
            _Route(
                name,
                model.http["method"],
                "{Key+}" in path,
                "{Bucket}" in path,
                frozenset(
                    pair for pair in query.split("&") if pair and not pair.startswith("x-id=")
                ),
                frozenset(
                    m.serialization["name"]
                    for m in required
                    if m.serialization.get("location") == "querystring"
                ),
                frozenset(
                    m.serialization["name"].lower()
                    for m in required
                    if m.serialization.get("location") == "header"
                ),
            )
        )
    return tuple(
        sorted(found, key=lambda one: (-one.weight, one.operation != "ListObjects", one.operation))
    )


def operation_of(seen: Seen, *, bucket_in_host: bool = False) -> Asked | None:
    """Return what a request asks for; None for what is no operation of S3's."""
    path, _, query = seen.target.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    presigned = any(name.lower() == "x-amz-signature" for name, _ in pairs)
    pairs = [pair for pair in pairs if not _SIGNATURE.fullmatch(pair[0])]
    bucket, key = _place(seen, path, bucket_in_host=bucket_in_host)
    names = {name for name, _ in pairs} | {f"{name}={value}" for name, value in pairs}
    sent = {name.lower() for name, _ in seen.headers}
    for route in _routes():
        fits = (
            route.method == seen.method
            and route.has_key == (key is not None)
            and route.has_bucket == bool(bucket)
            and route.fixed <= names
            and route.parameters <= names
            and route.headers <= sent
        )
        if fits:
            asked = Asked(route.operation, bucket, key, presigned=presigned)
            fixed = {one.partition("=")[0] for one in route.fixed}
            _fill(asked, seen, [pair for pair in pairs if pair[0] not in fixed | {"x-id"}])
            return asked
    return None


def _place(seen: Seen, path: str, *, bucket_in_host: bool) -> tuple[str, str | None]:
    """Return bucket and key, from the host where it names the bucket."""
    host = seen.header("host").rpartition("@")[2]
    in_host = _AMAZON.match(host)
    rest = path.lstrip("/")
    if in_host or bucket_in_host:
        bucket = in_host["bucket"] if in_host else host.partition(".")[0]
        return bucket, unquote(rest) if rest else None
    bucket, _, key = rest.partition("/")
    return unquote(bucket), unquote(key) if key else None


def _fill(asked: Asked, seen: Seen, pairs: list[tuple[str, str]]) -> None:
    shape = operation_model(asked.operation).input_shape
    given = dict(pairs)
    sent = {name.lower(): value for name, value in seen.headers}
    for name, member in shape.members.items() if shape is not None else ():
        place = member.serialization.get("location")
        wire = member.serialization.get("name", name)
        if place == "querystring" and wire in given:
            asked.members[name] = _typed(member.type_name, given.pop(wire))
        elif place == "header" and wire.lower() in sent:
            asked.members[name] = _typed(member.type_name, sent[wire.lower()])
            asked.known_headers.add(wire.lower())
        elif place == "headers":
            gathered = {n[len(wire) :]: v for n, v in sent.items() if n.startswith(wire.lower())}
            if gathered:
                asked.members[name] = gathered
                asked.known_headers |= {wire.lower() + one for one in gathered}
    asked.query = dict(given)
    payload = shape.serialization.get("payload", "") if shape is not None else ""
    if (
        payload
        and shape is not None
        and shape.members[payload].type_name == "structure"
        and seen.size
    ):
        found = read_document(shape.members[payload], (seen.body or b"")[:_LARGEST_DOCUMENT])
        if isinstance(found, str):
            asked.problem = (
                f"the document of {asked.operation} is not in the file, or can't be read"
            )
        else:
            asked.members[payload] = found


def _typed(kind: str, text: str) -> Any:  # noqa: ANN401 - as the model says
    if kind in _NUMBERS and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    return text == "true" if kind == "boolean" and text in ("true", "false") else text

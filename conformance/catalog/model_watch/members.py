"""The members and enum values of S3's service model that the catalogue answers for.

A member has an id like ``ListParts answer Parts[].ETag``: the operation, the side, and the path, in
which ``[]`` means the items of a list. A value has an id like ``ChecksumAlgorithm SHA512``:
the enumeration, as the model calls it, and the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import ServiceModel

Side = Literal["request", "answer"]

OPERATIONS: Final = (
    "CreateMultipartUpload",
    "UploadPart",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
    "ListParts",
    "ListMultipartUploads",
    "GetObjectAttributes",
    "CreateSession",
)
"""The multipart family, what describes its objects, and what opens a directory bucket."""
SIDES: Final[tuple[Side, ...]] = ("request", "answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a request or an answer, at any depth."""

    operation: str
    side: Side
    path: str
    """Names joined by dots, ``[]`` behind lists: ``MultipartUpload.Parts[].ETag``."""
    place: str
    """How it travels: ``header x-amz-acl``, ``querystring uploadId``, ``element Part`` …"""
    kind: str
    """The type in the model: string, integer, structure, list …"""
    enum: str = ""
    """Name of its enumeration; empty for any other."""

    @property
    def id(self) -> str:
        """Its name in reports and excuses."""
        return f"{self.operation} {self.side} {self.path}"

    @property
    def about(self) -> str:
        """Place, type and enumeration in one text, in which a change of the model shows."""
        return ", ".join(filter(None, (self.place, self.kind, self.enum)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What one service model says of the family."""

    botocore: str
    """The version that it comes from; empty when that is unknown."""
    members: Mapping[str, Member]
    """By id, in the order of operations, sides and the model."""
    enums: Mapping[str, tuple[str, ...]]
    """Enumeration to its values, for those that a member has."""

    def values(self) -> Iterator[tuple[str, str, str]]:
        """Yield id, enumeration and value of every enum value."""
        for enum, values in self.enums.items():
            for value in values:
                yield f"{enum} {value}", enum, value


def family_of(model: ServiceModel, botocore: str = "") -> Family:
    """Return what a service model says; an operation that it does not have, has no members."""
    members: dict[str, Member] = {}
    enums: dict[str, tuple[str, ...]] = {}
    for operation in OPERATIONS:
        if operation not in model.operation_names:
            continue
        shapes = model.operation_model(operation)
        for side, shape in zip(SIDES, (shapes.input_shape, shapes.output_shape), strict=True):
            if not isinstance(shape, StructureShape):
                continue
            for path, inner, place in _walk(shape, "", ()):
                enum = _enum(inner, enums)
                member = Member(
                    operation=operation,
                    side=side,
                    path=path,
                    place=place,
                    kind=inner.type_name,
                    enum=enum,
                )
                members[member.id] = member
    return Family(botocore=botocore, members=members, enums=dict(sorted(enums.items())))


def _walk(shape: Shape, path: str, above: tuple[str, ...]) -> Iterator[tuple[str, Shape, str]]:
    """Yield path, shape and place of every member below a shape."""
    match shape:
        case StructureShape() if shape.name not in above:
            for name, inner in shape.members.items():
                below = f"{path}.{name}" if path else name
                yield below, inner, _place(name, inner, top=not above)
                yield from _walk(inner, below, (*above, shape.name))
        case ListShape():
            yield from _walk(shape.member, f"{path}[]", above)
        case MapShape() | _:
            return


def _place(name: str, shape: Shape, *, top: bool) -> str:
    """Return how a member travels; only the outermost ones can be anything but an element."""
    given = shape.serialization
    location = given.get("location", "element") if top else "element"
    if isinstance(shape, ListShape) and location == "element" and given.get("flattened"):
        name = shape.member.serialization.get("name", name)
    return f"{location} {given.get('name', name)}"


def _enum(shape: Shape, enums: dict[str, tuple[str, ...]]) -> str:
    inner = shape.member if isinstance(shape, ListShape) else shape
    if not (isinstance(inner, StringShape) and inner.enum):
        return ""
    enums[inner.name] = tuple(inner.enum)
    name: str = inner.name
    return name

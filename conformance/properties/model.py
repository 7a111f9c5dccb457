"""A small pure model of what the documentation promises of keys, uploads and parts.

It knows nothing of how any endpoint works, the reference's among them. Each operation tells, for a
state, what may be answered and what then holds. Where the sources leave more than one answer open
there are several outcomes; what they dispute altogether is not among the operations.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, Protocol

from conformance.properties.story import StepTree, step, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Tree

KEYS: Final = ("$key", "${key}-b")
"""The keys that stories of the model use; the shortest way to say them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object: its bytes (a short text), and the upload that it came from, if any."""

    content: str
    upload: str = ""

    @property
    def etag(self) -> Tree:
        """Return its ETag as a call."""
        return {"multipart_etag": [self.content]} if self.upload else {"etag": self.content}


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload and what happened to it."""

    key: str
    parts: Mapping[int, str] = field(default_factory=dict)
    state: Literal["open", "completed", "aborted"] = "open"
    listed: tuple[tuple[int, str], ...] = ()
    """Numbers and bytes of the parts that it was completed with."""


@dataclass(frozen=True, slots=True)
class World:
    """The state that clients can see, by the documentation."""

    objects: Mapping[str, Stored] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    """By the name under which a story saves their ids."""

    def with_upload(self, name: str, upload: Upload) -> World:
        """Return the world with that upload in it."""
        return replace(self, uploads={**self.uploads, name: upload})

    def with_object(self, key: str, stored: Stored | None) -> World:
        """Return the world with that object at a key, or without any."""
        others = {name: one for name, one in self.objects.items() if name != key}
        return replace(self, objects=others if stored is None else {**others, key: stored})


@dataclass(frozen=True, slots=True)
class PossibleAnswer:
    """One thing that may be answered, and the world after it."""

    status: int
    after: World
    fields: Mapping[str, Tree] = field(default_factory=dict)
    """What else the answer holds, by the names that expectations use."""


class Operation(Protocol):
    """Something that a client does."""

    def request(self) -> StepTree:
        """Return the step that does it, without expectations."""

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """Return the possible answers, each with the world after it."""


def _at(key: str) -> dict[str, Tree]:
    return {} if key == KEYS[0] else {"Key": key}


def _refused(world: World, status: int, code: str = "") -> tuple[PossibleAnswer, ...]:
    return (PossibleAnswer(status, world, {"code": code} if code else {}),)


def _open(world: World, key: str, name: str) -> Upload | None:
    """Return the upload when it is open and of that key."""
    found = world.uploads[name]
    return found if found.state == "open" and found.key == key else None


@dataclass(frozen=True, slots=True)
class Create:
    """CreateMultipartUpload."""

    key: str
    name: str

    def request(self) -> StepTree:
        """Return the step."""
        return step("CreateMultipartUpload", _at(self.key), save={self.name: "UploadId"})

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """Begin an upload."""
        return (PossibleAnswer(200, world.with_upload(self.name, Upload(self.key))),)


@dataclass(frozen=True, slots=True)
class Part:
    """UploadPart; ``key`` may be another than the upload's."""

    key: str
    name: str
    number: int
    content: str

    def request(self) -> StepTree:
        """Return the step."""
        members: dict[str, Tree] = {"UploadId": f"${self.name}", "PartNumber": self.number}
        return step("UploadPart", {**_at(self.key), **members, "Body": text(self.content)})

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """Store the part, in place of an earlier one of its number."""
        found = _open(world, self.key, self.name)
        if found is None:
            return _refused(world, 404, "NoSuchUpload")
        return (_stored(world, self.name, found, self.number, self.content),)


def _stored(world: World, name: str, upload: Upload, number: int, content: str) -> PossibleAnswer:
    parts = {**upload.parts, number: content}
    after = world.with_upload(name, replace(upload, parts=parts))
    return PossibleAnswer(200, after, {"ETag": {"etag": text(content)}})


@dataclass(frozen=True, slots=True)
class Copy:
    """UploadPartCopy of a whole object."""

    key: str
    name: str
    number: int
    source: str

    def request(self) -> StepTree:
        """Return the step."""
        source = "${bucket}/" + ("${key}" if self.source == KEYS[0] else self.source)
        members: dict[str, Tree] = {
            "UploadId": f"${self.name}",
            "PartNumber": self.number,
            "CopySource": source,
        }
        return step("UploadPartCopy", {**_at(self.key), **members})

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """Store the source's bytes as a part; of two errors either may be reported."""
        found, source = _open(world, self.key, self.name), world.objects.get(self.source)
        if found is None or source is None:
            return _refused(world, 404)
        stored = _stored(world, self.name, found, self.number, source.content)
        etag: Tree = {"contains": {"unquoted": stored.fields["ETag"]}}
        fields: dict[str, Tree] = {"CopyPartResult": {"ETag": etag}}
        return (replace(stored, fields=fields),)


@dataclass(frozen=True, slots=True)
class Complete:
    """CompleteMultipartUpload with numbers and the bytes whose ETags it names."""

    key: str
    name: str
    listed: tuple[tuple[int, str], ...]

    def request(self) -> StepTree:
        """Return the step."""
        parts: list[Tree] = [
            {"PartNumber": number, "ETag": {"etag": text(content)}}
            for number, content in self.listed
        ]
        members: dict[str, Tree] = {
            "UploadId": f"${self.name}",
            "MultipartUpload": {"Parts": parts},
        }
        return step("CompleteMultipartUpload", {**_at(self.key), **members})

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """Create the object, repeat an earlier completion, or be rejected and change nothing."""
        upload = world.uploads[self.name]
        if upload.key != self.key or upload.state == "aborted":
            return _refused(world, 404, "NoSuchUpload")
        if upload.state == "completed":
            return self._again(world, upload)
        codes = self._mistakes(upload)
        if codes:
            return _refused(world, 400, codes[0] if len(codes) == 1 else "")
        made = Stored("".join(content for _, content in self.listed), self.name)
        ended = replace(upload, state="completed", parts={}, listed=self.listed)
        after = world.with_upload(self.name, ended).with_object(self.key, made)
        return (PossibleAnswer(200, after, {"ETag": made.etag}),)

    def _again(self, world: World, upload: Upload) -> tuple[PossibleAnswer, ...]:
        """Succeed with the same list while its object stands, else not (CMP-018 to CMP-021)."""
        made = world.objects.get(self.key)
        if made is None or made.upload != self.name or upload.listed != self.listed:
            return _refused(world, 404, "NoSuchUpload")
        return (PossibleAnswer(200, world, {"ETag": made.etag}),)

    def _mistakes(self, upload: Upload) -> list[str]:
        numbers = [number for number, _ in self.listed]
        found = []
        if any(after <= before for before, after in pairwise(numbers)):
            found.append("InvalidPartOrder")
        if any(upload.parts.get(number) != content for number, content in self.listed):
            found.append("InvalidPart")
        if len(self.listed) > 1:  # the model's parts are all far below 5 MiB
            found.append("EntityTooSmall")
        return found


@dataclass(frozen=True, slots=True)
class Abort:
    """AbortMultipartUpload."""

    key: str
    name: str

    def request(self) -> StepTree:
        """Return the step."""
        return step("AbortMultipartUpload", {**_at(self.key), "UploadId": f"${self.name}"})

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """End an open upload; what an ended one answers is left open, and nothing changes."""
        upload = world.uploads[self.name]
        if upload.key != self.key:
            return _refused(world, 404, "NoSuchUpload")
        if upload.state != "open":
            return (PossibleAnswer(204, world), PossibleAnswer(404, world))
        return (
            PossibleAnswer(204, world.with_upload(self.name, replace(upload, state="aborted"))),
        )


@dataclass(frozen=True, slots=True)
class Put:
    """PutObject."""

    key: str
    content: str

    def request(self) -> StepTree:
        """Return the step."""
        return step("PutObject", {**_at(self.key), "Body": text(self.content)})

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """Replace the object."""
        made = Stored(self.content)
        return (PossibleAnswer(200, world.with_object(self.key, made), {"ETag": made.etag}),)


@dataclass(frozen=True, slots=True)
class Delete:
    """DeleteObject."""

    key: str

    def request(self) -> StepTree:
        """Return the step."""
        return step("DeleteObject", _at(self.key))

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """Remove the object; one that does not exist is no mistake."""
        return (PossibleAnswer(204, world.with_object(self.key, None)),)


@dataclass(frozen=True, slots=True)
class Get:
    """GetObject."""

    key: str

    def request(self) -> StepTree:
        """Return the step."""
        return step("GetObject", _at(self.key))

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """Give the object's bytes and ETag."""
        found = world.objects.get(self.key)
        if found is None:
            return _refused(world, 404, "NoSuchKey")
        body: Tree = {"bytes_of": text(found.content)}
        return (PossibleAnswer(200, world, {"Body": body, "ETag": found.etag}),)


@dataclass(frozen=True, slots=True)
class ListParts:
    """ListParts; ``key`` may be another than the upload's."""

    key: str
    name: str

    def request(self) -> StepTree:
        """Return the step."""
        return step("ListParts", {**_at(self.key), "UploadId": f"${self.name}"})

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """Give the parts of an open upload by number."""
        found = _open(world, self.key, self.name)
        if found is None:
            return _refused(world, 404, "NoSuchUpload")
        items: list[Tree] = [
            {"PartNumber": number, "Size": len(content), "ETag": {"etag": text(content)}}
            for number, content in sorted(found.parts.items())
        ]
        return (PossibleAnswer(200, world, {"Parts": items or {"absent": True}}),)


@dataclass(frozen=True, slots=True)
class ListUploads:
    """ListMultipartUploads of all keys of the story."""

    def request(self) -> StepTree:
        """Return the step."""
        return step("ListMultipartUploads", {"Prefix": KEYS[0]})

    def outcomes(self, world: World) -> tuple[PossibleAnswer, ...]:
        """Give just the open uploads."""
        begun: list[Tree] = [
            {"Key": upload.key, "UploadId": f"${name}"}
            for name, upload in world.uploads.items()
            if upload.state == "open"
        ]
        shown: Tree = {"unordered": begun} if begun else {"absent": True}
        return (PossibleAnswer(200, world, {"Uploads": shown}),)


def with_expectations(operation: Operation, world: World) -> tuple[StepTree, World]:
    """Return the operation as a step with its expectations, and the world after it."""
    found = operation.outcomes(world)
    statuses: list[Tree] = [one.status for one in found]
    must: dict[str, Tree] = {"status": statuses[0] if len(found) == 1 else {"one_of": statuses}}
    if len(found) == 1:
        must |= found[0].fields
    return {**operation.request(), "must": must}, found[0].after

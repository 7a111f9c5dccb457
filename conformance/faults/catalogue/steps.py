"""What several faults do to uploads, parts and versions; each takes an operation's context."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.reference.domain.blob import Blob
from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.state import ObjectVersion
from conformance.reference.domain.versions import NULL, store
from conformance.reference.operations.checks import no_such_upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.messages import Request


PATIENCE: Final = 0.1
"""Seconds that a request of a race waits for the other; one that is alone waits in vain."""


T = TypeVar("T")
C = TypeVar("C", bound=op.Context)


class Remembered(Generic[T]):
    """What one step of a fault tells a later step of the same request."""

    def __init__(self, otherwise: T) -> None:
        self._otherwise = otherwise
        self._by_request: WeakKeyDictionary[op.Context, T] = WeakKeyDictionary()

    def keep(self, context: op.Context, value: T) -> None:
        """Remember a value for as long as the request lasts."""
        self._by_request[context] = value

    def of(self, context: op.Context) -> T:
        """Return what was kept for the request, or what stands for nothing."""
        return self._by_request.get(context, self._otherwise)


def made(thing: T | None) -> T:
    """Return what the operation has made by now; LookupError when it has made nothing."""
    if thing is None:
        raise LookupError("the operation has made nothing yet")
    return thing


def until_ended(context: op.UploadContext) -> None:
    """Wait a moment, without the lock, for the upload to be completed or aborted."""
    tick = threading.Event()
    for _ in range(50):
        upload = context.peek()
        if upload is None or upload.state != "active":
            return
        tick.wait(PATIENCE / 50)


def any_key(context: op.UploadContext) -> None:
    """Find the upload by its id alone, whichever key it belongs to."""
    upload = context.bucket.uploads.get(context.upload_id)
    if upload is None:
        raise no_such_upload(context.upload_id)
    context.found_upload = upload


def end_upload(context: op.UploadContext) -> None:
    """End the upload that the request names."""
    context.upload.state = "aborted"
    context.upload.parts.clear()


def drop_parts(context: op.Completing) -> None:
    """Lose all parts of the upload."""
    context.upload.parts.clear()


def drop_object(context: op.Context) -> None:
    """Lose the object at the key."""
    context.bucket.objects.pop(context.key, None)


def drop_part(context: op.PartContext) -> None:
    """Lose the part that the request names."""
    context.upload.parts.pop(context.part_number, None)


def show_object(context: op.Context, data: bytes = b"") -> None:
    """Make an object out of nothing at the key of the request."""
    blob = Blob(data)
    version = ObjectVersion(
        key=context.key,
        version_id=NULL,
        modified=context.request.now.replace(microsecond=0),
        owner=context.bucket.owner,
        etag=blob.digest("MD5").hex(),
        blobs=(blob,),
    )
    store(context.bucket, version, context.world)


def alters_version(
    **changes: Callable[[Any], Any],
) -> sw.Step[op.Completing | op.CopyingObject]:
    """Return a step that changes fields of the completed version; each by what it was."""

    def step(context: op.Completing | op.CopyingObject) -> None:
        version = made(context.version)
        for name, change in changes.items():
            setattr(version, name, change(getattr(version, name)))

    return step


def alters_upload(**changes: Callable[[Any], Any]) -> sw.Step[op.Creating]:
    """Return a step that changes fields of the upload just begun; each by what it was."""

    def step(context: op.Creating) -> None:
        upload = made(context.begun)
        for name, change in changes.items():
            setattr(upload, name, change(getattr(upload, name)))

    return step


def alters_part(**changes: Callable[[Any], Any]) -> sw.Step[op.PartContext]:
    """Return a step that changes fields of the part just stored; each by what it was."""

    def step(context: op.PartContext) -> None:
        part = made(context.part)
        changed = {name: change(getattr(part, name)) for name, change in changes.items()}
        context.part = replace(part, **changed)
        context.upload.parts[part.number] = context.part

    return step


def alters_metadata(**changes: Callable[[Any], Any]) -> sw.Step[op.Creating]:
    """Return a step that changes the metadata that a create is told."""

    def step(context: op.Creating) -> None:
        upload = made(context.begun)
        metadata = upload.metadata
        changed = {name: change(getattr(metadata, name)) for name, change in changes.items()}
        upload.metadata = replace(metadata, **changed)

    return step


def refuses_if(
    when: Callable[[C], bool], code: str = "InvalidRequest", status: int = 400
) -> sw.Step[C]:
    """Return a check that refuses where it should not."""

    def step(context: C) -> None:
        if when(context):
            raise S3Error(status, code, "This endpoint does not take it.")

    return step


def tolerates(check: sw.Step[C], when: Callable[[C], bool]) -> sw.Step[C]:
    """Return a check that looks away in certain cases."""

    def step(context: C) -> None:
        if not when(context):
            check(context)

    return step


def has(name: str) -> Callable[[Request], bool]:
    """Return what tells whether a request has that header."""
    return lambda request: name in request.headers


def asks(name: str) -> Callable[[Request], bool]:
    """Return what tells whether a request has that query parameter."""
    return lambda request: name in request.query


def asks_beyond_a_page(name: str) -> Callable[[Request], bool]:
    """Return what tells whether a request asks for pages of more than 1,000."""

    def large(request: Request) -> bool:
        value = request.query.get(name) or ""
        return value.isdigit() and int(value) > 1000

    return large


def asks_for_nothing(name: str) -> Callable[[Request], bool]:
    """Return what tells whether a request gives a parameter without a value."""
    return lambda request: request.query.get(name) == ""


def cut_short(blobs: tuple[Blob, ...]) -> tuple[Blob, ...]:
    """Return the blobs without their last byte."""
    return (*blobs[:-1], Blob(blobs[-1].data[:-1])) if blobs else blobs


def spoilt(blobs: tuple[Blob, ...]) -> tuple[Blob, ...]:
    """Return the blobs with one byte flipped."""
    if not blobs or not len(blobs[0]):
        return blobs
    data = bytearray(blobs[0].data)
    data[len(data) // 2] ^= 0xFF
    return (Blob(bytes(data)), *blobs[1:])

"""Multipart uploads in flight: how one is found, and which part of it a request means."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from conformance.reference.operations.checks import (
    MAX_PARTS,
    argument,
    no_such_upload,
    whole_number,
)
from conformance.reference.pipeline import Context

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Part, Upload, World


class UploadContext(Context):
    """A request that names an upload."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.found_upload: Upload | None = None
        self.upload_id = request.query.get("uploadId") or ""

    @property
    def upload(self) -> Upload:
        """The upload that a check found."""
        if self.found_upload is None:
            raise LookupError("no check has looked for the upload yet")
        return self.found_upload

    def peek(self) -> Upload | None:
        """Return the upload without the lock and without a verdict, to compute digests early."""
        bucket = self.world.find(self.request.bucket or "")
        return None if bucket is None else bucket.uploads.get(self.upload_id)


class PartContext(UploadContext):
    """A request that names a part of an upload."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.part_number = 0
        self.part: Part | None = None
        """The part as it was stored."""


def new_upload_id() -> str:
    """Return an opaque, unguessable id of 128 URL-safe characters."""
    return secrets.token_urlsafe(96).replace("-", ".")  # an option to no command line


def remembered_upload(context: UploadContext) -> None:
    """NoSuchUpload unless the bucket ever had that upload for that key (CMP-005, CMP-006).

    An upload that was completed or aborted is found too: what comes next depends on the operation
    (PREC-028, ABT-004). It is forgotten with its bucket (ABT-006, RPL-013).
    """
    upload = context.bucket.uploads.get(context.upload_id)
    if upload is None or upload.key != context.key:
        raise no_such_upload(context.upload_id)
    context.found_upload = upload


def active_upload(context: UploadContext) -> None:
    """NoSuchUpload unless that upload still takes parts (UP-002, UP-003, UP-015, LP-015)."""
    remembered_upload(context)
    if context.upload.state != "active":
        raise no_such_upload(context.upload_id)


def kms_key(context: UploadContext) -> None:
    """Refuse a KMS key that the caller may not use, or that no longer works (KMS-007, KMS-014)."""
    arn = context.upload.encryption.kms_key
    if arn is not None:
        context.world.kms.check(arn, context.request.caller)


def part_number(context: PartContext) -> None:
    """InvalidArgument unless it is a number from 1 to 10,000; ``+1`` is one (UP-018..UP-025)."""
    raw = context.request.query.get("partNumber") or ""
    value = whole_number(raw)
    if value is None or not 1 <= value <= MAX_PARTS:
        text = "Part number must be an integer between 1 and 10000, inclusive"
        raise argument(text, "partNumber", raw)
    context.part_number = value

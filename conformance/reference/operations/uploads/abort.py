"""AbortMultipartUpload."""

from __future__ import annotations

from typing import Final

from conformance.reference.domain.messages import Response
from conformance.reference.operations.checks import expected_owner, known_bucket
from conformance.reference.operations.uploads.common import UploadContext, remembered_upload
from conformance.reference.pipeline import Operation
from conformance.reference.routing import not_implemented
from conformance.reference.rules.access import authorize_upload, charged_headers

_INITIATED: Final = "x-amz-if-match-initiated-time"


def general_purpose_only(context: UploadContext) -> None:
    """501 for a condition that only directory buckets have (DIR-025)."""
    if _INITIATED in context.request.headers:
        raise not_implemented(("Header", _INITIATED))


def authorised(context: UploadContext) -> None:
    """AccessDenied for an account that has no part in the upload (RPL-012, ACL-015..017)."""
    authorize_upload(
        context.request,
        context.world,
        context.bucket,
        "s3:AbortMultipartUpload",
        context.upload,
    )


def free_parts(context: UploadContext) -> None:
    """Abort an active upload; a repeated abort, or one after completion, changes nothing.

    ABT-004, ABT-005, RPL-011: both are answered 204, and the object stays.
    """
    upload = context.upload
    if upload.state == "active":
        upload.state = "aborted"
        upload.parts.clear()


def render(context: UploadContext) -> Response:
    """204 without body or content type (XML-007)."""
    return Response(status=204, headers=charged_headers(context.request, context.bucket))


ABORT: Final = Operation(
    name="AbortMultipartUpload",
    context=UploadContext,
    checks=(
        general_purpose_only,
        known_bucket,
        expected_owner,
        remembered_upload,
        authorised,
    ),
    effect=free_parts,
    render=render,
)

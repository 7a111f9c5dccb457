"""Faults of what ends an upload: aborts, completions, lifecycle rules; and of the samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import (
    alters_metadata,
    cut_short,
    drop_object,
    has,
    made,
    refuses_if,
    until_ended,
)
from conformance.faults.edits import (
    always,
    misnames,
    omits,
    pretends,
    says_also,
    says_element,
    says_header,
    says_status,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    leaks,
    loses,
    races,
    refuses,
)
from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.operations.checks import no_such_upload
from conformance.reference.operations.uploads.common import remembered_upload

if TYPE_CHECKING:
    from collections.abc import Callable


def _ended(state: str) -> Callable[[op.UploadContext], None]:
    """Return a check that finds any upload but one that ended so."""

    def step(context: op.UploadContext) -> None:
        remembered_upload(context)
        if context.upload.state == state:
            raise no_such_upload(context.upload_id)

    return step


def _delete_completed(context: op.UploadContext) -> None:
    if context.upload.state == "completed":
        drop_object(context)


def _while_listed(*states: str) -> Callable[[op.ListingUploads, sw.Step[op.ListingUploads]], None]:
    """Return an effect that lists uploads that ended so, too."""

    def step(context: op.ListingUploads, effect: sw.Step[op.ListingUploads]) -> None:
        ended = [one for one in context.bucket.uploads.values() if one.state in states]
        before = [one.state for one in ended]
        for one in ended:
            one.state = "active"
        effect(context)
        for one, state in zip(ended, before, strict=True):
            one.state = state

    return step


def _cut_large(context: op.Completing) -> None:
    version = made(context.version)
    if version.size > 12 * 1024**2:
        version.blobs = cut_short(version.blobs)


def _blanks(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value.replace(" ", "+")) for name, value in pairs)


def _broken_by_abort(context: op.UploadingPart) -> None:
    upload = context.bucket.uploads.get(context.upload_id)
    if upload is not None and upload.state == "aborted":
        raise S3Error(500, "InternalError", "The upload went away.")


def _refuse_while_begun(context: op.Context) -> None:
    if any(upload.state == "active" for upload in context.bucket.uploads.values()):
        raise S3Error(409, "BucketNotEmpty", "The bucket holds unfinished uploads.")


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "abort.unknown/silent",
        "An abort of an upload that was never issued is answered 204",
        pretends(op.ABORT, "NoSuchUpload", Response(status=204)),
        known="E07",
    ),
    answers(
        "abort.unknown/bad-request",
        "The abort of an upload id that was never issued is answered with 400 InvalidArgument",
        misnames(op.ABORT, "NoSuchUpload", "InvalidArgument", 400),
        known="E09",
    ),
    refuses(
        "abort.repeat/bad-request",
        "A second abort of an upload is answered with 400",
        sw.Insert(op.ABORT, refuses_if(lambda context: context.upload.state == "aborted")),
        known="E07",
    ),
    refuses(
        "abort.repeat/server-error",
        "A second abort of an upload is answered with 500",
        sw.Insert(
            op.ABORT,
            refuses_if(lambda context: context.upload.state == "aborted", "InternalError", 500),
        ),
        known="E07",
    ),
    races(
        "abort.in-flight/server-error",
        "A part in flight during an abort is answered with 500",
        sw.Before(op.PART, until_ended),
        sw.Insert(op.PART, _broken_by_abort, before="active_upload"),
        known="E05",
    ),
    loses(
        "abort.after-complete/object-deleted",
        "An abort after completion deletes the object",
        sw.After(op.ABORT, _delete_completed),
        known="E04",
    ),
    answers("life.abort-frees/ok", "AbortMultipartUpload answers 200", says_status(op.ABORT, 200)),
    forgets(
        "life.abort-frees/nothing-done",
        "AbortMultipartUpload answers 204 and does nothing",
        sw.Instead(op.ABORT, lambda _context, _effect: None),
        known="E05",
    ),
    leaks(
        "life.abort-frees/still-listed",
        "An aborted upload is still listed",
        sw.Instead(op.LIST_UPLOADS, _while_listed("aborted")),
        known="E05",
    ),
    accepts(
        "life.abort-frees/takes-parts",
        "An aborted upload still accepts parts",
        sw.Replace(op.PARTS, "active_upload", _ended("completed")),
    ),
    leaks(
        "life.abort-frees/lists-parts",
        "The parts of an aborted upload can be listed as none",
        sw.Replace(op.LIST_PARTS, "active_upload", _ended("completed")),
    ),
    refuses(
        "bucket.delete-with-uploads/not-empty",
        "A bucket with an unfinished upload can't be deleted",
        sw.Insert(op.DELETE_BUCKET, _refuse_while_begun),
        known="E16",
    ),
    leaks(
        "life.complete-frees/still-listed",
        "A completed upload is still listed",
        sw.Instead(op.LIST_UPLOADS, _while_listed("completed")),
    ),
    accepts(
        "life.complete-frees/takes-parts",
        "A completed upload still accepts parts",
        sw.Replace(op.PARTS, "active_upload", _ended("aborted")),
    ),
    loses(
        "life.sample-13mb/large-object-cut",
        "Objects of more than 12 MiB lack their last byte",
        sw.After(op.COMPLETE, _cut_large),
    ),
    refuses(
        "life.sample-13mb/two-parts-at-most",
        "A list of more than two parts is rejected",
        sw.Insert(op.COMPLETE, refuses_if(lambda context: len(context.manifest) > 2)),
    ),
    refuses(
        "life.sample-js/agent",
        "The headers that the JavaScript client adds are rejected",
        sw.Deny(op.CREATE, has("x-amz-user-agent")),
    ),
    refuses(
        "life.sample-js/no-content-type",
        "CreateMultipartUpload without a Content-Type is rejected",
        sw.Deny(op.CREATE, lambda request: not request.headers.get("content-type")),
    ),
    refuses(
        "life.sample-boto3/bare",
        "CreateMultipartUpload that asks for nothing but bucket and key is rejected",
        sw.Deny(
            op.CREATE,
            lambda request: (
                not any(
                    name.startswith("x-amz-")
                    and name not in ("x-amz-date", "x-amz-content-sha256", "x-amz-user-agent")
                    for name in request.headers
                )
            ),
            message="Name the encryption that you want.",
        ),
    ),
    answers(
        "life.sample-boto3/key-lost",
        "The key is returned empty",
        says_element(op.CREATE, "Key", always("")),
    ),
    answers(
        "life.signed-spaces/plus",
        "Blanks in a header's value are returned as plus signs",
        sw.After(op.CREATE, alters_metadata(user=_blanks, system=_blanks)),
    ),
    forgets(
        "life.lifecycle-abort-date/no-date",
        "The answer to the create does not name the abort date",
        omits(op.CREATE, "x-amz-abort-date"),
    ),
    forgets(
        "life.lifecycle-abort-date/no-rule",
        "The answer to the create does not name the rule that will abort",
        omits(op.CREATE, "x-amz-abort-rule-id"),
    ),
    forgets(
        "life.lifecycle-abort-date/not-listed",
        "ListParts names neither the abort date nor the rule",
        omits(op.LIST_PARTS, "x-amz-abort-date", "x-amz-abort-rule-id"),
    ),
    answers(
        "life.lifecycle-abort-date/without-rule",
        "Every upload is given an abort date, whether a rule matches or not",
        says_also(op.CREATE, "x-amz-abort-date", "Sat, 01 Jan 2050 00:00:00 GMT"),
    ),
    answers(
        "life.lifecycle-too-late/to-the-hour",
        "The abort date is not rounded to midnight",
        says_header(
            op.CREATE, "x-amz-abort-date", lambda value: value.replace(" 00:00:00", " 11:00:00")
        ),
    ),
    answers(
        "life.lifecycle-too-late/other-year",
        "The abort date is a year late",
        says_header(
            op.CREATE,
            "x-amz-abort-date",
            lambda value: value.replace(value[12:16], str(int(value[12:16]) + 1)),
        ),
    ),
)

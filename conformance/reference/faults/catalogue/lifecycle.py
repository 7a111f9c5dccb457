"""Faults of the life of an upload: create, its id, abort, completion, signing, lifecycle rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.reference.faults.catalogue.operations import (
    ABORT,
    COMPLETE,
    CREATE,
    LIST_PARTS,
    LIST_UPLOADS,
    PART,
    PARTS,
)
from conformance.reference.faults.catalogue.steps import (
    alters_metadata,
    alters_version,
    any_key,
    cut_short,
    drop_object,
    has,
    refuses_if,
    show_object,
    spoilt,
    until_ended,
)
from conformance.reference.faults.edits import (
    always,
    misnames,
    omits,
    omits_element,
    pretends,
    says_also,
    says_element,
    says_header,
    says_status,
)
from conformance.reference.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    leaks,
    loses,
    orders,
    races,
    refuses,
)
from conformance.reference.faults.switches import (
    After,
    Before,
    Deny,
    Insert,
    Instead,
    Replace,
)
from conformance.reference.messages import Response, S3Error
from conformance.reference.model.checks import no_such_upload
from conformance.reference.model.uploads import remembered_upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.faults.switches import Step

# A context is of its operation's own type: see conformance.reference.faults.switches.Step.
Context = Any


def _ended(state: str) -> Callable[[Context], None]:
    """Return a check that finds any upload but one that ended so."""

    def step(context: Context) -> None:
        remembered_upload(context)
        if context.upload.state == state:
            raise no_such_upload(context.upload_id)

    return step


def _end_others(context: Context) -> None:
    for upload in context.bucket.uploads.values():
        if upload.key == context.key and upload is not context.begun:
            upload.state = "aborted"
            upload.parts.clear()


def _first_again(context: Context) -> None:
    """Give the upload that there is for the key, not a new one."""
    for upload in list(context.bucket.uploads.values()):
        same = upload.key == context.key and upload.state == "active"
        if same and upload is not context.begun:
            del context.bucket.uploads[context.begun.id]
            context.begun = upload
            return


def _share_part(context: Context) -> None:
    for upload in context.bucket.uploads.values():
        if upload.key == context.key and upload.state == "active":
            upload.parts.setdefault(context.part.number, context.part)


def _delete_completed(context: Context) -> None:
    if context.upload.state == "completed":
        drop_object(context)


def _while_listed(*states: str) -> Callable[[Context, Step], None]:
    """Return an effect that lists uploads that ended so, too."""

    def step(context: Context, effect: Step) -> None:
        ended = [one for one in context.bucket.uploads.values() if one.state in states]
        before = [one.state for one in ended]
        for one in ended:
            one.state = "active"
        effect(context)
        for one, state in zip(ended, before, strict=True):
            one.state = state

    return step


def _cut_large(context: Context) -> None:
    if context.version.size > 12 * 1024**2:
        context.version.blobs = cut_short(context.version.blobs)


def _blanks(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value.replace(" ", "+")) for name, value in pairs)


def _broken_by_abort(context: Context) -> None:
    upload = context.bucket.uploads.get(context.upload_id)
    if upload is not None and upload.state == "aborted":
        raise S3Error(500, "InternalError", "The upload went away.")


def _refuse_while_begun(context: Context) -> None:
    if any(upload.state == "active" for upload in context.bucket.uploads.values()):
        raise S3Error(409, "BucketNotEmpty", "The bucket holds unfinished uploads.")


_NO_ETAG: Final = Response(headers=(("ETag", '"00000000000000000000000000000000"'),))

FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "abort.unknown/silent",
        "An abort of an upload that never was is answered 204",
        pretends(ABORT, "NoSuchUpload", Response(status=204)),
        known="E07",
    ),
    answers(
        "abort.unknown/bad-request",
        "An upload id that never was is a 400 InvalidArgument to an abort",
        misnames(ABORT, "NoSuchUpload", "InvalidArgument", 400),
        known="E09",
    ),
    refuses(
        "abort.repeat/bad-request",
        "A second abort of an upload is a 400",
        Insert(ABORT, refuses_if(lambda context: context.upload.state == "aborted")),
        known="E07",
    ),
    refuses(
        "abort.repeat/server-error",
        "A second abort of an upload is a 500",
        Insert(
            ABORT,
            refuses_if(lambda context: context.upload.state == "aborted", "InternalError", 500),
        ),
        known="E07",
    ),
    races(
        "abort.in-flight/server-error",
        "A part in flight during an abort is a 500",
        Before(PART, until_ended),
        Insert(PART, _broken_by_abort, before="active_upload"),
        known="E05",
    ),
    loses(
        "abort.after-complete/object-deleted",
        "An abort after completion deletes the object",
        After(ABORT, _delete_completed),
        known="E04",
    ),
    answers(
        "life.create-returns-id/created",
        "CreateMultipartUpload answers 201",
        says_status(CREATE, 201),
    ),
    answers(
        "life.create-returns-id/no-key",
        "The answer to CreateMultipartUpload leaves the key out",
        omits_element(CREATE, "Key"),
    ),
    answers(
        "life.create-returns-id/other-bucket",
        "The answer to CreateMultipartUpload names another bucket",
        says_element(CREATE, "Bucket", always("elsewhere")),
    ),
    answers(
        "life.create-returns-id/empty-id",
        "The upload id of the answer is empty",
        says_element(CREATE, "UploadId", always("")),
    ),
    accepts(
        "life.id-binds-parts/part-of-other-key",
        "UploadPart takes the upload id of another key",
        Replace(PARTS, "active_upload", any_key),
        known="E08",
    ),
    leaks(
        "life.id-binds-parts/list-of-other-key",
        "ListParts shows the parts of another key's upload",
        Replace(LIST_PARTS, "active_upload", any_key),
        known="E08",
    ),
    accepts(
        "life.id-binds-parts/complete-other-key",
        "CompleteMultipartUpload takes the upload id of another key",
        Replace(COMPLETE, "remembered_upload", any_key),
        known="E08",
    ),
    accepts(
        "life.id-binds-parts/abort-other-key",
        "AbortMultipartUpload takes the upload id of another key",
        Replace(ABORT, "remembered_upload", any_key),
        known="E08",
    ),
    accepts(
        "life.id-binds-parts/unknown-part",
        "A part of an unknown upload is answered 200 and thrown away",
        pretends(PART, "NoSuchUpload", _NO_ETAG),
        known="E09",
    ),
    answers(
        "life.id-binds-parts/unknown-complete-500",
        "Completing an unknown upload is a 500",
        misnames(COMPLETE, "NoSuchUpload", "InternalError", 500),
        known="E09",
    ),
    answers(
        "life.id-binds-parts/no-such-key",
        "ListParts of an unknown upload is NoSuchKey",
        misnames(LIST_PARTS, "NoSuchUpload", "NoSuchKey"),
    ),
    leaks(
        "life.create-makes-no-object/empty-object",
        "CreateMultipartUpload makes an empty object at the key",
        After(CREATE, show_object),
        known="E17",
    ),
    leaks(
        "life.create-makes-no-object/part-visible",
        "An uploaded part is visible at the key",
        After(PART, lambda context: show_object(context, context.body.blob.data)),
        known="E17",
    ),
    loses(
        "life.create-makes-no-object/old-object-gone",
        "CreateMultipartUpload removes the object that is at the key",
        After(CREATE, drop_object),
    ),
    loses(
        "life.independent-uploads/ends-others",
        "A new upload ends the others of its key",
        After(CREATE, _end_others),
    ),
    answers(
        "life.independent-uploads/same-id",
        "A second upload of a key gets the id of the first",
        After(CREATE, _first_again),
    ),
    leaks(
        "life.independent-uploads/shared-parts",
        "A part of one upload shows in the others of its key",
        After(PART, _share_part),
    ),
    loses(
        "life.complete-assembles/first-part-alone",
        "Only the first part becomes the object",
        After(COMPLETE, alters_version(blobs=lambda blobs: blobs[:1])),
    ),
    loses(
        "life.complete-assembles/last-byte",
        "The object lacks its last byte",
        After(COMPLETE, alters_version(blobs=cut_short)),
    ),
    loses(
        "life.complete-assembles/flipped-byte",
        "One byte of the object is another",
        After(COMPLETE, alters_version(blobs=spoilt)),
    ),
    orders(
        "life.complete-assembles/reversed",
        "The parts are joined from last to first",
        After(COMPLETE, alters_version(blobs=lambda blobs: tuple(reversed(blobs)))),
    ),
    orders(
        "life.complete-assembles/as-text",
        "The parts are joined by their numbers as text, 10 before 2",
        After(
            COMPLETE,
            lambda context: setattr(
                context.version,
                "blobs",
                tuple(
                    part.blob
                    for part in sorted(context.version.parts, key=lambda one: str(one.number))
                ),
            ),
        ),
    ),
    answers("life.abort-frees/ok", "AbortMultipartUpload answers 200", says_status(ABORT, 200)),
    forgets(
        "life.abort-frees/nothing-done",
        "AbortMultipartUpload answers 204 and does nothing",
        Instead(ABORT, lambda _context, _effect: None),
        known="E05",
    ),
    leaks(
        "life.abort-frees/still-listed",
        "An aborted upload is still listed",
        Instead(LIST_UPLOADS, _while_listed("aborted")),
        known="E05",
    ),
    accepts(
        "life.abort-frees/takes-parts",
        "An aborted upload still takes parts",
        Replace(PARTS, "active_upload", _ended("completed")),
    ),
    leaks(
        "life.abort-frees/lists-parts",
        "The parts of an aborted upload can be listed as none",
        Replace(LIST_PARTS, "active_upload", _ended("completed")),
    ),
    refuses(
        "bucket.delete-with-uploads/not-empty",
        "A bucket with an unfinished upload can't be deleted",
        Insert("DeleteBucket", _refuse_while_begun),
        known="E16",
    ),
    leaks(
        "life.complete-frees/still-listed",
        "A completed upload is still listed",
        Instead(LIST_UPLOADS, _while_listed("completed")),
    ),
    accepts(
        "life.complete-frees/takes-parts",
        "A completed upload still takes parts",
        Replace(PARTS, "active_upload", _ended("aborted")),
    ),
    loses(
        "life.sample-13mb/large-object-cut",
        "Objects of more than 12 MiB lack their last byte",
        After(COMPLETE, _cut_large),
    ),
    refuses(
        "life.sample-13mb/two-parts-at-most",
        "A list of more than two parts is refused",
        Insert(COMPLETE, refuses_if(lambda context: len(context.manifest) > 2)),
    ),
    refuses(
        "life.sample-js/agent",
        "The headers that the JavaScript client adds are refused",
        Deny(CREATE, has("x-amz-user-agent")),
    ),
    refuses(
        "life.sample-js/no-content-type",
        "CreateMultipartUpload without a Content-Type is refused",
        Deny(CREATE, lambda request: not request.headers.get("content-type")),
    ),
    refuses(
        "life.sample-boto3/bare",
        "CreateMultipartUpload that asks for nothing but bucket and key is refused",
        Deny(
            CREATE,
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
        "The key comes back empty",
        says_element(CREATE, "Key", always("")),
    ),
    answers(
        "life.signed-spaces/plus",
        "Blanks in a header's value come back as plus signs",
        After(CREATE, alters_metadata(user=_blanks, system=_blanks)),
    ),
    forgets(
        "life.lifecycle-abort-date/no-date",
        "The answer to the create does not name the abort date",
        omits(CREATE, "x-amz-abort-date"),
    ),
    forgets(
        "life.lifecycle-abort-date/no-rule",
        "The answer to the create does not name the rule that will abort",
        omits(CREATE, "x-amz-abort-rule-id"),
    ),
    forgets(
        "life.lifecycle-abort-date/not-listed",
        "ListParts names neither the abort date nor the rule",
        omits(LIST_PARTS, "x-amz-abort-date", "x-amz-abort-rule-id"),
    ),
    answers(
        "life.lifecycle-abort-date/without-rule",
        "Every upload is given an abort date, whether a rule matches or not",
        says_also(CREATE, "x-amz-abort-date", "Sat, 01 Jan 2050 00:00:00 GMT"),
    ),
    answers(
        "life.lifecycle-too-late/to-the-hour",
        "The abort date is not rounded to midnight",
        says_header(
            CREATE, "x-amz-abort-date", lambda value: value.replace(" 00:00:00", " 11:00:00")
        ),
    ),
    answers(
        "life.lifecycle-too-late/other-year",
        "The abort date is a year late",
        says_header(
            CREATE,
            "x-amz-abort-date",
            lambda value: value.replace(value[12:16], str(int(value[12:16]) + 1)),
        ),
    ),
)

"""Faults of repeated completions, of conditions on them, and of races."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import (
    PATIENCE,
    Remembered,
    alters_version,
    cut_short,
    drop_object,
    has,
    made,
    refuses_if,
    spoilt,
    until_ended,
)
from conformance.faults.edits import ignores, misnames, refused, restates
from conformance.faults.model import Fault, accepts, answers, loses, races, refuses
from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.checks import no_such_upload
from conformance.reference.operations.conditions import hold_conditions
from conformance.reference.operations.uploads.complete import still_active
from conformance.reference.pipeline import Settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.state import Bucket, ObjectVersion, Upload


def _never_again(context: op.Completing) -> None:
    if context.upload.state != "active":
        raise no_such_upload(context.upload_id)


def _whatever_list(context: op.Completing) -> None:
    """Take any list for a repetition."""
    done = context.upload.completion
    if context.upload.state == "completed" and done is not None:
        context.version = context.bucket.version(context.upload.key, done.version_id)
        if context.version is not None:
            context.replayed = True
            raise Settled
    still_active(context)


def _other_etag(context: op.Completing) -> None:
    try:
        still_active(context)
    except Settled:
        context.version = replace(made(context.version), etag=f"{'0' * 32}-1")
        raise


def _judged_again(context: op.Completing) -> None:
    """Hold the conditions of a repetition, too."""
    try:
        still_active(context)
    except Settled:
        hold_conditions(context)
        raise


def _without_conflict(name: str) -> Callable[[op.Completing], None]:
    """Hold conditions as of now, whatever happened since the upload began."""

    def step(context: op.Completing) -> None:
        since = None if name in context.request.headers else context.upload.sequence
        hold_conditions(context, since=since)

    return step


_late: Final = Remembered(otherwise=False)
"""Whether a request was the second of two that met."""
_met: Final = Remembered(otherwise=False)
"""Whether a request met another one."""


class _Meeting:
    """Requests of one upload, or one key, that wait a moment for each other."""

    def __init__(self, place: Callable[[op.Completing], str]) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._waiting: dict[str, threading.Event] = {}

    def wait(self, context: op.Completing) -> None:
        """Let the first wait for the second, which is late."""
        place = self._place(context)
        with self._lock:
            other = self._waiting.pop(place, None)
            mine = threading.Event()
            if other is None:
                self._waiting[place] = mine
        if other is not None:
            other.set()
            _late.keep(context, True)
            _met.keep(context, True)
            return
        _met.keep(context, mine.wait(PATIENCE))
        with self._lock:
            if self._waiting.get(place) is mine:
                del self._waiting[place]


def _completed_version(context: op.UploadContext) -> ObjectVersion | None:
    upload: Upload = context.upload
    bucket: Bucket = context.bucket
    if upload.state != "completed" or upload.completion is None:
        return None
    return bucket.version(upload.key, upload.completion.version_id)


def _half_gone(context: op.UploadContext) -> None:
    version = _completed_version(context)
    if version is not None:
        version.blobs = cut_short(version.blobs)


def _nothing_left(context: op.UploadContext) -> None:
    if _completed_version(context) is not None:
        context.bucket.objects.pop(context.upload.key, None)


def _mixed_in(context: op.UploadingPart) -> None:
    """Put the bytes of a part that comes too late into the object that is there."""
    upload = context.bucket.uploads.get(context.upload_id)
    if upload is not None and upload.state == "completed":
        context.found_upload = upload
        version = _completed_version(context)
        if version is not None:
            version.blobs = spoilt(version.blobs)
        raise S3Error(404, "NoSuchUpload", "The upload was completed.")


_by_upload: Final = _Meeting(lambda context: context.upload_id)
_by_key: Final = _Meeting(lambda context: f"{context.request.bucket}/{context.request.key}")


FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "complete.replay/gone",
        "A repeated completion is answered with NoSuchUpload",
        sw.Replace(op.COMPLETE, "still_active", _never_again),
        known="E01",
    ),
    answers(
        "complete.replay/other-etag",
        "A repeated completion is answered with another ETag",
        sw.Replace(op.COMPLETE, "still_active", _other_etag),
        known="E01",
    ),
    refuses(
        "complete.replay/judged-again",
        "A repeated completion is checked against its conditions again",
        sw.Replace(op.COMPLETE, "still_active", _judged_again),
        known="E13",
    ),
    accepts(
        "complete.replay-changed/any-list",
        "A completed upload accepts any further list",
        sw.Replace(op.COMPLETE, "still_active", _whatever_list),
    ),
    answers(
        "complete.replay-changed/invalid-part",
        "Another list for a completed upload is answered with InvalidPart",
        misnames(op.COMPLETE, "NoSuchUpload", "InvalidPart", 400),
    ),
    accepts(
        "complete.if-none-match/ignored",
        "If-None-Match is ignored",
        ignores(op.COMPLETE, "If-None-Match"),
        known="E11",
    ),
    answers(
        "complete.if-none-match/conflict",
        "If-None-Match over an object is answered with 409",
        sw.Refusal(
            op.COMPLETE,
            "PreconditionFailed",
            lambda request, error: (
                refused(error, status=409) if "If-None-Match" in request.headers else error
            ),
        ),
        known="E11",
    ),
    accepts(
        "complete.if-none-match/no-conflict",
        "If-None-Match does not notice an object that went meanwhile",
        sw.Replace(op.COMPLETE, "preconditions", _without_conflict("If-None-Match")),
        known="E11",
    ),
    accepts(
        "complete.if-match/ignored",
        "If-Match is ignored",
        ignores(op.COMPLETE, "If-Match"),
        known="E12",
    ),
    accepts(
        "complete.if-match/no-conflict",
        "If-Match does not notice an object that was rewritten meanwhile",
        sw.Replace(op.COMPLETE, "preconditions", _without_conflict("If-Match")),
        known="E12",
    ),
    answers(
        "complete.if-match/missing-412",
        "If-Match without an object is answered with 412",
        misnames(op.COMPLETE, "NoSuchKey", "PreconditionFailed", 412),
        known="E12",
    ),
    answers(
        "complete.if-match/400",
        "If-Match over another ETag is answered with 400",
        sw.Refusal(
            op.COMPLETE,
            "PreconditionFailed",
            lambda request, error: (
                refused(error, status=400) if "If-Match" in request.headers else error
            ),
        ),
        known="E12",
    ),
    accepts(
        "complete.condition-syntax/taken",
        "Conditions that S3 does not support are accepted and treated as the nearest one",
        sw.Swallow(op.COMPLETE, "supported_conditions"),
    ),
    answers(
        "complete.condition-syntax/400",
        "Conditions that S3 does not support are answered with 400",
        restates(op.COMPLETE, "NotImplemented", 400),
    ),
    accepts(
        "complete.condition-syntax/empty-ignored",
        "An empty If-Match is ignored",
        sw.Swallow(op.COMPLETE, "condition_syntax"),
    ),
    refuses(
        "complete.if-none-match/refused",
        "If-None-Match is not implemented",
        sw.Deny(op.COMPLETE, has("If-None-Match"), 501, "NotImplemented"),
    ),
    refuses(
        "complete.if-match/refused",
        "If-Match is not implemented",
        sw.Deny(op.COMPLETE, has("If-Match"), 501, "NotImplemented"),
    ),
    races(
        "race.complete-twice/second-gone",
        "Of two identical completions at once the second is answered with NoSuchUpload",
        sw.Before(op.COMPLETE, _by_upload.wait),
        sw.Insert(op.COMPLETE, refuses_if(_late.of, "NoSuchUpload", 404), before="still_active"),
        known="E03",
    ),
    races(
        "race.complete-twice/server-error",
        "Of two identical completions at once the second is answered with 500",
        sw.Before(op.COMPLETE, _by_upload.wait),
        sw.Insert(op.COMPLETE, refuses_if(_late.of, "InternalError", 500), before="known_bucket"),
        known="E03",
    ),
    races(
        "race.two-lists/neither",
        "Two different lists at once leave no object",
        sw.Before(op.COMPLETE, _by_upload.wait),
        sw.Insert(
            op.COMPLETE,
            lambda context: _nothing_left(context) if _late.of(context) else None,
            before="still_active",
        ),
        sw.After(op.COMPLETE, lambda context: drop_object(context) if _late.of(context) else None),
    ),
    races(
        "race.abort-complete/object-gone",
        "An abort during completion removes the object that was promised",
        sw.Before(op.ABORT, until_ended),
        sw.After(op.ABORT, _nothing_left),
        known="E04",
    ),
    races(
        "race.part-complete/mixed-in",
        "A part sent during completion is mixed into the object",
        sw.Before(op.PART, until_ended),
        sw.Insert(op.PART, _mixed_in, before="active_upload"),
        known="E06",
    ),
    races(
        "race.two-uploads/second-refused",
        "Of two uploads of one key completed at once the second is rejected",
        sw.Before(op.COMPLETE, _by_key.wait),
        sw.Insert(
            op.COMPLETE, refuses_if(_late.of, "OperationAborted", 409), before="known_bucket"
        ),
        known="E03",
    ),
    loses(
        "race.two-uploads/mixed",
        "Two uploads of one key completed at once leave an object mixed of both",
        sw.Before(op.COMPLETE, _by_key.wait),
        sw.After(
            op.COMPLETE,
            lambda context: alters_version(blobs=spoilt)(context) if _met.of(context) else None,
        ),
    ),
    races(
        "race.abort-complete/cut-short",
        "An abort during completion leaves an object without its end",
        sw.Before(op.ABORT, until_ended),
        sw.After(op.ABORT, _half_gone),
        known="E04",
    ),
)

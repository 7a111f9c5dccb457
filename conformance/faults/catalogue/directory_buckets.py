"""Faults of directory buckets: their hosts, their names, their sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.lenient_signatures import Attempt, as_claimed, second_thought
from conformance.faults.catalogue.steps import asks, end_upload, made, refuses_if, tolerates
from conformance.faults.edits import misnames, omits_element, restates, says_status
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    leaks,
    loses,
    refuses,
)
from conformance.reference.access_points import AVAILABILITY_ZONE, BEHIND_DIRECTORY
from conformance.reference.domain.messages import S3Error, Session
from conformance.reference.domain.names import directory_zone
from conformance.reference.operations.directory.buckets import configuration, legal_name
from conformance.reference.operations.directory.checks import host_of_its_zone, session_given
from conformance.reference.operations.uploads.upload_part import keep

if TYPE_CHECKING:
    from conformance.reference.http.authentication import Proof

_EVERYTHING: Final = op.named_in_directory(op.FAMILY)


def _any_token(attempt: Attempt, error: S3Error) -> Proof | None:
    """Believe in a session without a look at its token."""
    proof = as_claimed(attempt, error)
    return None if proof is None or proof.session is None else proof


def _any_form(context: op.MakingDirectoryBucket) -> None:
    """Take every name for that of a bucket in the first zone."""
    try:
        legal_name(context)
    except S3Error:
        context.zone = AVAILABILITY_ZONE


def _any_zone(context: op.MakingDirectoryBucket) -> None:
    """Take every name that ends in what could be a zone."""
    if directory_zone(context.name) is None:
        legal_name(context)
    else:
        _any_form(context)


def _any_configuration(context: op.MakingDirectoryBucket) -> None:
    try:
        configuration(context)
    except S3Error as error:
        if error.code != "InvalidRequest":
            raise


def _base_taken(context: op.MakingDirectoryBucket) -> bool:
    """Return whether a bucket of the same base is there in another zone."""
    base = context.name.partition("--")[0]
    return any(
        name.startswith(f"{base}--") and name != context.name for name in context.world.buckets
    )


def _with_its_namesakes(context: op.Context) -> None:
    """Delete the buckets of that base in all zones."""
    base = context.bucket.name.partition("--")[0]
    for name in [one for one in context.world.buckets if one.startswith(f"{base}--")]:
        del context.world.buckets[name]


def _session_of_nothing(context: op.OpeningSession) -> None:
    context.found_bucket = context.world.find(context.request.bucket or "")


def _may_write(context: op.OpeningSession) -> None:
    session = replace(made(context.session), read_only=False)
    context.world.sessions[session.access_key] = session


def _ends_soon(context: op.OpeningSession) -> None:
    session = made(context.session)
    early = replace(session, expires=session.expires - timedelta(minutes=4))
    context.world.sessions[session.access_key] = early


def _alone(context: op.OpeningSession) -> None:
    """Forget the other sessions of a bucket, but for the one of which all tests have sessions."""
    sessions, mine = context.world.sessions, made(context.session)
    for key, one in list(sessions.items()):
        if isinstance(one, Session) and one.bucket == mine.bucket != BEHIND_DIRECTORY:
            del sessions[key]
    sessions[mine.access_key] = mine


def _stores(context: op.UploadingPart) -> None:
    """Store the part of a request that is refused."""
    upload = context.bucket.uploads.get(context.upload_id)
    if upload is not None:
        context.found_upload = upload
        context.part_number = int(context.request.query.get("partNumber") or "1")
        keep(context)


def _aborts(context: op.UploadContext) -> None:
    """Abort the upload of a request that is refused."""
    context.found_upload = context.bucket.uploads.get(context.upload_id)
    if context.found_upload is not None:
        end_upload(context)


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "dir.virtual-host-only/path-taken",
        "Path style is accepted at the host of a zone",
        sw.Swallow(_EVERYTHING, "virtual_hosted"),
    ),
    accepts(
        "dir.virtual-host-only/path-for-parts",
        "UploadPart alone is accepted in path style",
        sw.Swallow(op.DIRECTORY_PART, "virtual_hosted"),
    ),
    accepts(
        "dir.virtual-host-only/path-for-abort",
        "AbortMultipartUpload alone is accepted in path style",
        sw.Swallow(op.DIRECTORY_ABORT, "virtual_hosted"),
    ),
    accepts(
        "dir.virtual-host-only/path-for-sessions",
        "A session is opened in path style",
        sw.Replace(op.SESSION, "in_place", host_of_its_zone),
    ),
    answers(
        "dir.virtual-host-only/server-error",
        "Path style is answered with 500",
        misnames(_EVERYTHING, "InvalidRequest", "InternalError", 500, says="Path-style"),
    ),
    leaks(
        "dir.host-syntax/any-zone",
        "A bucket is served at the host of any zone",
        sw.Swallow(op.DIRECTORY_LIST_UPLOADS, "host_of_its_zone"),
    ),
    refuses(
        "dir.host-syntax/no-zonal-host",
        "The host of a zone serves no bucket",
        sw.Deny(
            op.DIRECTORY_HEAD_BUCKET, lambda request: request.zone is not None, 404, "NoSuchBucket"
        ),
    ),
    accepts(
        "dir.name/any-form",
        "Any name is accepted",
        sw.Replace(op.DIRECTORY_CREATE_BUCKET, "legal_name", _any_form),
    ),
    accepts(
        "dir.name/any-zone",
        "A name may end in a zone that does not exist",
        sw.Replace(op.DIRECTORY_CREATE_BUCKET, "legal_name", _any_zone),
    ),
    accepts(
        "dir.name/other-zone",
        "The zone of the configuration may be another than that of the name",
        sw.Replace(op.DIRECTORY_CREATE_BUCKET, "configuration", _any_configuration),
    ),
    answers(
        "dir.name/created",
        "A bucket of a legal name is answered 201",
        says_status(op.DIRECTORY_CREATE_BUCKET, 201),
    ),
    accepts(
        "dir.name-unique/made-anew",
        "Creating a bucket whose name is in use replaces it with an empty one",
        sw.Swallow(op.DIRECTORY_CREATE_BUCKET, "free_name"),
    ),
    refuses(
        "dir.name-unique/in-all-zones",
        "A name that is in use in one zone is rejected in every zone",
        sw.Insert(op.DIRECTORY_CREATE_BUCKET, refuses_if(_base_taken, "BucketAlreadyExists", 409)),
    ),
    loses(
        "dir.name-unique/deleted-in-all-zones",
        "Deleting a bucket deletes those of the same base name in other zones",
        sw.After(op.DIRECTORY_DELETE_BUCKET, _with_its_namesakes),
    ),
    accepts(
        "dir.session-auth/no-session",
        "The account's own keys open a bucket without a session",
        sw.Replace(
            op.WITH_SESSION,
            "session_given",
            tolerates(session_given, lambda c: c.request.caller is not None),
        ),
    ),
    accepts(
        "dir.session-auth/no-session-for-parts",
        "UploadPart alone asks for no session",
        sw.Replace(
            op.DIRECTORY_PART,
            "session_given",
            tolerates(session_given, lambda c: c.request.caller is not None),
        ),
    ),
    accepts(
        "dir.session-auth/any-token",
        "The token of a session is not checked",
        second_thought(_any_token, "InvalidToken"),
    ),
    accepts(
        "dir.session-auth/any-bucket",
        "A session opens every bucket of its account",
        sw.Swallow(op.WITH_SESSION, "session_of_the_bucket"),
    ),
    accepts(
        "dir.session-auth/for-ever",
        "A session is accepted after its end",
        sw.Swallow(op.WITH_SESSION, "session_current"),
    ),
    refuses(
        "dir.session-auth/one-minute",
        "A session ends after a minute",
        sw.After(op.SESSION, _ends_soon),
    ),
    accepts(
        "dir.session-auth/any-account",
        "Every account gets a session",
        sw.Swallow(op.SESSION, "authorised"),
    ),
    accepts(
        "dir.session-auth/no-bucket",
        "There are sessions with buckets that do not exist",
        sw.Replace(op.SESSION, "known_bucket", _session_of_nothing),
    ),
    answers(
        "dir.session-auth/no-bucket-403",
        "A session with a bucket that does not exist is answered with 403",
        restates(op.SESSION, "NoSuchBucket", 403),
    ),
    refuses(
        "dir.session-auth/one-at-a-time",
        "A new session ends the one before",
        sw.After(op.SESSION, _alone),
    ),
    answers(
        "dir.session-auth/no-token",
        "CreateSession gives keys without a token",
        omits_element(op.SESSION, "SessionToken"),
    ),
    answers(
        "dir.session-auth/no-end",
        "CreateSession does not show when the session ends",
        omits_element(op.SESSION, "Expiration"),
    ),
    refuses(
        "dir.session-auth/nothing-presigned",
        "A session signs no URLs",
        sw.Deny(op.DIRECTORY_LIST_UPLOADS, lambda request: request.signed == "query", 403),
    ),
    refuses(
        "dir.session-auth/copy-needs-session",
        "UploadPartCopy asks for a session",
        sw.Insert(
            op.DIRECTORY_COPY,
            refuses_if(lambda c: c.request.session is None, "AccessDenied", 403),
        ),
    ),
    refuses(
        "dir.session-auth/elsewhere",
        "A general purpose bucket rejects the query of CreateSession",
        sw.Deny("ListObjects", asks("session")),
    ),
    accepts(
        "dir.session-auth/stored-all-the-same",
        "A part without a session is rejected, but stored",
        sw.Spoil(op.DIRECTORY_PART, "session_given", _stores),
    ),
    loses(
        "dir.session-auth/aborted-all-the-same",
        "An abort without a session is rejected, but the upload is aborted",
        sw.Spoil(op.DIRECTORY_ABORT, "session_given", _aborts),
    ),
    accepts(
        "dir.session-mode/create",
        "A read-only session begins uploads",
        sw.Swallow(op.DIRECTORY_CREATE, "session_may_write"),
    ),
    accepts(
        "dir.session-mode/part",
        "A read-only session uploads parts",
        sw.Swallow(op.DIRECTORY_PART, "session_may_write"),
    ),
    accepts(
        "dir.session-mode/complete",
        "A read-only session completes uploads",
        sw.Swallow(op.DIRECTORY_COMPLETE, "session_may_write"),
    ),
    accepts(
        "dir.session-mode/abort",
        "A read-only session aborts uploads",
        sw.Swallow(op.DIRECTORY_ABORT, "session_may_write"),
    ),
    accepts(
        "dir.session-mode/put",
        "A read-only session puts objects",
        sw.Swallow(op.DIRECTORY_PUT, "session_may_write"),
    ),
    accepts(
        "dir.session-mode/ignored",
        "Every session may write, whatever its mode",
        sw.After(op.SESSION, _may_write),
    ),
    accepts(
        "dir.session-mode/unknown",
        "A mode that does not exist is treated as ReadWrite",
        sw.Swallow(op.SESSION, "mode"),
    ),
    refuses(
        "dir.session-mode/reads-nothing",
        "A read-only session does not list parts",
        sw.Insert(
            op.DIRECTORY_LIST_PARTS,
            refuses_if(
                lambda c: c.request.session is not None and c.request.session.read_only,
                "AccessDenied",
                403,
            ),
        ),
    ),
)

"""Faults of GetObjectAttributes, of event holds, and of what CreateSession and ListParts accept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.checksum_names import CHECKSUM_ELEMENTS
from conformance.faults.catalogue.steps import alters_upload, alters_version, has
from conformance.faults.edits import ignores, ignores_query, omits, omits_element, pretends, refused
from conformance.faults.model import Fault, accepts, answers, forgets, leaks, loses, refuses
from conformance.reference.domain.messages import Response
from conformance.reference.rules.event_hold import DAYS, HOLD, YEARS
from conformance.reference.rules.sse import BUCKET_KEY, CONTEXT

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, S3Error
    from conformance.reference.domain.values import ObjectLock

_CUSTOMER_KEY: Final = "x-amz-server-side-encryption-customer-key"
_NO_BYTES: Final = Response(
    body=(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<GetObjectAttributesResponse xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b"<ObjectSize>0</ObjectSize></GetObjectAttributesResponse>"
    )
)


def _hold_forgotten(lock: ObjectLock | None) -> ObjectLock | None:
    return None if lock is None else replace(lock, event_hold=None)


def _days_for_years(request: Request, said: Response) -> Response:
    """Name the years of a hold where days were asked for, and days for years."""
    del request
    swapped = {YEARS: DAYS, DAYS: YEARS}
    headers = tuple((swapped.get(name, name), value) for name, value in said.headers)
    return replace(said, headers=headers)


def _unmarked(request: Request, error: S3Error) -> S3Error:
    """Refuse without the header that says that it was a delete marker."""
    del request
    other = refused(error)
    other.headers = tuple(pair for pair in error.headers if pair[0] != "x-amz-delete-marker")
    return error if other.headers == error.headers else other


def _encrypted_as_the_bucket_is_now(context: op.Completing) -> None:
    default = context.bucket.encryption
    alters_version(
        encryption=lambda was: replace(was, method=default.method, kms_key=default.kms_key)
    )(context)


FAULTS: Final[tuple[Fault, ...]] = (
    forgets(
        "obj.event-hold/forgotten",
        "The event hold of the create is not applied to the object",
        sw.After(op.CREATE, alters_upload(lock=_hold_forgotten)),
        should=True,
    ),
    answers(
        "obj.event-hold/days-for-years",
        "HeadObject names days of an event hold as years, and years as days",
        sw.Say(op.HEAD, _days_for_years),
        should=True,
    ),
    accepts(
        "obj.event-hold/both-durations",
        "Of an event hold with days and years the days count",
        ignores(op.CREATE, YEARS),
    ),
    accepts(
        "obj.event-hold/ignored",
        "The headers of event holds are ignored",
        ignores(op.CREATE, HOLD, DAYS, YEARS),
    ),
    loses(
        "read.attributes-version/current-for-any",
        "GetObjectAttributes describes the current version, whichever is asked for",
        ignores_query(op.ATTRIBUTES, "versionId"),
    ),
    answers(
        "read.attributes-version/unnamed",
        "GetObjectAttributes does not name the version",
        omits(op.ATTRIBUTES, "x-amz-version-id"),
    ),
    answers(
        "read.attributes-version/marker-unnamed",
        "GetObjectAttributes does not say that a delete marker is in the way",
        sw.Refusal(op.ATTRIBUTES, "NoSuchKey", _unmarked),
    ),
    answers(
        "read.attributes/no-object-checksum",
        "GetObjectAttributes has no checksum of the object",
        omits_element(op.ATTRIBUTES, "Checksum"),
    ),
    answers(
        "read.attributes/parts-without-checksums",
        "GetObjectAttributes lists parts without their checksums",
        omits_element(op.ATTRIBUTES, *CHECKSUM_ELEMENTS),
    ),
    accepts(
        "read.attributes/any-list",
        "GetObjectAttributes accepts an empty list and unknown attributes",
        sw.Swallow(op.ATTRIBUTES, "known_attributes"),
        should=True,
    ),
    accepts(
        "read.attributes/missing-is-empty",
        "GetObjectAttributes of an object that does not exist is answered with a size of 0 bytes",
        pretends(op.ATTRIBUTES, "NoSuchKey", _NO_BYTES),
    ),
    leaks(
        "obj.expected-owner/attributes-for-any",
        "GetObjectAttributes ignores the expected owner",
        ignores(op.ATTRIBUTES, "x-amz-expected-bucket-owner"),
    ),
    answers(
        "obj.request-payer/attributes-not-charged",
        "GetObjectAttributes does not say that the requester was charged",
        omits(op.ATTRIBUTES, "x-amz-request-charged"),
        should=True,
    ),
    refuses(
        "ssec.part-match/list-without-key",
        "ListParts rejects the headers of a customer key",
        sw.Deny(op.LIST_PARTS, has(_CUSTOMER_KEY)),
    ),
    refuses(
        "dir.kms-context/session-without",
        "CreateSession rejects an encryption context",
        sw.Deny(op.SESSION, has(CONTEXT)),
        should=True,
    ),
    forgets(
        "dir.kms-context/session-unnamed",
        "CreateSession names neither the encryption context nor the bucket key",
        omits(op.SESSION, CONTEXT, BUCKET_KEY),
        should=True,
    ),
    answers(
        "list-uploads.shape/initiator-unnamed",
        "No list has the display name of the initiator",
        omits_element((op.LIST_PARTS, op.LIST_UPLOADS), "DisplayName"),
        should=True,
    ),
    answers(
        "life.configuration-at-create/of-the-completion",
        "An object has the default encryption that its bucket has at the completion",
        sw.After(op.COMPLETE, _encrypted_as_the_bucket_is_now),
    ),
)

"""Faults of single request headers: refused though right, taken though wrong, misunderstood."""

from __future__ import annotations

import json
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import alters_part, has, made, refuses_if
from conformance.faults.edits import header, with_header
from conformance.faults.model import Fault, accepts, answers, leaks, refuses
from conformance.reference.operations.new_object import encryption
from conformance.reference.rules.sse import CONTEXT

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response

_OWNER: Final = "x-amz-expected-bucket-owner"
_SOURCE_OWNER: Final = "x-amz-source-expected-bucket-owner"
_REDIRECT: Final = "x-amz-website-redirect-location"


def _unblocked(context: op.Creating) -> None:
    """Read the encryption headers as in a bucket that lets customer keys in."""
    settings = context.bucket.encryption
    context.bucket.encryption = replace(settings, block_customer_keys=False)
    try:
        encryption(context)
    finally:
        context.bucket.encryption = settings


def _tells_bytes(context: op.PartContext) -> None:
    """Give a part under a customer key the ETag that it would have without one."""
    if context.upload.encryption.customer is not None:
        digest = made(context.part).blob.digest("MD5").hex()
        alters_part(etag=lambda _: digest)(context)


def _encoded_context(request: Request) -> bool:
    """Return whether there is an encryption context that, as it is there, is no JSON."""
    if CONTEXT not in request.headers:
        return False
    try:
        json.loads(header(request, CONTEXT))
    except ValueError:
        return True
    return False


def _not_canonical(context: op.Context) -> bool:
    """Return whether the expected owner is another text than the owner's canonical id."""
    expected = header(context.request, _OWNER)
    return bool(expected) and expected != context.bucket.owner.canonical_id


def _source_not_canonical(context: op.CopyingPart) -> bool:
    """Tell the same of the expected owner of the source."""
    expected = header(context.request, _SOURCE_OWNER)
    return bool(expected) and expected != context.source.bucket.owner.canonical_id


def _undated(request: Request) -> bool:
    """Return whether there is an Expires that is not a date."""
    if "Expires" not in request.headers:
        return False
    try:
        parsedate_to_datetime(header(request, "Expires"))
    except ValueError:
        return True
    return False


def _redirected_nowhere(request: Request, response: Response) -> Response:
    """Send the header of the redirect location, empty where there is none."""
    del request
    if any(name.lower() == _REDIRECT for name, _ in response.headers):
        return response
    return with_header(response, _REDIRECT, "")


FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "obj.expected-owner/canonical",
        "The expected owner is compared with the owner's canonical id, so that no account is right",
        sw.Insert((*op.FAMILY, *op.READS), refuses_if(_not_canonical, "AccessDenied", 403)),
    ),
    refuses(
        "copy.source-owner/canonical",
        "The expected owner of the source is compared with the canonical id, so that none is right",
        sw.Insert(op.COPY, refuses_if(_source_not_canonical, "AccessDenied", 403)),
    ),
    refuses(
        "obj.system-metadata/expires-dated",
        "An Expires that is not a date is rejected",
        sw.Deny(op.CREATE, _undated, code="InvalidArgument"),
        should=True,
    ),
    answers(
        "obj.website-redirect/empty",
        "An object without a redirect location is read with an empty one",
        sw.Say(op.READS, _redirected_nowhere),
    ),
    refuses(
        "acl.grants/write-refused",
        "x-amz-grant-write is rejected, for the API model has no such header",
        sw.Deny(op.CREATE, has("x-amz-grant-write")),
    ),
    accepts(
        "ssec.blocked/taken",
        "A bucket that blocks customer keys accepts them all the same",
        sw.Replace(op.CREATE, "encryption", _unblocked),
    ),
    leaks(
        "ssec.echo/etag-of-bytes",
        "The ETag of a part under a customer key is the MD5 of its bytes",
        sw.After(op.PARTS, _tells_bytes),
        should=True,
    ),
    refuses(
        "sse.kms-context/not-decoded",
        "An encryption context is rejected, for it is read as JSON without being decoded",
        sw.Deny(op.CREATE, _encoded_context, code="InvalidArgument"),
    ),
    accepts(
        "complete.xml-leniency/form",
        "A completion with the content type of a form is accepted",
        sw.Swallow((op.COMPLETE, *op.DIRECTORY_COMPLETE), "content_type"),
        should=True,
    ),
)

"""Encryption in directory buckets: settled by bucket and session, never by a single request."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.kms import KEY_ID
from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import Encryption
from conformance.reference.operations.checks import argument
from conformance.reference.rules.customer_key import SSE
from conformance.reference.rules.sse import BUCKET_KEY, CONTEXT, KMS_KEY_ID, require_tls

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Account, Request
    from conformance.reference.domain.state import Bucket, World
    from conformance.reference.operations.new_object import NewObject
    from conformance.reference.operations.uploads.common import PartContext

_METHODS: Final = ("AES256", "aws:kms")
_HEADERS: Final = (SSE, KMS_KEY_ID, CONTEXT, BUCKET_KEY)


def bucket_default(bucket: Bucket, world: World, caller: Account) -> Encryption:
    """Return the default encryption of a directory bucket."""
    default = bucket.encryption
    if default.method == "AES256" or default.kms_key is None:
        return Encryption()
    key = world.kms.usable(default.kms_key, caller)
    return Encryption(method="aws:kms", kms_key=key.arn, bucket_key=True)


def requested(request: Request, bucket: Bucket, world: World, caller: Account) -> Encryption | None:
    """Return what the headers of CreateSession ask for; None when they ask for nothing.

    Raises InvalidArgument for another method than AES256 and aws:kms (DIR-020), for key headers
    without aws:kms, for a key that `customer_key` refuses and another context than the bucket's.
    """
    if not any(name in request.headers for name in _HEADERS):
        return None
    method = request.headers.get(SSE)
    if method is not None and method not in _METHODS:
        raise argument("The encryption method specified is not supported", SSE, method)
    if method != "aws:kms":
        if any(name in request.headers for name in _HEADERS[1:]):
            text = f"The KMS headers require HTTP header {SSE} : aws:kms"
            raise argument(text, SSE)
        return Encryption()
    require_tls(request)
    context = request.headers.get(CONTEXT)
    _check_context(context, bucket, world.region)
    _check_bucket_key(request)
    arn = customer_key(request.headers.get(KMS_KEY_ID), bucket, world, caller)
    return Encryption(method="aws:kms", kms_key=arn, context=context, bucket_key=True)


def customer_key(name: str | None, bucket: Bucket, world: World, caller: Account) -> str:
    """Return the ARN of the key that ``name`` is for.

    Raises a 400 (DIR-006, whose code is not documented) without a name, for an alias, for the
    aws/s3 key and for another key than the one that the bucket has had before.
    """
    if not name or "alias/" in name:
        raise argument("Directory buckets take the id or ARN of a customer managed key", KMS_KEY_ID)
    if not KEY_ID.fullmatch(name) and not name.startswith("arn:"):
        raise argument("The KMS key is not valid", KMS_KEY_ID, name)
    key = world.kms.usable(name, caller)
    if key.arn == world.kms.managed(caller.id).arn:
        raise argument("Directory buckets take no AWS managed key", KMS_KEY_ID, name)
    if bucket.customer_key not in (None, key.arn):
        raise argument("A directory bucket keeps its one customer managed key", KMS_KEY_ID, name)
    return key.arn


def session_encryption(context: NewObject) -> None:
    """InvalidRequest for headers that differ from the session's settings (DIR-020).

    Without headers the settings of the session hold; of one that was begun without any, those of
    the bucket do.
    """
    session = context.request.session
    context.encryption = _held(context, None if session is None else session.encryption)


def default_encryption(context: NewObject) -> None:
    """InvalidRequest for headers of a copy that differ from the bucket's default (DIR-020)."""
    context.encryption = _held(context, None)


def upload_of_default(context: PartContext) -> None:
    """InvalidRequest for a copy into an upload that was not begun with the default (DIR-020)."""
    caller = context.request.caller or context.bucket.owner
    default = bucket_default(context.bucket, context.world, caller)
    upload = context.upload.encryption
    if (upload.method, upload.kms_key) != (default.method, default.kms_key):
        raise _differs()
    if upload.kms_key is not None:
        require_tls(context.request)


def _held(context: NewObject, settled: Encryption | None) -> Encryption:
    request, bucket, world = context.request, context.bucket, context.world
    caller = request.caller or bucket.owner
    wanted = settled or bucket_default(bucket, world, caller)
    if wanted.kms_key is not None:
        require_tls(request)
    method = request.headers.get(SSE)
    if method is not None and method not in _METHODS:
        raise argument("The encryption method specified is not supported", SSE, method)
    if method not in (None, wanted.method):
        raise _differs()
    key = request.headers.get(KMS_KEY_ID)
    if key is not None and (
        wanted.kms_key is None or customer_key(key, bucket, world, caller) != wanted.kms_key
    ):
        raise _differs()
    _check_context(request.headers.get(CONTEXT), bucket, world.region)
    if CONTEXT in request.headers and wanted.kms_key is None:
        raise _differs()
    _check_bucket_key(request)
    return wanted


def _check_context(value: str | None, bucket: Bucket, region: str) -> None:
    """InvalidArgument for another context than the ARN of the bucket (DIR-020)."""
    if value is None:
        return
    arn = f"arn:aws:s3express:{region}:{bucket.owner.id}:bucket/{bucket.name}"
    try:
        context = json.loads(base64.b64decode(value, validate=True).decode("utf-8"))
    except (ValueError, RecursionError):
        context = None
    if context not in ({"aws:s3express:arn": arn}, {"aws:s3:arn": arn}):
        raise argument("The encryption context is not that of the bucket", CONTEXT, value)


def _check_bucket_key(request: Request) -> None:
    """InvalidArgument for a bucket key that is to be off: it is always on (DIR-021)."""
    value = request.headers.get(BUCKET_KEY)
    if value is not None and value.lower() != "true":
        raise argument("Bucket keys can't be disabled in directory buckets", BUCKET_KEY, value)


def _differs() -> S3Error:
    text = "The encryption headers do not match the encryption settings of the session"
    return S3Error(400, "InvalidRequest", text)

"""Server-side encryption: what a request asks for, what a part or a read must match."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Final, Literal, cast

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import DefaultEncryption, Encryption
from conformance.reference.rules.customer_key import (
    SSE,
    check_key_length,
    has_customer_key,
    has_whole_customer_key,
    parse_customer_key,
)

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Account, Request
    from conformance.reference.domain.state import Bucket, World

Operation = Literal[
    "CreateMultipartUpload",
    "UploadPart",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "PutObject",
    "CopyObject",
    "GetObject",
    "HeadObject",
]

KMS_KEY_ID: Final = f"{SSE}-aws-kms-key-id"
CONTEXT: Final = f"{SSE}-context"
BUCKET_KEY: Final = f"{SSE}-bucket-key-enabled"
_KMS: Final = ("aws:kms", "aws:kms:dsse")
_FSX: Final = "aws:fsx"

_PART_MUST_ENCRYPT = (
    "The multipart upload initiate requested encryption. "
    "Subsequent part requests must include the appropriate encryption parameters."
)
_OTHER_PARAMETERS = "The provided encryption parameters did not match the ones used originally."
_COMPLETED_ENCRYPTED = (
    "The object was stored using a form of Server Side Encryption. Correct SSE-C request "
    "parameters are required for this request when specifying checksums for each part."
)
_STORED_ENCRYPTED = (
    "The object was stored using a form of Server Side Encryption. "
    "The correct parameters must be provided to retrieve the object."
)


def parse_encryption(request: Request, bucket: Bucket, world: World) -> Encryption:
    """Return how CreateMultipartUpload, PutObject or a copy destination is to be encrypted.

    What the request asks for goes before the bucket's default. Refusals, in order: SSE-C together
    with x-amz-server-side-encryption (SSEC-010), an unknown method (SSE-003), KMS headers without
    KMS (KMS-009), the SSE-C headers by themselves (SSEC-009..015, SSEC-022), SSE-C blocked by the
    bucket (SSEC-023), the KMS context (KMS-010), the KMS key (KMS-004..008, KMS-014).
    """
    method = request.headers.get(SSE)
    if method is not None and has_customer_key(request):
        raise _argument(
            "Server Side Encryption with Customer provided key is incompatible with the encryption "
            "method specified",
            method,
        )
    if method is not None and method not in ("AES256", *_KMS):
        raise _argument("The encryption method specified is not supported", method)
    if method not in _KMS:
        _refuse_kms_headers(request)
    if has_customer_key(request):
        return _with_customer_key(request, bucket)
    if method is None:
        return _by_default(request, bucket, world)
    if method == "AES256":
        return Encryption()
    return _with_kms(request, bucket, world, cast("Literal['aws:kms', 'aws:kms:dsse']", method))


def parse_fsx_encryption(request: Request) -> Encryption:
    """Return the one encryption of a file system behind an access point (SSE-004).

    Raises InvalidArgument for every other that is asked for; the code is not documented.
    """
    method = request.headers.get(SSE)
    if method not in (None, _FSX):
        raise _argument("The encryption method specified is not supported", method or "")
    if has_customer_key(request):
        raise _argument("The encryption method specified is not supported", "SSE-C")
    _refuse_kms_headers(request)
    return Encryption(method=_FSX)


def check_part_encryption(request: Request, encryption: Encryption, bucket: Bucket) -> None:
    """Hold the headers of UploadPart or of UploadPartCopy's destination against the upload's.

    Managed encryption cannot be asked for per part (UP-013, UPC-035, UPC-036); the SSE-C headers
    match those of the create (SSEC-006..009, SSEC-020).
    """
    refuse_managed_encryption(request)
    if encryption.kms_key is not None:
        require_tls(request)
    _match_upload(request, encryption, bucket)


def check_complete_encryption(
    request: Request,
    encryption: Encryption,
    bucket: Bucket,
    *,
    checksum_algorithm: str | None,
) -> None:
    """Check the headers of CompleteMultipartUpload against the upload's.

    The customer key may stay away (MS-033) unless the upload was begun with a checksum algorithm
    (SSEC-004); less than all three headers count as none (MS-035); another key is refused, and any
    on an upload without one (MS-036). Managed headers: SSE-005, UPC-036.
    """
    refuse_managed_encryption(request)
    stored = encryption.customer
    if not has_whole_customer_key(request):
        if stored is not None and checksum_algorithm is not None:
            raise S3Error(400, "InvalidRequest", _COMPLETED_ENCRYPTED)
        return
    presented = parse_customer_key(request)
    _refuse_if_blocked(request, bucket)
    if presented is None or stored is None or not stored.matches(presented.key):
        raise S3Error(400, "InvalidRequest", _COMPLETED_ENCRYPTED)


def check_read_encryption(
    request: Request, encryption: Encryption, world: World, *, source: bool = False
) -> None:
    """Let GetObject, HeadObject or (``source``) a copy read a version stored under ``encryption``.

    Raises for SSE-C headers absent, wrong or out of place (SSEC-016..019, MS-015, MS-016) and for a
    KMS key that the caller may not use or that is not enabled (KMS-007, KMS-008, KMS-014).
    """
    presented = parse_customer_key(request, source=source, read=True)
    if encryption.customer is None:
        if presented is not None:
            raise S3Error(
                400,
                "InvalidRequest",
                "The encryption parameters are not applicable to this object.",
            )
        if encryption.kms_key is not None:
            require_tls(request)
            world.kms.check(encryption.kms_key, request.caller)
        return
    if presented is None:
        raise S3Error(400, "InvalidRequest", _STORED_ENCRYPTED)
    if encryption.customer.matches(presented.key):
        return
    if source:
        raise S3Error(400, "InvalidRequest", _OTHER_PARAMETERS)
    raise S3Error(
        403,
        "AccessDenied",
        "Requests specifying Server Side Encryption with Customer provided keys must provide "
        "the correct secret key.",
    )


def refuse_managed_encryption(request: Request) -> None:
    """Refuse x-amz-server-side-encryption and the KMS headers where an operation takes none."""
    method = request.headers.get(SSE)
    if method is not None:
        raise _argument(f"{SSE} header is not supported for this operation.", method)
    _refuse_kms_headers(request)


def encryption_headers(
    encryption: Encryption, *, operation: Operation, keyless: bool = False
) -> tuple[tuple[str, str], ...]:
    """Return the headers by which ``operation`` names the encryption.

    SSE-C is echoed by algorithm and MD5 (SSEC-001, SSEC-002), by the algorithm alone where the
    request brought no key (``keyless``: MS-033, MS-034); the KMS context only where the upload or
    object is made (KMS-011); a bucket key only when on (KMS-003).
    """
    if encryption.customer is not None:
        algorithm = (f"{SSE}-customer-algorithm", "AES256")
        if keyless:
            return (algorithm,)
        return (algorithm, (f"{SSE}-customer-key-MD5", encryption.customer.md5))
    headers = [(SSE, str(encryption.method))]
    if encryption.kms_key is not None:
        headers.append((KMS_KEY_ID, encryption.kms_key))
        made = operation in ("CreateMultipartUpload", "PutObject", "CopyObject")
        if encryption.context is not None and made:
            headers.append((CONTEXT, encryption.context))
        if encryption.bucket_key:
            headers.append((BUCKET_KEY, "true"))
    return tuple(headers)


def _with_customer_key(request: Request, bucket: Bucket) -> Encryption:
    presented = parse_customer_key(request)
    if presented is None:
        raise AssertionError("asked for only when an SSE-C header is there")
    check_key_length(presented)
    _refuse_if_blocked(request, bucket)
    return Encryption(method="SSE-C", customer=presented.keep())


def _refuse_if_blocked(request: Request, bucket: Bucket) -> None:
    if not bucket.encryption.block_customer_keys:
        return
    who = "anonymous" if request.caller is None else f"arn:aws:iam::{request.caller.id}:root"
    raise S3Error(
        403,
        "AccessDenied",
        f"User: {who} is not authorized to perform: s3:PutObject on resource: "
        f'"arn:aws:s3:::{bucket.name}/{request.key}" because this bucket has blocked upload '
        "requests that specify Server Side Encryption with Customer provided keys (SSE-C). "
        "Please specify a different server-side encryption type",
    )


def _by_default(request: Request, bucket: Bucket, world: World) -> Encryption:
    default: DefaultEncryption = bucket.encryption
    if default.method == "AES256":
        return Encryption()
    require_tls(request)
    user = _user_of_keys(request)
    if default.kms_key is None:
        # It is the bucket owner's, and no other account can ever be let in to an aws/s3 key.
        arn = world.kms.managed(bucket.owner.id).arn
        world.kms.check(arn, user)
    else:
        arn = world.kms.usable(default.kms_key, user).arn
    return Encryption(
        method=default.method,
        kms_key=arn,
        bucket_key=default.bucket_key and default.method == "aws:kms",
    )


def _with_kms(
    request: Request,
    bucket: Bucket,
    world: World,
    method: Literal["aws:kms", "aws:kms:dsse"],
) -> Encryption:
    require_tls(request)
    context = request.headers.get(CONTEXT)
    if context is not None:
        _check_context(context)
    bucket_key = _bucket_key(request, bucket)
    user = _user_of_keys(request)
    name = request.headers.get(KMS_KEY_ID)
    key = world.kms.managed(user.id) if name is None else world.kms.usable(name, user)
    return Encryption(
        method=method,
        kms_key=key.arn,
        context=context,
        # DSSE takes no bucket key (KMS-013); one asked for has no effect and is not echoed.
        bucket_key=bucket_key and method == "aws:kms",
    )


def _bucket_key(request: Request, bucket: Bucket) -> bool:
    """Return the bucket key setting for this object: the header's, else the bucket's."""
    value = request.headers.get(BUCKET_KEY)
    if value is None:
        return bucket.encryption.bucket_key
    return value.lower() == "true"


def _user_of_keys(request: Request) -> Account:
    """Return the account whose right to the KMS key counts: the caller's; nobody has any."""
    if request.caller is None:
        raise S3Error(403, "AccessDenied", "Access Denied")
    return request.caller


def require_tls(request: Request) -> None:
    """Refuse plain HTTP for KMS, with the text of AWS as users have quoted it."""
    if not request.secure:
        raise S3Error(
            400,
            "InvalidArgument",
            "Requests specifying Server Side Encryption with AWS KMS managed keys must be made "
            "over a secure connection.",
        )


def _check_context(value: str) -> None:
    """Refuse a context that is not base64 of a JSON object of strings (KMS-010)."""
    try:
        context = json.loads(base64.b64decode(value, validate=True).decode("utf-8"))
    except (binascii.Error, ValueError, RecursionError):
        context = None
    if not isinstance(context, dict) or not all(isinstance(v, str) for v in context.values()):
        raise S3Error(
            400,
            "InvalidArgument",
            f"The header '{CONTEXT}' shall be Base64-encoded UTF-8 string holding JSON which "
            "represents a string-string map",
            (("ArgumentName", CONTEXT), ("ArgumentValue", value)),
        )


def _refuse_kms_headers(request: Request) -> None:
    """Refuse key id, context and bucket key without a KMS method (KMS-009)."""
    if any(name in request.headers for name in (KMS_KEY_ID, CONTEXT, BUCKET_KEY)):
        raise S3Error(
            400,
            "InvalidArgument",
            f"Server Side Encryption with AWS KMS managed key requires HTTP header {SSE} : aws:kms",
            (("ArgumentName", SSE),),
        )


def _match_upload(request: Request, encryption: Encryption, bucket: Bucket) -> None:
    presented = parse_customer_key(request)
    if presented is not None:
        _refuse_if_blocked(request, bucket)
    stored = encryption.customer
    if stored is None and presented is None:
        return
    if stored is None or presented is None:
        raise S3Error(400, "InvalidRequest", _PART_MUST_ENCRYPT)
    if not stored.matches(presented.key):
        raise S3Error(400, "InvalidRequest", _OTHER_PARAMETERS)


def _argument(message: str, value: str) -> S3Error:
    fields = (("ArgumentName", SSE), ("ArgumentValue", value))
    return S3Error(400, "InvalidArgument", message, fields)

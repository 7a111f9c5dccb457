"""Faults of managed encryption: SSE-S3 and the KMS kinds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import alters_upload, alters_version, made, refuses_if
from conformance.faults.edits import (
    asking,
    header,
    ignores,
    misnames,
    nothing,
    omits,
    saying,
    says_header,
    takes_for,
)
from conformance.faults.model import Fault, accepts, answers, forgets, refuses
from conformance.reference.domain.values import Encryption
from conformance.reference.rules.sse import BUCKET_KEY, CONTEXT, KMS_KEY_ID, parse_encryption

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response

_SSE: Final = "x-amz-server-side-encryption"
_ALL: Final = (op.CREATE, op.PART, op.COPY, op.COMPLETE, *op.READS)
_OTHER_ACCOUNT: Final = ":444455556666:"


def _default_forgotten(context: op.Creating) -> None:
    if context.bucket.encryption.method != "AES256" and _SSE not in context.request.headers:
        made(context.begun).encryption = Encryption()


def _default_wins(context: op.Creating) -> None:
    if context.bucket.encryption.method != "AES256":
        bare = context.request
        for name in (_SSE, KMS_KEY_ID, CONTEXT, BUCKET_KEY):
            bare = asking(bare, name, nothing)
        made(context.begun).encryption = parse_encryption(bare, context.bucket, context.world)


def _kms_headers_dropped(request: Request) -> Request:
    """Ignore the KMS headers of a request that asks for no KMS."""
    if header(request, _SSE).startswith("aws:kms"):
        return request
    for name in (KMS_KEY_ID, CONTEXT, BUCKET_KEY):
        request = asking(request, name, nothing)
    return request


def _without_key_id(request: Request, said: Response) -> Response:
    if KMS_KEY_ID in request.headers:
        return said
    return saying(said, KMS_KEY_ID, nothing)


def _bucket_keyed(encryption: Encryption) -> Encryption:
    return replace(encryption, bucket_key=False)


def _plain_for_dsse(value: str) -> str:
    return "aws:kms" if value == "aws:kms:dsse" else value


FAULTS: Final[tuple[Fault, ...]] = (
    answers(
        "sse.default-s3/create-silent",
        "The answer to a create that asks for no encryption names none",
        sw.Say(
            op.CREATE,
            lambda request, said: said if _SSE in request.headers else saying(said, _SSE, nothing),
        ),
    ),
    answers(
        "sse.default-s3/object-silent",
        "Reading an object names no encryption",
        omits(op.READS, _SSE),
    ),
    answers(
        "sse.default-s3/parts-silent",
        "The answer to a part names no encryption",
        omits(op.PARTS, _SSE),
    ),
    answers(
        "sse.default-s3/completion-silent",
        "The answer to a completion names no encryption",
        omits(op.COMPLETE, _SSE),
    ),
    forgets(
        "sse.bucket-default-kms/ignored",
        "The KMS default of the bucket is not applied to uploads",
        sw.After(op.CREATE, _default_forgotten),
    ),
    forgets(
        "sse.request-over-default/default-wins",
        "The default of the bucket wins over the request",
        sw.After(op.CREATE, _default_wins),
    ),
    accepts(
        "sse.values/unknown-ignored",
        "An unknown encryption is treated as none",
        sw.Swallow(op.CREATE, "encryption", "InvalidArgument", "not supported"),
    ),
    refuses(
        "sse.values/no-aes256",
        "AES256 is rejected",
        sw.Deny(op.CREATE, lambda request: header(request, _SSE) == "AES256"),
    ),
    answers(
        "sse.values/other-code",
        "An unknown encryption is answered with InvalidRequest",
        misnames(op.CREATE, "InvalidArgument", "InvalidRequest", says="not supported"),
    ),
    answers(
        "sse.kms-managed-key/unnamed",
        "The answer does not name the key where the request names none",
        sw.Say(op.CREATE, _without_key_id),
    ),
    refuses(
        "sse.kms-managed-key/key-demanded",
        "aws:kms without a key id is rejected",
        sw.Deny(
            op.CREATE,
            lambda request: (
                header(request, _SSE) == "aws:kms" and KMS_KEY_ID not in request.headers
            ),
        ),
    ),
    forgets(
        "sse.kms-managed-key/ignored",
        "The encryption with a KMS key is ignored",
        ignores(op.CREATE, _SSE, KMS_KEY_ID, CONTEXT, BUCKET_KEY),
    ),
    forgets(
        "sse.kms-managed-key/lost-at-completion",
        "The object of an upload with a KMS key is stored under AES256",
        sw.After(op.COMPLETE, alters_version(encryption=lambda _: Encryption())),
    ),
    forgets(
        "sse.kms-key-id/ignored",
        "The KMS key id of the request is ignored",
        ignores(op.CREATE, KMS_KEY_ID),
    ),
    accepts(
        "sse.kms-key-id/unknown-taken",
        "An unknown KMS key is accepted at the create",
        sw.Swallow(op.CREATE, "encryption", "KMS.NotFoundException"),
    ),
    refuses(
        "sse.kms-key-id/no-alias",
        "An alias of a KMS key is rejected",
        sw.Deny(op.CREATE, lambda request: "alias/" in header(request, KMS_KEY_ID)),
    ),
    answers(
        "sse.kms-key-id/alias-echoed",
        "The answer repeats the alias and does not name the key",
        sw.Say(
            op.CREATE,
            lambda request, said: saying(
                said, KMS_KEY_ID, lambda value: header(request, KMS_KEY_ID) or value
            ),
        ),
    ),
    refuses(
        "sse.kms-cross-account/refused",
        "A KMS key of another account is rejected even by its ARN",
        sw.Deny(op.CREATE, lambda request: _OTHER_ACCOUNT in header(request, KMS_KEY_ID)),
    ),
    accepts(
        "sse.kms-cross-account/by-id",
        "A KMS key of another account is found by its id alone",
        sw.Swallow(op.CREATE, "encryption", "KMS.NotFoundException"),
    ),
    answers(
        "sse.kms-dsse/named-kms",
        "aws:kms:dsse is answered as aws:kms",
        says_header(_ALL, _SSE, _plain_for_dsse),
    ),
    refuses(
        "sse.kms-dsse/refused",
        "aws:kms:dsse is rejected",
        sw.Deny(op.CREATE, lambda request: header(request, _SSE) == "aws:kms:dsse"),
    ),
    forgets(
        "sse.kms-dsse/kms-instead",
        "aws:kms:dsse is treated as aws:kms",
        takes_for(op.CREATE, _SSE, _plain_for_dsse),
    ),
    accepts(
        "sse.kms-needs-tls-sigv4/plain-http",
        "Data under a KMS key are written and read over plain HTTP",
        sw.Ask(
            (op.CREATE, op.PART, *op.READS),
            lambda request: request if request.secure else replace(request, secure=True),
        ),
    ),
    accepts(
        "sse.kms-permissions/anybody",
        "Permission for a KMS key is not checked",
        sw.Swallow(op.CREATE, "encryption", "AccessDenied"),
        sw.Swallow(op.PARTS, "kms_key"),
    ),
    accepts(
        "sse.kms-context/anything",
        "Anything is treated as an encryption context",
        sw.Swallow(op.CREATE, "encryption", "InvalidArgument", "string-string map"),
    ),
    answers(
        "sse.kms-context/other-code",
        "A malformed encryption context is answered with 500",
        misnames(op.CREATE, "InvalidArgument", "InternalError", 500, says="string-string map"),
    ),
    forgets(
        "sse.kms-bucket-key/ignored",
        "The request for a bucket key is ignored",
        ignores(op.CREATE, BUCKET_KEY),
    ),
    answers(
        "sse.kms-bucket-key/not-returned",
        "The bucket key is not named in answers",
        omits(_ALL, BUCKET_KEY),
    ),
    forgets(
        "sse.kms-bucket-key/forgotten",
        "The bucket key is answered at the create and then forgotten",
        sw.After(op.CREATE, alters_upload(encryption=_bucket_keyed)),
    ),
    accepts(
        "sse.kms-only-with-kms/ignored",
        "KMS headers without aws:kms are ignored",
        sw.Ask(op.CREATE, _kms_headers_dropped),
    ),
    answers(
        "sse.kms-only-with-kms/other-code",
        "KMS headers without aws:kms are answered with InvalidRequest",
        misnames(op.CREATE, "InvalidArgument", "InvalidRequest", says="requires HTTP header"),
    ),
    accepts(
        "sse.kms-headers-on-part/taken",
        "KMS headers on a part are ignored",
        ignores(op.PARTS, KMS_KEY_ID, CONTEXT, BUCKET_KEY, _SSE),
    ),
    answers(
        "sse.kms-headers-on-part/key-unnamed",
        "The answer to a part of a KMS upload does not name the key",
        omits(op.PARTS, KMS_KEY_ID),
    ),
    refuses(
        "sse.kms-headers-on-part/demanded",
        "A part of a KMS upload has to repeat the encryption",
        sw.Insert(
            op.PART,
            refuses_if(
                lambda context: (
                    context.upload.encryption.kms_key is not None
                    and _SSE not in context.request.headers
                )
            ),
        ),
    ),
)

"""Faults of customer keys (SSE-C)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import alters_metadata, refuses_if
from conformance.faults.edits import (
    adding,
    asking,
    header,
    ignores,
    misnames,
    nothing,
    omits,
    takes_for,
    with_header,
)
from conformance.faults.model import Fault, accepts, answers, leaks, loses, refuses
from conformance.reference.operations.uploads.upload_part import keep_part

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response

_PREFIX: Final = "x-amz-server-side-encryption-customer-"
_ALGORITHM: Final = f"{_PREFIX}algorithm"
_KEY: Final = f"{_PREFIX}key"
_MD5: Final = f"{_PREFIX}key-md5"
_THREE: Final = (_ALGORITHM, _KEY, _MD5)
_SOURCE_THREE: Final = tuple(name.replace("x-amz-", "x-amz-copy-source-") for name in _THREE)
_TAKERS: Final = (op.CREATE, *op.PARTS, op.COMPLETE, *op.READS)


def _incomplete_dropped(request: Request) -> Request:
    """Ignore the headers when they are not all three there."""
    if all(name in request.headers for name in _THREE):
        return request
    for name in _THREE:
        request = asking(request, name, nothing)
    return request


def _md5_of(key: str) -> str:
    try:
        raw = base64.b64decode(key)
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(hashlib.md5(raw, usedforsecurity=False).digest()).decode("ascii")


def _md5_computed(request: Request) -> Request:
    """Compute the MD5 of the key, whatever the header says."""
    if _KEY not in request.headers:
        return request
    right = _md5_of(header(request, _KEY))
    return request if header(request, _MD5) == right else adding(request, _MD5, right)


def _md5_filled_in(request: Request) -> Request:
    return request if _MD5 in request.headers else _md5_computed(request)


def _stretched(request: Request) -> Request:
    """Take a key of any length: hash it to one of 32 bytes."""
    if _KEY not in request.headers:
        return request
    try:
        raw = base64.b64decode(header(request, _KEY))
    except (binascii.Error, ValueError):
        raw = header(request, _KEY).encode()
    if len(raw) == 32:
        return request
    key = base64.b64encode(hashlib.sha256(raw).digest()).decode("ascii")
    return adding(adding(request, _KEY, key), _MD5, _md5_of(key))


def _secured(request: Request) -> Request:
    """Take plain HTTP for TLS where a customer key comes."""
    if request.secure or not any(name in request.headers for name in _THREE):
        return request
    return replace(request, secure=True)


def _key_shown(request: Request, said: Response) -> Response:
    return with_header(said, _KEY, header(request, _KEY)) if _KEY in request.headers else said


def _in_metadata(context: op.Creating) -> None:
    key = header(context.request, _KEY)
    if key:
        alters_metadata(user=lambda user: (*user, ("x-amz-meta-key", key)))(context)


def _store(context: op.UploadingPart) -> None:
    keep_part(context, context.body.blob)


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "ssec.three-headers/incomplete-ignored",
        "One or two of the three headers alone are ignored",
        sw.Ask(_TAKERS, _incomplete_dropped),
    ),
    accepts(
        "ssec.three-headers/md5-optional",
        "The MD5 of the key may be left out",
        sw.Ask(_TAKERS, _md5_filled_in),
    ),
    answers(
        "ssec.three-headers/server-error",
        "One or two of the three headers alone are answered with 500",
        misnames(
            (op.CREATE, op.PART), "InvalidArgument", "InternalError", 500, says="must provide"
        ),
    ),
    accepts(
        "ssec.algorithm/any",
        "Any algorithm is treated as AES256",
        takes_for((op.CREATE, op.PART), _ALGORITHM, lambda _: "AES256"),
    ),
    answers(
        "ssec.algorithm/not-implemented",
        "Another algorithm than AES256 is answered with NotImplemented",
        misnames(op.CREATE, "InvalidEncryptionAlgorithmError", "NotImplemented", 501),
    ),
    accepts(
        "ssec.key-length/any",
        "A key of any length is accepted",
        sw.Ask((op.CREATE, op.PART), _stretched),
    ),
    answers(
        "ssec.key-length/server-error",
        "A key of another length is answered with 500",
        misnames(
            (op.CREATE, op.PART), "InvalidArgument", "InternalError", 500, says="secret key was"
        ),
    ),
    accepts(
        "ssec.key-md5/not-checked",
        "The MD5 of the key is not checked",
        sw.Ask((op.CREATE, op.PART), _md5_computed),
    ),
    answers(
        "ssec.key-md5/server-error",
        "A wrong MD5 of the key is answered with 500",
        misnames(
            (op.CREATE, op.PART), "InvalidArgument", "InternalError", 500, says="calculated MD5"
        ),
    ),
    answers(
        "ssec.echo/create-silent",
        "The answer to the create echoes nothing of the customer key",
        omits(op.CREATE, _ALGORITHM, _MD5),
    ),
    answers(
        "ssec.echo/no-md5",
        "Answers leave the MD5 of the customer key out",
        omits((op.CREATE, *op.PARTS, *op.READS), _MD5),
    ),
    answers(
        "ssec.echo/parts-silent",
        "The answer to a part echoes nothing of the customer key",
        omits(op.PARTS, _ALGORITHM, _MD5),
    ),
    leaks(
        "ssec.echo/key", "Answers repeat the key itself", sw.Say((op.CREATE, op.PART), _key_shown)
    ),
    accepts(
        "ssec.part-match/anything",
        "A part is accepted with any customer key, or without",
        sw.Swallow(op.PART, "encryption"),
        known="H03",
    ),
    accepts(
        "ssec.part-match/no-headers",
        "A part without the headers is accepted for an upload that has a key",
        sw.Swallow(op.PART, "encryption", "InvalidRequest", "must include the appropriate"),
        known="H03",
    ),
    accepts(
        "ssec.part-match/other-key",
        "A part is accepted with another key than the create's",
        sw.Swallow(op.PART, "encryption", "InvalidRequest", "did not match the ones"),
        known="H03",
    ),
    loses(
        "ssec.part-match/stored",
        "A part with another key is rejected, but stored",
        sw.Spoil(op.PART, "encryption", _store),
    ),
    answers(
        "ssec.part-match/server-error",
        "A part with another key is answered with 500",
        misnames(op.PART, "InvalidRequest", "InternalError", 500, says="did not match the ones"),
        known="H03",
    ),
    accepts(
        "ssec.copy-part-match/anything",
        "A copied part is accepted with any customer key, or without",
        sw.Swallow(op.COPY, "encryption"),
    ),
    accepts(
        "ssec.copy-part-match/source-unlocked",
        "An encrypted source is copied without its key",
        sw.Swallow(op.COPY, "source_readable"),
    ),
    refuses(
        "ssec.copy-part-match/source-key-ignored",
        "The copy-source headers of the key are ignored",
        ignores(op.COPY, *_SOURCE_THREE),
    ),
    leaks(
        "ssec.read-back/without-key",
        "An encrypted object is read without a key",
        sw.Swallow(op.READS, "read_encryption", "InvalidRequest"),
    ),
    leaks(
        "ssec.read-back/any-key",
        "An encrypted object is read with any key",
        sw.Swallow(op.READS, "read_encryption", "AccessDenied"),
    ),
    answers(
        "ssec.read-back/bad-request",
        "Another key than the object's is answered with 404",
        misnames(op.READS, "AccessDenied", "NoSuchKey", 404),
    ),
    accepts(
        "ssec.not-with-kms/key-wins",
        "With a customer key x-amz-server-side-encryption is ignored",
        sw.Ask(
            op.CREATE,
            lambda request: (
                asking(request, "x-amz-server-side-encryption", nothing)
                if _KEY in request.headers
                else request
            ),
        ),
    ),
    accepts(
        "ssec.not-with-kms/kms-wins",
        "With x-amz-server-side-encryption a customer key is ignored",
        sw.Ask(
            op.CREATE,
            lambda request: (
                asking(asking(asking(request, _KEY, nothing), _MD5, nothing), _ALGORITHM, nothing)
                if "x-amz-server-side-encryption" in request.headers
                else request
            ),
        ),
    ),
    leaks(
        "ssec.key-not-stored/in-metadata",
        "The customer key is stored with the metadata",
        sw.After(op.CREATE, _in_metadata),
    ),
    leaks(
        "ssec.key-not-stored/in-answers",
        "Reading an object repeats the customer key",
        sw.Say((op.GET, op.HEAD, op.ATTRIBUTES, op.COMPLETE, op.LIST_PARTS), _key_shown),
    ),
    accepts(
        "ssec.complete/anything",
        "A completion is accepted with any customer key, or without",
        sw.Swallow(op.COMPLETE, "customer_key"),
    ),
    refuses(
        "ssec.complete/always-needed",
        "A completion of an upload with a customer key always needs it",
        sw.Insert(
            op.COMPLETE,
            refuses_if(
                lambda context: (
                    context.upload.encryption.customer is not None
                    and _KEY not in context.request.headers
                )
            ),
        ),
    ),
    accepts(
        "ssec.needs-tls/plain-http",
        "A customer key is accepted over plain HTTP",
        sw.Ask((op.CREATE, op.PART), _secured),
    ),
    answers(
        "ssec.needs-tls/server-error",
        "A customer key over plain HTTP is answered with 500",
        misnames(
            (op.CREATE, op.PART), "InvalidArgument", "InternalError", 500, says="secure connection"
        ),
    ),
    refuses(
        "ssec.read-back/refused",
        "An object is not read with its own key",
        sw.Deny(op.READS, lambda request: _KEY in request.headers),
    ),
)

"""Faults of directory buckets: encryption, which bucket and session settle."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import alters_upload, refuses_if, tolerates
from conformance.faults.edits import header, omits, restates, with_header
from conformance.faults.model import Fault, accepts, answers, forgets, refuses
from conformance.reference.domain.values import Encryption
from conformance.reference.operations.directory.encryption import default_encryption
from conformance.reference.operations.directory.session import encryption as of_session
from conformance.reference.rules.customer_key import SSE
from conformance.reference.rules.sse import BUCKET_KEY, CONTEXT, KMS_KEY_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.messages import Request, Response

_SOURCE: Final = "x-amz-copy-source"
_METHOD: Final = "method specified is not supported"
_DIFFERS: Final = "do not match the encryption settings"
_NAMED: Final = "take the id or ARN"
_INVALID: Final = "KMS key is not valid"
_OTHER: Final = "keeps its one"
_CONTEXT: Final = "is not that of the bucket"
_OFF: Final = "can't be disabled"


def _without_kms(encryption: Encryption) -> Encryption:
    return Encryption() if encryption.method == "aws:kms" else encryption


def _keyless(context: op.OpeningSession) -> bool:
    """Return whether a session under KMS is asked for, and no key named."""
    request = context.request
    return header(request, SSE) == "aws:kms" and not header(request, KMS_KEY_ID)


def _own_context(request: Request) -> bool:
    return b"s3express" in base64.b64decode(header(request, CONTEXT))


def _copies_with_bucket_key(when: Callable[[Request], bool]) -> sw.Say:
    """Tell of a bucket key in the answers to certain copies under KMS."""

    def change(request: Request, response: Response) -> Response:
        under_kms = any(name == KMS_KEY_ID for name, _ in response.headers)
        return (
            with_header(response, BUCKET_KEY, "true") if under_kms and when(request) else response
        )

    return sw.Say((op.COPY, *op.DIRECTORY_COPY), change)


def _says_off(request: Request, response: Response) -> Response:
    """Confirm that the bucket key is off, to whoever asked for that."""
    asked = header(request, BUCKET_KEY).lower() == "false"
    return with_header(response, BUCKET_KEY, "false") if asked else response


def _into_directory(request: Request) -> bool:
    return (request.bucket or "").endswith("--x-s3")


def _out_of_directory(request: Request) -> bool:
    return "--x-s3" in header(request, _SOURCE)


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "dir.sse-values/any-for-uploads",
        "CreateMultipartUpload treats any method as AES256",
        sw.Swallow(op.DIRECTORY_CREATE, "session_encryption", "InvalidArgument", _METHOD),
    ),
    accepts(
        "dir.sse-values/any-for-sessions",
        "CreateSession ignores any method",
        sw.Swallow(op.SESSION, "encryption", "InvalidArgument", _METHOD),
    ),
    refuses(
        "dir.sse-values/no-aes",
        "AES256 is rejected in a session",
        sw.Deny(op.SESSION, lambda request: header(request, SSE) == "AES256"),
    ),
    forgets(
        "dir.sse-matches-session/forgotten",
        "The encryption of CreateSession is forgotten, and the default of the bucket holds",
        sw.Replace(op.DIRECTORY_CREATE, "session_encryption", default_encryption),
    ),
    accepts(
        "dir.sse-matches-session/headers-ignored",
        "Headers that differ from the session are ignored",
        sw.Swallow((*op.DIRECTORY_CREATE, *op.DIRECTORY_PUT), "session_encryption", "", _DIFFERS),
    ),
    refuses(
        "dir.sse-matches-session/no-headers",
        "Encryption headers are rejected even when they agree with the session",
        sw.Deny(op.DIRECTORY_CREATE, lambda request: SSE in request.headers),
    ),
    answers(
        "dir.sse-matches-session/session-unnamed",
        "CreateSession does not name the encryption",
        omits(op.SESSION, SSE),
    ),
    answers(
        "dir.sse-matches-session/upload-unnamed",
        "CreateMultipartUpload does not name the encryption",
        omits(op.DIRECTORY_CREATE, SSE),
    ),
    forgets(
        "dir.sse-matches-session/in-the-clear",
        "Uploads in a bucket with a KMS key are encrypted with AES256",
        sw.After(op.DIRECTORY_CREATE, alters_upload(encryption=_without_kms)),
    ),
    accepts(
        "dir.sse-matches-bucket/copied-into-any",
        "A part is copied into an upload of any encryption",
        sw.Swallow(op.DIRECTORY_COPY, "upload_of_default"),
    ),
    refuses(
        "dir.sse-matches-bucket/copied-into-none",
        "No part is copied into an upload under KMS",
        sw.Insert(op.DIRECTORY_COPY, refuses_if(lambda c: c.upload.encryption.kms_key is not None)),
    ),
    accepts(
        "dir.sse-matches-bucket/any-create",
        "CreateMultipartUpload accepts headers that differ from the default of the bucket",
        sw.Swallow(op.DIRECTORY_CREATE, "session_encryption", "", _DIFFERS),
    ),
    accepts(
        "dir.kms-key/alias-for-session",
        "A session accepts the alias of a key",
        sw.Replace(
            op.SESSION,
            "encryption",
            tolerates(of_session, lambda c: "alias/" in header(c.request, KMS_KEY_ID)),
        ),
    ),
    accepts(
        "dir.kms-key/alias-for-upload",
        "An upload accepts the alias of a key",
        sw.Swallow(op.DIRECTORY_CREATE, "session_encryption", "InvalidArgument", _NAMED),
    ),
    accepts(
        "dir.kms-key/none-for-session",
        "A session under KMS need not name its key",
        sw.Replace(op.SESSION, "encryption", tolerates(of_session, _keyless)),
    ),
    accepts(
        "dir.kms-key/any-text",
        "Text that is not a key is treated as the bucket's own key",
        sw.Swallow(op.SESSION, "encryption", "InvalidArgument", _INVALID),
    ),
    accepts(
        "dir.kms-key/another-for-session",
        "A session accepts another key than the bucket's",
        sw.Swallow(op.SESSION, "encryption", "InvalidArgument", _OTHER),
    ),
    accepts(
        "dir.kms-key/another-for-upload",
        "An upload accepts another key than the bucket's",
        sw.Swallow(op.DIRECTORY_CREATE, "session_encryption", "InvalidArgument", _OTHER),
    ),
    accepts(
        "dir.kms-key/changed",
        "The default of a bucket is changed to another key",
        sw.Swallow(op.DIRECTORY_PUT_ENCRYPTION, "one_customer_key", "InvalidArgument", _OTHER),
    ),
    answers(
        "dir.kms-key/forbidden",
        "A key that is not the bucket's is answered with 403",
        restates(op.SESSION, "InvalidArgument", 403, says="Directory buckets take"),
    ),
    accepts(
        "dir.kms-context/any",
        "Any encryption context is accepted",
        sw.Swallow(op.DIRECTORY_CREATE, "session_encryption", "InvalidArgument", _CONTEXT),
    ),
    refuses(
        "dir.kms-context/not-even-its-own",
        "The ARN of the bucket itself is rejected as the context",
        sw.Deny(
            op.DIRECTORY_CREATE,
            lambda request: CONTEXT in request.headers and _own_context(request),
        ),
        should=True,
    ),
    accepts(
        "dir.bucket-key-always/turned-off",
        "The bucket key is turned off for an upload that asks for it",
        sw.Swallow(op.DIRECTORY_CREATE, "session_encryption", "InvalidArgument", _OFF),
        sw.Say(op.DIRECTORY_CREATE, _says_off),
    ),
    accepts(
        "dir.bucket-key-always/turned-off-for-objects",
        "The bucket key is turned off for an object that asks for it",
        sw.Swallow(op.DIRECTORY_PUT, "session_encryption", "InvalidArgument", _OFF),
        sw.Say(op.DIRECTORY_PUT, _says_off),
    ),
    answers(
        "dir.bucket-key-always/not-said",
        "HeadObject does not show the bucket key",
        omits(op.DIRECTORY_HEAD, BUCKET_KEY),
    ),
    answers(
        "dir.bucket-key-always/not-said-on-create",
        "CreateMultipartUpload does not show the bucket key",
        omits(op.DIRECTORY_CREATE, BUCKET_KEY),
        should=True,
    ),
    answers(
        "dir.bucket-key-always/not-said-on-read",
        "GetObject does not show the bucket key",
        omits(op.DIRECTORY_GET, BUCKET_KEY),
        should=True,
    ),
    answers(
        "dir.copy-no-bucket-key/within",
        "A copy within a directory bucket uses the bucket key",
        _copies_with_bucket_key(lambda r: _into_directory(r) and _out_of_directory(r)),
    ),
    answers(
        "dir.copy-no-bucket-key/in",
        "A copy from a general purpose bucket uses the bucket key",
        _copies_with_bucket_key(lambda r: _into_directory(r) and not _out_of_directory(r)),
    ),
    answers(
        "dir.copy-no-bucket-key/out",
        "A copy into a general purpose bucket uses the bucket key",
        _copies_with_bucket_key(lambda r: not _into_directory(r) and _out_of_directory(r)),
        should=True,
    ),
)

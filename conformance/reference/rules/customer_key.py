"""The three SSE-C headers: x-amz-[copy-source-]server-side-encryption-customer-*."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import CustomerKey

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

SSE: Final = "x-amz-server-side-encryption"
_PREFIX: Final = "x-amz-server-side-encryption-customer-"
_SOURCE_PREFIX: Final = "x-amz-copy-source-server-side-encryption-customer-"

_SAYS = "Requests specifying Server Side Encryption with Customer provided keys must "
_BAD_KEY = "The secret key was invalid for the specified algorithm."
_BAD_MD5 = "The calculated MD5 hash of the key did not match the hash that was provided."


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """A well-formed customer key of one request; it lives no longer than that request."""

    key: bytes = field(repr=False)
    md5: str

    def keep(self) -> CustomerKey:
        """Return what may be stored: the MD5 and a salted digest, never the key."""
        salt = os.urandom(16)
        digest = hashlib.sha256(salt + self.key).digest()
        return CustomerKey(md5=self.md5, salt=salt, digest=digest)


def has_customer_key(request: Request, *, source: bool = False) -> bool:
    """Tell whether any of the three headers (or the copy-source three) is there."""
    prefix = _SOURCE_PREFIX if source else _PREFIX
    return any(prefix + name in request.headers for name in ("algorithm", "key", "key-md5"))


def parse_customer_key(request: Request, *, source: bool = False) -> PresentedKey | None:
    """Return the customer key of the request, or None if none of its headers is there.

    The order of refusals: plain HTTP (SSEC-022), algorithm absent (SSEC-012) or unknown
    (SSEC-011), key absent (SSEC-013), MD5 absent (SSEC-014), MD5 wrong (SSEC-009), key not
    32 bytes or not base64 (SSEC-015).
    """
    if not has_customer_key(request, source=source):
        return None
    if not request.secure:
        # AWS documents the refusal but no code or text (SSEC-022); these are the ones that
        # servers following it have settled on.
        raise S3Error(400, "InvalidRequest", _SAYS + "be made over a secure connection.")
    prefix = _SOURCE_PREFIX if source else _PREFIX
    algorithm = request.headers.get(prefix + "algorithm")
    key = request.headers.get(prefix + "key")
    md5 = request.headers.get(prefix + "key-md5")
    if algorithm is None:
        raise _refused(_SAYS + "provide a valid encryption algorithm.")
    if algorithm != "AES256":
        raise S3Error(
            400,
            "InvalidEncryptionAlgorithmError",
            "The Encryption request you specified is not valid. Supported value: AES256.",
            (("ArgumentName", SSE), ("ArgumentValue", algorithm)),
        )
    if key is None:
        raise _refused(_SAYS + "provide an appropriate secret key.")
    if md5 is None:
        # AWS's text for a really absent MD5 was never captured (SSEC-014); the code was.
        raise _refused(_SAYS + "provide the client calculated MD5 of the secret key.")
    return PresentedKey(_decoded(key, md5), md5)


def _decoded(key: str, md5: str) -> bytes:
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raise _refused(_BAD_KEY) from None
    try:
        given = base64.b64decode(md5, validate=True)
    except (binascii.Error, ValueError):
        raise _refused(_BAD_MD5) from None
    calculated = hashlib.md5(raw, usedforsecurity=False).digest()
    if not hmac.compare_digest(calculated, given):
        raise _refused(_BAD_MD5)
    if len(raw) != 32:
        raise _refused(_BAD_KEY)
    return raw


def _refused(message: str) -> S3Error:
    """Return the InvalidArgument of this family: it blames the header that isn't there."""
    fields = (("ArgumentName", SSE), ("ArgumentValue", "null"))
    return S3Error(400, "InvalidArgument", message, fields)

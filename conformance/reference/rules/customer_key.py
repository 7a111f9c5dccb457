"""The three SSE-C headers: x-amz-[copy-source-]server-side-encryption-customer-*."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
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
_SHORT_KEY = "The secret key was invalid - too short."
_BAD_MD5 = "The calculated MD5 hash of the key did not match the hash that was provided."
_NAMES: Final = ("algorithm", "key", "key-md5")
_KEY_BYTES: Final = 32
_GROUP: Final = 4
"""Characters of base64 that are read together, for three bytes."""
_FOREIGN: Final = re.compile(r"[^A-Za-z0-9+/=]")


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
    """Return whether any of the three headers (or the copy-source three) is there."""
    prefix = _SOURCE_PREFIX if source else _PREFIX
    return any(prefix + name in request.headers for name in _NAMES)


def has_whole_customer_key(request: Request) -> bool:
    """Return whether all of the three headers are there, whatever they say (MS-035)."""
    return all(_PREFIX + name in request.headers for name in _NAMES)


def parse_customer_key(
    request: Request, *, source: bool = False, read: bool = False
) -> PresentedKey | None:
    """Return the customer key of the request, or None if none of its headers is there.

    The order of refusals, as recorded (MS-011): plain HTTP (MS-001), algorithm absent (MS-002), key
    absent (MS-003), MD5 absent (MS-004), key too short (MS-006), MD5 wrong (MS-007..009), algorithm
    unknown (MS-012). Who reads, a copy its source too, may leave the MD5 out (MS-005). The length
    is not checked: what is only compared with a stored key is of any length (MS-014..016).
    """
    if not has_customer_key(request, source=source):
        return None
    if not request.secure:
        raise _refused(_SAYS + "be made over a secure connection.")
    prefix = _SOURCE_PREFIX if source else _PREFIX
    algorithm, key, md5 = (request.headers.get(prefix + name) for name in _NAMES)
    if algorithm is None:
        raise _refused(_SAYS + "provide a valid encryption algorithm.")
    if key is None:
        raise _refused(_SAYS + "provide an appropriate secret key.")
    if md5 is None and not (read or source):
        raise _refused(_SAYS + "provide the client calculated MD5 of the secret key.")
    raw = decode_key(key)
    if raw is None:
        raise _refused(_SHORT_KEY, key)
    calculated = base64.b64encode(hashlib.md5(raw, usedforsecurity=False).digest()).decode("ascii")
    # As text: the MD5 is not read as leniently as the key (MS-008).
    if md5 is not None and not hmac.compare_digest(calculated.encode(), md5.encode()):
        raise _refused(_BAD_MD5)
    if algorithm != "AES256":
        raise S3Error(
            400,
            "InvalidEncryptionAlgorithmError",
            "The Encryption request you specified is not valid. Supported value: AES256.",
            (("ArgumentName", SSE), ("ArgumentValue", algorithm)),
        )
    return PresentedKey(raw, calculated)


def check_key_length(presented: PresentedKey) -> None:
    """InvalidArgument for a key of another length than AES256 takes (MS-013)."""
    if len(presented.key) != _KEY_BYTES:
        raise _refused(_BAD_KEY)


def decode_key(text: str) -> bytes | None:
    """Decode a key as leniently as S3 does; None when there is not one group of four (MS-006).

    What is no character of base64 is dropped, URL-safe ones too, and so is an incomplete last group
    (MS-009, MS-010).
    """
    usable = _FOREIGN.sub("", text)
    whole = usable[: len(usable) - len(usable) % _GROUP]
    if not whole:
        return None
    groups = (whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))
    return b"".join(_decode_group(group) for group in groups)


def _decode_group(group: str) -> bytes:
    """Decode four characters; where padding stands in front of data, no key comes of it."""
    try:
        return base64.b64decode(group, validate=True)
    except binascii.Error:
        return b"\0"


def _refused(message: str, value: str | None = None) -> S3Error:
    """Return the InvalidArgument of this family, which names the header of managed encryption.

    No value is told but that of a key too short (MS-002..MS-009).
    """
    fields = [("ArgumentName", SSE)]
    if value is not None:
        fields.append(("ArgumentValue", value))
    return S3Error(400, "InvalidArgument", message, fields)

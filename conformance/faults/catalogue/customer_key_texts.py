"""Faults of how the headers of a customer key (SSE-C) are read, and in which order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.edits import asking, header, nothing
from conformance.faults.model import Fault, accepts, answers, refuses

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

_PREFIX: Final = "x-amz-server-side-encryption-customer-"
_SOURCE_PREFIX: Final = "x-amz-copy-source-server-side-encryption-customer-"
_ALGORITHM: Final = f"{_PREFIX}algorithm"
_KEY: Final = f"{_PREFIX}key"
_NAMES: Final = ("algorithm", "key", "key-md5")
_TAKERS: Final = (op.CREATE, op.COMPLETE)
_INVALID: Final = "InvalidEncryptionAlgorithmError"


def _there(request: Request, prefix: str = _PREFIX) -> int:
    """Count the headers of the three that are there."""
    return sum(prefix + name in request.headers for name in _NAMES)


def _foreign(request: Request) -> bool:
    return bool(re.search(r"[^A-Za-z0-9+/=_-]", header(request, _KEY)))


def _standard(request: Request) -> Request:
    """Read the URL-safe alphabet as the standard one."""
    return asking(request, _KEY, lambda key: key.replace("-", "+").replace("_", "/"))


def _padded(request: Request) -> Request:
    """Fill the padding of a key up."""
    return asking(request, _KEY, lambda key: key + "=" * (-len(key) % 4))


def _other_algorithm(request: Request, prefix: str = _PREFIX) -> bool:
    return header(request, prefix + "algorithm") not in ("", "AES256")


def _invalid_first(operation: str, before: str) -> sw.Deny:
    """Refuse another algorithm than AES256 before that check."""
    return sw.Deny(operation, _other_algorithm, code=_INVALID, before=before)


def _cut_to_no_key(request: Request) -> Request:
    """Leave the key and its MD5 out where the MD5 is absent."""
    if not _key_without_md5(request, _PREFIX):
        return request
    return asking(asking(request, _KEY, nothing), _ALGORITHM, nothing)


def _key_without_md5(request: Request, prefix: str) -> bool:
    return prefix + "key" in request.headers and prefix + "key-md5" not in request.headers


FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "ssec.key-encoding/strict",
        "A key with characters that are not base64 is rejected",
        sw.Deny(_TAKERS, _foreign, code="InvalidArgument"),
    ),
    accepts(
        "ssec.key-encoding/url-safe",
        "A key in the URL-safe alphabet is accepted",
        sw.Ask(_TAKERS, _standard),
    ),
    accepts(
        "ssec.key-encoding/padding-optional",
        "A key without its padding is accepted",
        sw.Ask(_TAKERS, _padded),
    ),
    answers(
        "ssec.check-order/algorithm-first",
        "A wrong algorithm is named before a wrong MD5 of the key",
        _invalid_first(op.CREATE, "encryption"),
    ),
    answers(
        "ssec.check-order/key-before-digest",
        "A wrong algorithm of a part is named before a broken Content-MD5",
        _invalid_first(op.PART, "content_md5"),
    ),
    answers(
        "ssec.check-order/destination-first",
        "A wrong algorithm of a copied part is named before one of its source",
        _invalid_first(op.COPY, "source_key"),
    ),
    answers(
        "ssec.check-order/key-before-list",
        "A wrong algorithm of a completion is named before an impossible part number",
        _invalid_first(op.COMPLETE, "manifest"),
    ),
    refuses(
        "ssec.read-md5/needed",
        "An object is not read without the MD5 of its key",
        sw.Deny(
            op.READS, lambda request: _key_without_md5(request, _PREFIX), code="InvalidArgument"
        ),
    ),
    answers(
        "ssec.read-md5/ignored",
        "Without the MD5 of the key, a read counts as one without a key",
        sw.Ask(op.READS, _cut_to_no_key),
    ),
    refuses(
        "ssec.read-md5/needed-for-sources",
        "A part is not copied from an object without the MD5 of its key",
        sw.Deny(
            op.COPY,
            lambda request: _key_without_md5(request, _SOURCE_PREFIX),
            code="InvalidArgument",
        ),
    ),
    refuses(
        "ssec.complete-incomplete/refused",
        "A completion with one or two of the three headers is rejected",
        sw.Deny(op.COMPLETE, lambda request: _there(request) in (1, 2), code="InvalidArgument"),
    ),
)

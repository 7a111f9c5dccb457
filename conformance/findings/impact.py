"""The impact of a deviation on users of the server: what happened, not what might have.

The table stands in docs/reference/verdicts.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.findings.kinds import READS, kind_of
from conformance.findings.members import plain
from conformance.vocabulary.impacts import IMPACTS, Impact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.findings.failures import Failure, Field
    from conformance.findings.model import Kind

_LOST: Final[frozenset[Kind]] = frozenset({"lost", "wrong-bytes"})
_OF_FORM: Final = frozenset(
    {
        "AuthorizationHeaderMalformed",
        "BadRequest",
        "InvalidBucketOwnerAWSAccountID",
        "InvalidDigest",
        "InvalidRedirectLocation",
        "InvalidStorageClass",
        "InvalidTag",
        "KeyTooLongError",
        "MalformedTrailerError",
        "MalformedXML",
        "MetadataTooLarge",
    }
)
"""Codes for a value of the wrong form, which loses nothing and opens nothing when it is taken."""
_OBJECT_READS: Final = frozenset({"GetObject", "HeadObject"})
_BROKEN: Final = 409
"""Answer to a read of an object whose parts are gone (Swift: BrokenMPU)."""
_ENCRYPTED: Final = re.compile(r"(?:.*\.)?(?:ServerSideEncryption|SSEKMS\w+)")
_WEAK_FIRST: Final = ("none", "AES256", "aws:kms", "aws:kms:dsse")
_EVERYBODY: Final = re.compile(r"(?:AllUsers|AuthenticatedUsers)")
_STORED: Final = re.compile(
    r"Metadata.*|headers\.x-amz-meta-.*|TagSet.*"
    r"|(?:Retention|LegalHold|ObjectLock)\w*(?:\..*)?|headers\.x-amz-object-lock-.*"
    r"|ContentLength|headers\.content-(?:length|type|encoding|disposition|language)"
    r"|Content(?:Type|Encoding|Disposition|Language)|CacheControl|Expires|WebsiteRedirectLocation"
    r"|headers\.(?:cache-control|expires)|ObjectSize"
)


def worst(impacts: Iterable[Impact]) -> Impact:
    """Return the worst impact; ``cosmetic`` for none."""
    return min(impacts, key=IMPACTS.index, default="cosmetic")


def impact_of(
    kind: Kind, of_rule: Impact, failure: Failure, later: Sequence[Failure], *, kept: bool = False
) -> Impact:
    """Return the impact of a deviation.

    ``of_rule`` is the worst that breaking its rule may do, ``later`` the steps behind it that
    failed too, in which it shows what happened to the data; ``kept`` says that later steps looked,
    and found everything as it was before.
    """
    if kind == "wording" or (of_rule == "cosmetic" and kind not in _LOST):
        return "cosmetic"
    if kind in {"accepted", "ignored"}:
        return _of_taken(of_rule, failure, later, kept=kept)
    if kind in _LOST:
        return "data-loss" if _reads_stored(failure) else "interop"
    if kind in {"missing", "wrong-value"}:
        return max(_of_values(failure), of_rule, key=IMPACTS.index)
    if failure.operation in _OBJECT_READS and failure.status == _BROKEN:
        return of_rule
    # Where S3 accepts a request and the server rejects it, the client knows that nothing is stored.
    if failure.wants_refusal and any(map(_loses, later)):
        return "data-loss"
    return "interop"


def _of_taken(of_rule: Impact, failure: Failure, later: Sequence[Failure], *, kept: bool) -> Impact:
    """Return the impact of a request that was taken and must be rejected.

    A completion that changes nothing is as grave as its rule: the client is told that its object is
    stored.
    """
    harmless = kept and failure.operation not in {*READS, "CompleteMultipartUpload"}
    if _only_of_form(failure) or harmless:
        return max(of_rule, "interop", key=IMPACTS.index)
    if of_rule == "interop" and any(_loses(one, by=failure) for one in later):
        return "data-loss"
    if of_rule == "interop" and any(map(_is_unprotected, later)):
        return "security"
    return of_rule


def _only_of_form(failure: Failure) -> bool:
    """Return whether S3 rejects the request for its form alone: what was sent is what is stored."""
    return bool(failure.wanted_codes) and set(failure.wanted_codes) <= _OF_FORM


def _of_values(failure: Failure) -> Impact:
    """Return the impact of an answer that reads something back, and has it otherwise."""
    fields = [plain(one.path) for one in failure.fields]
    if failure.operation == "GetObjectAcl":
        return "security" if any(map(_opens, failure.fields)) else "interop"
    if _is_unprotected(failure):
        return "security"
    reads = failure.operation in _OBJECT_READS or failure.operation.startswith("GetObject")
    if reads and any(map(_STORED.fullmatch, fields)):
        return "data-loss"
    return "interop"


def _weaker(field: Field) -> bool:
    """Return whether an object shows no encryption, or a weaker one or another key than sent."""
    path = plain(field.path)
    if not _ENCRYPTED.match(path):
        return False
    if not path.endswith("ServerSideEncryption"):
        return True
    wanted, came = (
        next((at for at, word in enumerate(_WEAK_FIRST) if f'"{word}"' in text), 0)
        for text in (field.check.expected, field.check.got)
    )
    return came < wanted or came == 0


def _is_unprotected(failure: Failure) -> bool:
    """Tell whether a read shows an object without the encryption that it was to have."""
    return failure.operation in _OBJECT_READS and any(map(_weaker, failure.fields))


def _opens(field: Field) -> bool:
    """Return whether an ACL grants to everybody what it must not."""
    came = set(_EVERYBODY.findall(field.check.got))
    return bool(came - set(_EVERYBODY.findall(field.check.expected)))


def _reads_stored(failure: Failure) -> bool:
    return failure.operation.startswith(("GetObject", "HeadObject", "ListParts"))


def _loses(failure: Failure, by: Failure | None = None) -> bool:
    """Return whether a step finds something gone, other bytes, or an object that must not be there.

    A completion that was taken makes an object of the parts, and their list is gone; a request for
    a part must not make one, and a read cannot.
    """
    kind = kind_of(failure)
    completed = by is not None and by.operation == "CompleteMultipartUpload"
    if kind == "accepted" and failure.operation in _OBJECT_READS:
        return by is not None and not completed and by.operation not in READS
    if completed and failure.operation == "ListParts":
        return False
    return kind in _LOST and _reads_stored(failure)

"""What a deviation does to those who use the server: what happened, not what might have.

The table stands in docs/reference/verdicts.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.findings.kinds import kind_of
from conformance.findings.members import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.findings.failures import Failure
    from conformance.findings.model import Impact, Kind

_RANK: Final[dict[Impact, int]] = {"data-loss": 0, "security": 1, "interop": 2, "cosmetic": 3}
_LOST: Final[frozenset[Kind]] = frozenset({"lost", "wrong-bytes"})
_OBJECT_READS: Final = frozenset({"GetObject", "HeadObject"})
_OPEN: Final = re.compile(r"Grants|AccessControlPolicy|(?:.*\.)?(?:ServerSideEncryption|SSE\w+)")
_STORED: Final = re.compile(
    r"Metadata.*|headers\.x-amz-meta-.*|TagSet.*|TagCount|headers\.x-amz-tagging-count"
    r"|(?:Retention|LegalHold|ObjectLock)\w*(?:\..*)?|headers\.x-amz-object-lock-.*"
    r"|ContentLength|headers\.content-(?:length|type|encoding|disposition|language)"
    r"|Content(?:Type|Encoding|Disposition|Language)|CacheControl|Expires|WebsiteRedirectLocation"
    r"|headers\.(?:cache-control|expires)|ObjectSize"
)


def worst(impacts: Iterable[Impact]) -> Impact:
    """Return the worst impact; ``cosmetic`` for none."""
    return min(impacts, key=lambda one: _RANK[one], default="cosmetic")


def impact_of(kind: Kind, of_rule: Impact, failure: Failure, later: Iterable[Failure]) -> Impact:
    """Return what a deviation did.

    ``of_rule`` is the worst that breaking its rule may do, ``later`` the steps behind it that
    failed too, in which it shows what became of the data.
    """
    if kind == "wording" or (of_rule == "cosmetic" and kind not in _LOST):
        return "cosmetic"
    own = _own(kind, of_rule, failure)
    if own in {"interop", "cosmetic"} and _keeps(kind, failure) and any(map(_loses, later)):
        return "data-loss"
    return own


def _keeps(kind: Kind, failure: Failure) -> bool:
    """Tell whether what the later steps look for was promised to the client.

    A client that was told of a refusal where S3 takes the request knows that nothing is stored.
    """
    return kind == "accepted" or failure.wants_refusal


def _own(kind: Kind, of_rule: Impact, failure: Failure) -> Impact:
    if kind in _LOST:
        return "data-loss" if _reads_stored(failure) else "interop"
    if kind in {"accepted", "ignored"}:
        return of_rule
    if kind in {"missing", "wrong-value"}:
        return _of_values(failure)
    return "interop"


def _of_values(failure: Failure) -> Impact:
    """Return the impact of an answer that reads something back, and has it otherwise."""
    fields = [plain(one.path) for one in failure.fields]
    if failure.operation.startswith("GetObjectAcl") and any(map(_OPEN.match, fields)):
        return "security"
    if failure.operation in _OBJECT_READS and any(
        _OPEN.match(one) and not one.startswith("SSECustomer") for one in fields
    ):
        return "security"
    reads = failure.operation in _OBJECT_READS or failure.operation.startswith("GetObject")
    if reads and any(map(_STORED.fullmatch, fields)):
        return "data-loss"
    return "interop"


def _reads_stored(failure: Failure) -> bool:
    return failure.operation.startswith(("GetObject", "HeadObject", "ListParts"))


def _loses(failure: Failure) -> bool:
    return kind_of(failure) in _LOST and _reads_stored(failure)

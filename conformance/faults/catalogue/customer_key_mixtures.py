"""Faults where a customer key meets another encryption: at the create, and in a copied part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.edits import asking, header, nothing
from conformance.faults.model import Fault, accepts, refuses
from conformance.reference.rules.customer_key import SSE

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

_KEY: Final = f"{SSE}-customer-key"
_SOURCE_KEY: Final = "x-amz-copy-source-server-side-encryption-customer-key"
_DSSE: Final = "aws:kms:dsse"


def _dsse_dropped(request: Request) -> Request:
    """Ignore aws:kms:dsse beside a customer key."""
    if _KEY in request.headers and header(request, SSE) == _DSSE:
        return asking(request, SSE, nothing)
    return request


def _into_plain(request: Request) -> bool:
    """Return whether an encrypted source is copied into an upload without a customer key."""
    return _SOURCE_KEY in request.headers and _KEY not in request.headers


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "ssec.not-with-kms/dsse-alone",
        "With a customer key aws:kms:dsse is ignored, and other encryptions are rejected",
        sw.Ask(op.CREATE, _dsse_dropped),
        should=True,
    ),
    refuses(
        "ssec.copy-part-match/never-into-plain",
        "An encrypted source is not copied into an upload without a customer key",
        sw.Deny(op.COPY, _into_plain),
    ),
)

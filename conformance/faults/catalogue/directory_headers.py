"""Faults of directory buckets: the headers that they do not support, and their storage class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.faults.catalogue.steps import alters_upload, has, tolerates
from conformance.faults.edits import header, ignores, refused
from conformance.faults.model import Fault, accepts, answers, forgets, leaks, refuses
from conformance.faults.operations import (
    ABORT,
    DIRECTORY_CREATE,
    DIRECTORY_PART,
    LIST_PARTS,
    LIST_UPLOADS,
    PART,
    in_directory,
)
from conformance.faults.switches import After, Deny, Refusal, Replace, Spoil, Swallow
from conformance.reference.operations.directory.checks import content_coding, storage_class
from conformance.reference.operations.uploads.create import begin
from conformance.reference.rules.customer_key import SSE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.domain.messages import Request, S3Error

_CLASS: Final = "x-amz-storage-class"
_CUSTOMER: Final = tuple(f"{SSE}-customer-{end}" for end in ("algorithm", "key", "key-MD5"))
_GRANTS: Final = ("full-control", "read", "read-acp", "write-acp")
_UNSUPPORTED: Final = {
    "dir.no-acl": ("an ACL", ("x-amz-acl",)),
    "dir.no-grants": ("a grant", tuple(f"x-amz-grant-{one}" for one in _GRANTS)),
    "dir.no-tagging": ("tags", ("x-amz-tagging",)),
    "dir.no-object-lock": (
        "a lock",
        (
            "x-amz-object-lock-mode",
            "x-amz-object-lock-retain-until-date",
            "x-amz-object-lock-legal-hold",
        ),
    ),
    "dir.no-website-redirect": ("a redirect", ("x-amz-website-redirect-location",)),
    "dir.no-request-payer": ("an offer to pay", ("x-amz-request-payer",)),
    "dir.no-sse-c": ("a customer key", _CUSTOMER),
}
"""Of each rule what CreateMultipartUpload does not take there, and by which headers."""


def _crashes_with(*names: str) -> Refusal:
    """Answer requests with such a header by a 500."""

    def change(request: Request, error: S3Error) -> S3Error:
        if not any(name in request.headers for name in names):
            return error
        return refused(error, status=500, code="InternalError")

    return Refusal(DIRECTORY_CREATE, "NotImplemented", change)


def _says_invalid(*names: str) -> Refusal:
    """Refuse such a header by 400 InvalidRequest."""

    def change(request: Request, error: S3Error) -> S3Error:
        if not any(name in request.headers for name in names):
            return error
        return refused(error, status=400, code="InvalidRequest")

    return Refusal(DIRECTORY_CREATE, "NotImplemented", change)


def _of_headers() -> Iterator[Fault]:
    """Yield, for each header that there is not, a server that ignores it and two that differ."""
    for rule, (what, names) in _UNSUPPORTED.items():
        yield accepts(f"{rule}/ignored", f"{what} is ignored", ignores(DIRECTORY_CREATE, *names))
        yield answers(f"{rule}/server-error", f"{what} is a 500", _crashes_with(*names))
        yield answers(
            f"{rule}/invalid-request",
            f"{what} is an InvalidRequest",
            _says_invalid(*names),
            should=True,
        )


FAULTS: Final[tuple[Fault, ...]] = (
    *_of_headers(),
    leaks(
        "dir.no-acl/begun-all-the-same",
        "An upload with an ACL is refused and begun",
        Spoil(DIRECTORY_CREATE, "supported_headers", begin),
    ),
    accepts(
        "dir.no-grants/full-control-alone",
        "A grant of full control is ignored, the others are refused",
        ignores(DIRECTORY_CREATE, "x-amz-grant-full-control"),
    ),
    accepts(
        "dir.no-object-lock/legal-hold-alone",
        "A legal hold is ignored, retention is refused",
        ignores(DIRECTORY_CREATE, "x-amz-object-lock-legal-hold"),
    ),
    *(
        accepts(
            f"dir.no-request-payer/{slug}",
            f"{name} ignores an offer to pay",
            ignores(in_directory(name), "x-amz-request-payer"),
        )
        for slug, name in (
            ("part", PART),
            ("list-parts", LIST_PARTS),
            ("list-uploads", LIST_UPLOADS),
            ("abort", ABORT),
        )
    ),
    accepts(
        "dir.no-sse-c/part",
        "The customer key of a part is ignored",
        ignores(DIRECTORY_PART, *_CUSTOMER),
    ),
    accepts(
        "dir.no-sse-c/algorithm-alone",
        "The algorithm without a key is ignored",
        ignores(DIRECTORY_CREATE, _CUSTOMER[0]),
    ),
    accepts(
        "dir.content-encoding/any",
        "Any Content-Encoding is taken",
        Swallow(DIRECTORY_CREATE, "content_coding"),
    ),
    accepts(
        "dir.content-encoding/behind-chunks",
        "A further encoding is taken behind aws-chunked",
        Replace(
            DIRECTORY_CREATE,
            "content_coding",
            tolerates(content_coding, lambda c: "," in header(c.request, "Content-Encoding")),
        ),
    ),
    refuses(
        "dir.content-encoding/none",
        "No Content-Encoding is taken",
        Deny(DIRECTORY_CREATE, has("Content-Encoding")),
    ),
    accepts(
        "dir.storage-class/any",
        "Any storage class is taken",
        Swallow(DIRECTORY_CREATE, "storage_class"),
    ),
    accepts(
        "dir.storage-class/of-the-other-zones",
        "The class of the other kind of zone is taken",
        Replace(
            DIRECTORY_CREATE,
            "storage_class",
            tolerates(
                storage_class,
                lambda c: header(c.request, _CLASS) in ("EXPRESS_ONEZONE", "ONEZONE_IA"),
            ),
        ),
    ),
    forgets(
        "dir.storage-class/standard",
        "An upload without a word has the class STANDARD",
        After(DIRECTORY_CREATE, alters_upload(storage_class=lambda _: "STANDARD")),
    ),
    refuses(
        "dir.storage-class/not-by-name",
        "The class of the zone may not be named",
        Deny(DIRECTORY_CREATE, has(_CLASS), code="InvalidStorageClass"),
    ),
)

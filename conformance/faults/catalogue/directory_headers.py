"""Faults of directory buckets: the headers that they do not support, and their storage class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import alters_upload, has, tolerates
from conformance.faults.edits import header, ignores, refused
from conformance.faults.model import Fault, accepts, answers, forgets, leaks, refuses
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
        "Object Lock",
        (
            "x-amz-object-lock-mode",
            "x-amz-object-lock-retain-until-date",
            "x-amz-object-lock-legal-hold",
        ),
    ),
    "dir.no-website-redirect": ("a redirect location", ("x-amz-website-redirect-location",)),
    "dir.no-request-payer": ("x-amz-request-payer", ("x-amz-request-payer",)),
    "dir.no-sse-c": ("a customer key", _CUSTOMER),
}
"""By rule what CreateMultipartUpload rejects there, and the headers that ask for it."""


def _crashes_with(*names: str) -> sw.Refusal:
    """Answer requests with such a header by a 500."""

    def change(request: Request, error: S3Error) -> S3Error:
        if not any(name in request.headers for name in names):
            return error
        return refused(error, status=500, code="InternalError")

    return sw.Refusal(op.DIRECTORY_CREATE, "NotImplemented", change)


def _of_headers() -> Iterator[Fault]:
    """Yield, for each unsupported header, a server that ignores it and one that breaks."""
    for rule, (what, names) in _UNSUPPORTED.items():
        ignored = ignores(op.DIRECTORY_CREATE, *names)
        yield accepts(f"{rule}/ignored", f"A directory bucket ignores {what}", ignored)
        yield answers(
            f"{rule}/server-error",
            f"A directory bucket answers {what} with 500",
            _crashes_with(*names),
        )


FAULTS: Final[tuple[Fault, ...]] = (
    *_of_headers(),
    leaks(
        "dir.no-acl/begun-all-the-same",
        "An upload with an ACL is rejected, but begins",
        sw.Spoil(op.DIRECTORY_CREATE, "supported_headers", begin),
    ),
    accepts(
        "dir.no-grants/full-control-alone",
        "A grant of full control is ignored, the others are rejected",
        ignores(op.DIRECTORY_CREATE, "x-amz-grant-full-control"),
    ),
    accepts(
        "dir.no-object-lock/legal-hold-alone",
        "A legal hold is ignored, retention is rejected",
        ignores(op.DIRECTORY_CREATE, "x-amz-object-lock-legal-hold"),
    ),
    *(
        accepts(
            f"dir.no-request-payer/{slug}",
            f"{name} ignores an offer to pay",
            ignores(op.named_in_directory((name,)), "x-amz-request-payer"),
        )
        for slug, name in (
            ("part", op.PART),
            ("list-parts", op.LIST_PARTS),
            ("list-uploads", op.LIST_UPLOADS),
            ("abort", op.ABORT),
        )
    ),
    accepts(
        "dir.no-sse-c/part",
        "The customer key of a part is ignored",
        ignores(op.DIRECTORY_PART, *_CUSTOMER),
    ),
    accepts(
        "dir.no-sse-c/algorithm-alone",
        "The algorithm without a key is ignored",
        ignores(op.DIRECTORY_CREATE, _CUSTOMER[0]),
    ),
    accepts(
        "dir.content-encoding/any",
        "Any Content-Encoding is accepted",
        sw.Swallow(op.DIRECTORY_CREATE, "content_coding"),
        should=True,
    ),
    accepts(
        "dir.content-encoding/behind-chunks",
        "A further encoding is accepted after aws-chunked",
        sw.Replace(
            op.DIRECTORY_CREATE,
            "content_coding",
            tolerates(content_coding, lambda c: "," in header(c.request, "Content-Encoding")),
        ),
        should=True,
    ),
    refuses(
        "dir.content-encoding/none",
        "Every Content-Encoding is rejected",
        sw.Deny(op.DIRECTORY_CREATE, has("Content-Encoding")),
    ),
    accepts(
        "dir.storage-class/any",
        "Any storage class is accepted",
        sw.Swallow(op.DIRECTORY_CREATE, "storage_class"),
    ),
    accepts(
        "dir.storage-class/of-the-other-zones",
        "The class of the other kind of zone is accepted",
        sw.Replace(
            op.DIRECTORY_CREATE,
            "storage_class",
            tolerates(
                storage_class,
                lambda c: header(c.request, _CLASS) in ("EXPRESS_ONEZONE", "ONEZONE_IA"),
            ),
        ),
        should=True,
    ),
    forgets(
        "dir.storage-class/standard",
        "An upload without a storage class has the class STANDARD",
        sw.After(op.DIRECTORY_CREATE, alters_upload(storage_class=lambda _: "STANDARD")),
    ),
    refuses(
        "dir.storage-class/not-by-name",
        "The class of the zone is rejected",
        sw.Deny(op.DIRECTORY_CREATE, has(_CLASS), code="InvalidStorageClass"),
    ),
)

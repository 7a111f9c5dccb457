"""What CreateMultipartUpload, PutObject and CopyObject read out of a request for the new object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.metadata import Metadata
from conformance.reference.domain.values import Acl, Encryption
from conformance.reference.pipeline import Context
from conformance.reference.rules.access import authorize_write
from conformance.reference.rules.acl import parse_acl, refuse_acl
from conformance.reference.rules.lock import parse_object_lock
from conformance.reference.rules.metadata import parse_metadata
from conformance.reference.rules.sse import parse_encryption, parse_fsx_encryption
from conformance.reference.rules.storage_class import parse_only_class, parse_storage_class
from conformance.reference.rules.tagging import parse_tagging_header

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Account, Request
    from conformance.reference.domain.state import World
    from conformance.reference.domain.values import ObjectLock

_ONLY_CLASS: Final = {"outposts": "OUTPOSTS", "fsx": "FSX_OPENZFS"}


class NewObject(Context):
    """A request that makes an object, now or by the upload that it begins."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.storage_class = "STANDARD"
        self.metadata = Metadata()
        self.tags: tuple[tuple[str, str], ...] = ()
        self.lock: ObjectLock | None = None
        self.acl = Acl("", ())
        self.encryption = Encryption()

    @property
    def owner(self) -> Account:
        """The account that the ACL names as the owner; before that check, the bucket's owner."""
        accounts = (*self.world.accounts, self.bucket.owner)
        by_id = {account.canonical_id: account for account in accounts}
        return by_id.get(self.acl.owner, self.bucket.owner)


def storage_class(context: NewObject) -> None:
    """InvalidStorageClass for a class that the bucket has not (CMU-007..CMU-009)."""
    offered = _ONLY_CLASS.get(context.bucket.kind)
    if offered is None:
        context.storage_class = parse_storage_class(context.request)
    else:
        context.storage_class = parse_only_class(context.request, offered)


def metadata(context: NewObject) -> None:
    """MetadataTooLarge and InvalidRedirectLocation (META-001, META-002, WEB-001)."""
    context.metadata = parse_metadata(context.request)


def tagging(context: NewObject) -> None:
    """Everything that is wrong with x-amz-tagging (TAG-001..TAG-007)."""
    context.tags = parse_tagging_header(context.request)


def object_lock(context: NewObject) -> None:
    """Everything that is wrong with the Object Lock headers (OL-001..OL-007)."""
    context.lock = parse_object_lock(context.request, context.bucket)


def acl(context: NewObject) -> None:
    """Everything that is wrong with a canned ACL or grants (ACL-001..ACL-013)."""
    if context.bucket.kind == "outposts":
        refuse_acl(context.request)
    writer = context.request.caller or context.bucket.owner
    context.acl = parse_acl(context.request, context.bucket, writer, context.world)


def encryption(context: NewObject) -> None:
    """Everything that is wrong with the encryption headers (SSE, SSEC, KMS)."""
    if context.bucket.kind == "fsx":
        context.encryption = parse_fsx_encryption(context.request)
    else:
        context.encryption = parse_encryption(context.request, context.bucket, context.world)


def write_authorised(context: NewObject) -> None:
    """AccessDenied unless the caller may write the object with all it asks for (AUTH-014)."""
    authorize_write(context.request, context.world, context.bucket, context.key)

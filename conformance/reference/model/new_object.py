"""What CreateMultipartUpload, PutObject and CopyObject read out of a request for the new object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.model.pipeline import Context
from conformance.reference.rules.access import authorize_write
from conformance.reference.rules.acl import parse_acl
from conformance.reference.rules.lock import parse_object_lock
from conformance.reference.rules.metadata import Metadata, parse_metadata
from conformance.reference.rules.sse import parse_encryption
from conformance.reference.rules.storage_class import parse_storage_class
from conformance.reference.rules.tagging import parse_tagging_header
from conformance.reference.rules.values import Acl, Encryption

if TYPE_CHECKING:
    from conformance.reference.messages import Account, Request
    from conformance.reference.model.state import World
    from conformance.reference.rules.values import ObjectLock


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
    """InvalidStorageClass for a class that a general purpose bucket has not (CMU-007, CMU-008)."""
    context.storage_class = parse_storage_class(context.request)


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
    writer = context.request.caller or context.bucket.owner
    context.acl = parse_acl(context.request, context.bucket, writer, context.world)


def encryption(context: NewObject) -> None:
    """Everything that is wrong with the encryption headers (SSE, SSEC, KMS)."""
    context.encryption = parse_encryption(context.request, context.bucket, context.world)


def write_authorised(context: NewObject) -> None:
    """AccessDenied unless the caller may write the object with all it asks for (AUTH-014)."""
    authorize_write(context.request, context.world, context.bucket, context.key)

"""What CompleteMultipartUpload holds against the uploaded parts, in S3's order (PREC-005..013)."""

from __future__ import annotations

import base64
import hashlib
import itertools
from typing import TYPE_CHECKING, Final, cast

from conformance.reference.domain.blob import combine, digest_of
from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.state import Checksum
from conformance.reference.operations.checks import MIN_PART
from conformance.reference.operations.uploads.common import UploadContext
from conformance.reference.rules.customer_key import has_whole_customer_key

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import ChecksumType, ObjectVersion, Part, World
    from conformance.reference.operations.uploads.manifest import Entry
    from conformance.reference.rules.checksum import ObjectChecksum

_INVALID_PART: Final = (
    "One or more of the specified parts could not be found.  The part may not have been uploaded, "
    "or the specified entity tag may not match the part's entity tag."
)


class Completing(UploadContext):
    """A request to complete an upload."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.manifest: tuple[Entry, ...] = ()
        self.claimed_size: int | None = None
        self.claimed_type: str | None = None
        self.claimed: ObjectChecksum | None = None
        self.version: ObjectVersion | None = None
        self.replayed = False

    @property
    def listed(self) -> list[Part]:
        """The parts that the manifest names, as far as they were uploaded."""
        parts = self.upload.parts
        return [parts[entry.number] for entry in self.manifest if entry.number in parts]

    @property
    def complete(self) -> bool:
        """Whether every listed part was uploaded."""
        return all(entry.number in self.upload.parts for entry in self.manifest)


def same_checksum_type(context: Completing) -> None:
    """InvalidRequest for another checksum type than the upload's, or for any (CK-050..052)."""
    upload = context.upload
    if context.claimed_type is not None and context.claimed_type != upload.checksum_type:
        raise S3Error(
            400,
            "InvalidRequest",
            f"The upload was created using the {upload.checksum_type or 'null'} checksum mode. "
            "The complete request must use the same checksum mode.",
        )


def ascending(context: Completing) -> None:
    """InvalidPartOrder unless part numbers ascend strictly (CMP-010, PREC-005, PREC-020)."""
    numbers = [entry.number for entry in context.manifest]
    if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
        raise S3Error(
            400,
            "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number.",
            (("UploadId", context.upload_id),),
        )


def part_etags(context: Completing) -> None:
    """InvalidPart for an uploaded part with another ETag (CMP-012, PREC-008)."""
    for entry in context.manifest:
        part = context.upload.parts.get(entry.number)
        if part is not None and part.etag != entry.etag:
            raise _invalid_part(context, entry)


def part_checksums(context: Completing) -> None:
    """Hold the checksum of each ``<Part>`` against the upload's.

    Without an algorithm there may be none (CK-049). A composite upload needs one for every part
    (CK-043..046), a full-object upload may leave them out (CK-054). Another algorithm's is a
    BadDigest (CK-048), a wrong one an InvalidPart (CK-047).
    """
    upload = context.upload
    algorithm = upload.checksum_algorithm
    for entry in context.manifest:
        if algorithm is None:
            if entry.checksum is not None:
                raise _invalid_part(context, entry)
        elif entry.checksum is None:
            if upload.checksum_type == "COMPOSITE":
                raise _missing_checksum(algorithm, entry.number)
        elif entry.algorithm != algorithm:
            raise S3Error(
                400,
                "BadDigest",
                f"The {str(entry.algorithm).lower()} you specified for part {entry.number} "
                "did not match what we received.",
            )
        else:
            part = upload.parts.get(entry.number)
            if part is not None and part.checksum != entry.checksum:
                raise _invalid_part(context, entry)


def object_checksum(context: Completing) -> None:
    """BadDigest for a checksum of the whole object that is another's (CK-055..057, PREC-007).

    A composite one is computed from the manifest, so that it is looked at even if a part is
    missing; a full-object one, without x-amz-checksum-type, is read as composite and can't match
    (CK-056), save for CRC64NVME, which knows no composite. Without an algorithm at the create it
    is ignored (CK-053). The number of parts behind a composite one may be left out (CO-001).
    """
    upload, claimed = context.upload, context.claimed
    if upload.checksum_algorithm is None or claimed is None:
        return
    if upload.checksum_type == "COMPOSITE":
        calculated = composite(upload.checksum_algorithm, context.manifest)
    elif context.complete:
        calculated = full_object(upload.checksum_algorithm, context.listed)
    else:
        return
    readable = (
        upload.checksum_type == "COMPOSITE"
        or context.claimed_type == "FULL_OBJECT"
        or upload.checksum_algorithm == "CRC64NVME"
    )
    if upload.checksum_type == "COMPOSITE" and "-" not in claimed.value:
        calculated = calculated.partition("-")[0]
    matches = (claimed.algorithm, claimed.value) == (upload.checksum_algorithm, calculated)
    if not readable or not matches:
        name = upload.checksum_algorithm.lower()
        text = f"The {name} you specified did not match the calculated checksum."
        raise S3Error(400, "BadDigest", text)


def every_part_uploaded(context: Completing) -> None:
    """InvalidPart for a part number that was never uploaded (CMP-011, PREC-006)."""
    for entry in context.manifest:
        if entry.number not in context.upload.parts:
            raise _invalid_part(context, entry)


def consecutive(context: Completing) -> None:
    """Refuse gaps in an upload with checksums, as S3 does: by an InternalError (CMP-017).

    One page of the documentation says 500, another 400 InvalidPartOrder; what was seen is 500.
    """
    if context.upload.checksum_algorithm is None:
        return
    if any(entry.number != at for at, entry in enumerate(context.manifest, 1)):
        text = "We encountered an internal error. Please try again."
        raise S3Error(500, "InternalError", text)


def part_sizes(context: Completing) -> None:
    """EntityTooSmall for all parts but the last below 5 MiB (CMP-013, CMP-014, PREC-022)."""
    for part in context.listed[:-1]:
        if part.size < MIN_PART:
            raise S3Error(
                400,
                "EntityTooSmall",
                "Your proposed upload is smaller than the minimum allowed size",
                (
                    ("ProposedSize", str(part.size)),
                    ("MinSizeAllowed", str(MIN_PART)),
                    ("PartNumber", str(part.number)),
                    ("ETag", part.etag),
                ),
            )


def object_size(context: Completing) -> None:
    """InvalidRequest if x-amz-mp-object-size is not the sum of the parts (CMP-024, PREC-011)."""
    computed = sum(part.size for part in context.listed)
    if context.claimed_size is not None and context.claimed_size != computed:
        raise S3Error(
            400,
            "InvalidRequest",
            f"The provided 'x-amz-mp-object-size' header value {context.claimed_size} "
            f"does not match what was computed: {computed}",
        )


def multipart_etag(parts: list[Part]) -> str:
    """Return the MD5 of the parts' ETags, with the number of parts behind it (CMP-002)."""
    joined = bytes.fromhex("".join(part.etag for part in parts))
    return f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(parts)}"


def composite(algorithm: str, manifest: tuple[Entry, ...]) -> str:
    """Return the digest of the parts' digests in base64, with ``-N`` (CK-042)."""
    joined = b"".join(base64.b64decode(entry.checksum or "") for entry in manifest)
    digest = base64.b64encode(digest_of(algorithm, joined)).decode("ascii")
    return f"{digest}-{len(manifest)}"


def full_object(algorithm: str, parts: list[Part]) -> str:
    """Return the CRC of the whole object in base64 (CK-054), combined from those of its parts."""
    return base64.b64encode(combine(algorithm, [part.blob for part in parts])).decode("ascii")


def completed_checksum(context: Completing) -> Checksum | None:
    """Return the checksum that the object will have (CK-042, CK-054).

    Without an algorithm at the create S3 takes CRC64NVME; under a customer's key only if the
    completion brings the key, without which nothing can be computed (MS-033, MS-034).
    """
    upload = context.upload
    if upload.checksum_algorithm is None:
        encrypted = upload.encryption.customer is not None
        if encrypted and not has_whole_customer_key(context.request):
            return None
        value = full_object("CRC64NVME", context.listed)
        return Checksum(algorithm="CRC64NVME", type="FULL_OBJECT", value=value)
    if upload.checksum_type == "COMPOSITE":
        value = composite(upload.checksum_algorithm, context.manifest)
    else:
        value = full_object(upload.checksum_algorithm, context.listed)
    kind = cast("ChecksumType", upload.checksum_type)
    return Checksum(algorithm=upload.checksum_algorithm, type=kind, value=value)


def _missing_checksum(algorithm: str, number: int) -> S3Error:
    return S3Error(
        400,
        "InvalidRequest",
        f"The upload was created using a {algorithm.lower()} checksum. The complete request must "
        f"include the checksum for each part. It was missing for part {number} in the request.",
    )


def _invalid_part(context: Completing, entry: Entry) -> S3Error:
    return S3Error(
        400,
        "InvalidPart",
        _INVALID_PART,
        (
            ("UploadId", context.upload_id),
            ("PartNumber", str(entry.number)),
            ("ETag", entry.etag),
        ),
    )

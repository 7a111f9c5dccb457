"""What a user of AWS must be allowed for a run: the policy file, and the actions of operations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from conformance.catalog.model import single_steps
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.catalog.model import Catalog, Test

POLICY: Final = "aws-policy.json"

ACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "AbortMultipartUpload": ("s3:AbortMultipartUpload",),
    "CompleteMultipartUpload": ("s3:PutObject",),
    "CopyObject": ("s3:GetObject", "s3:PutObject", "s3:GetObjectTagging", "s3:PutObjectTagging"),
    "CreateBucket": (
        "s3:CreateBucket", "s3:PutBucketOwnershipControls", "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketVersioning", "s3:PutBucketAcl",
    ),
    "CreateMultipartUpload": (
        "s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectRetention",
        "s3:PutObjectLegalHold",
    ),
    "CreateSession": ("s3express:CreateSession",),
    "DeleteBucket": ("s3:DeleteBucket",),
    "DeleteBucketPolicy": ("s3:DeleteBucketPolicy",),
    "DeleteObject": (
        "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention",
    ),
    "DeleteObjects": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "DeletePublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "GetBucketAcl": ("s3:GetBucketAcl",),
    "GetBucketEncryption": ("s3:GetEncryptionConfiguration",),
    "GetBucketLifecycleConfiguration": ("s3:GetLifecycleConfiguration",),
    "GetBucketLocation": ("s3:GetBucketLocation",),
    "GetBucketOwnershipControls": ("s3:GetBucketOwnershipControls",),
    "GetBucketPolicy": ("s3:GetBucketPolicy",),
    "GetBucketRequestPayment": ("s3:GetBucketRequestPayment",),
    "GetBucketVersioning": ("s3:GetBucketVersioning",),
    "GetObject": ("s3:GetObject", "s3:GetObjectVersion"),
    "GetObjectAcl": ("s3:GetObjectAcl",),
    "GetObjectAttributes": (
        "s3:GetObject", "s3:GetObjectAttributes", "s3:GetObjectVersion",
        "s3:GetObjectVersionAttributes",
    ),
    "GetObjectLockConfiguration": ("s3:GetBucketObjectLockConfiguration",),
    "GetObjectTagging": ("s3:GetObjectTagging",),
    "GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock",),
    "HeadBucket": ("s3:ListBucket",),
    "HeadObject": ("s3:GetObject", "s3:GetObjectVersion"),
    "ListBuckets": ("s3:ListAllMyBuckets",),
    "ListDirectoryBuckets": ("s3express:ListAllMyDirectoryBuckets",),
    "ListMultipartUploads": ("s3:ListBucketMultipartUploads",),
    "ListObjectVersions": ("s3:ListBucketVersions",),
    "ListObjects": ("s3:ListBucket",),
    "ListObjectsV2": ("s3:ListBucket",),
    "ListParts": ("s3:ListMultipartUploadParts",),
    "PutBucketAcl": ("s3:PutBucketAcl",),
    "PutBucketEncryption": ("s3:PutEncryptionConfiguration",),
    "PutBucketLifecycleConfiguration": ("s3:PutLifecycleConfiguration",),
    "PutBucketOwnershipControls": ("s3:PutBucketOwnershipControls",),
    "PutBucketPolicy": ("s3:PutBucketPolicy",),
    "PutBucketRequestPayment": ("s3:PutBucketRequestPayment",),
    "PutBucketTagging": ("s3:PutBucketTagging",),
    "PutBucketVersioning": ("s3:PutBucketVersioning",),
    "PutObject": ("s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging"),
    "PutObjectAcl": ("s3:PutObjectAcl",),
    "PutObjectLegalHold": ("s3:PutObjectLegalHold",),
    "PutObjectLockConfiguration": ("s3:PutBucketObjectLockConfiguration",),
    "PutObjectTagging": ("s3:PutObjectTagging",),
    "PutPublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "UploadPart": ("s3:PutObject",),
    "UploadPartCopy": ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
}  # fmt: skip
"""What IAM asks of whoever calls an operation, by the Service Authorization Reference."""

ZONAL: Final = frozenset(
    {
        "s3express:CreateBucket", "s3express:DeleteBucket", "s3express:GetEncryptionConfiguration",
        "s3express:PutEncryptionConfiguration",
    }
)  # fmt: skip
"""Further actions of directory buckets, whose set-up goes to the Regional endpoint."""
ITS_OWN: Final = (
    "ListBuckets", "ListObjectVersions", "ListMultipartUploads", "ListObjectsV2", "DeleteObject",
    "DeleteBucket", "AbortMultipartUpload", "CreateBucket",
)  # fmt: skip
"""What a run sends by itself: the first check of the target, and its clean-up."""


def policy_file() -> Path:
    """Return where the policy is."""
    return specs_root() / "targets" / POLICY


def allowed() -> frozenset[str]:
    """Return the actions that the policy allows."""
    statements = json.loads(policy_file().read_text("utf-8"))["Statement"]
    return frozenset(action for one in statements for action in one["Action"])


def operations(catalog: Catalog, tests: Iterable[Test]) -> frozenset[str]:
    """Return all operations that a run of these tests may send, probes and set-up included."""
    chosen = tuple(tests)
    steps = [step for test in chosen for step in (*test.given, *test.steps)]
    steps += [step for kind in catalog.buckets.values() for step in kind.setup]
    steps += [s for one in catalog.capabilities.values() for s in (*one.given, *one.probe)]
    return frozenset({one.operation for one in single_steps(steps)} | set(ITS_OWN))

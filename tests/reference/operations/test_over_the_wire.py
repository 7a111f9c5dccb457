"""Sub-resources as boto3 asks for them and understands them, over TLS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from conformance.reference.server import ReferenceServer

if TYPE_CHECKING:
    from collections.abc import Iterator

# boto3 makes the methods of its clients at run time; no type is known without further stubs.
S3Client = Any

BUCKET = "wired-bucket"


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    """Run the whole reference endpoint."""
    with ReferenceServer() as running:
        yield running


@pytest.fixture
def s3(server: ReferenceServer) -> Iterator[S3Client]:
    """Give a client of the main account, and a bucket that is gone afterwards."""
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=server.tls_endpoint_url,
        verify=str(server.ca_file),
        aws_access_key_id=server.account.access_key,
        aws_secret_access_key=server.account.secret_key,
        region_name=server.region,
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )
    client.create_bucket(Bucket=BUCKET)
    yield client
    listed = client.list_object_versions(Bucket=BUCKET)
    for one in (*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())):
        client.delete_object(
            Bucket=BUCKET,
            Key=one["Key"],
            VersionId=one["VersionId"],
            BypassGovernanceRetention=True,
        )
    client.delete_bucket(Bucket=BUCKET)
    client.close()


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    """Give the error code of a refusal."""
    return str(error.value.response["Error"]["Code"])


def test_settings_of_a_bucket(s3: S3Client) -> None:
    """What boto3 puts on a bucket it reads back in the same structures."""
    ownership = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=ownership)
    assert s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"] == ownership
    block = {
        "BlockPublicAcls": False,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False,
    }
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=block)
    found = s3.get_public_access_block(Bucket=BUCKET)
    assert found["PublicAccessBlockConfiguration"] == block
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"},
        "BucketKeyEnabled": True,
        "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
    }
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    found = s3.get_bucket_encryption(Bucket=BUCKET)
    assert found["ServerSideEncryptionConfiguration"] == {"Rules": [rule]}
    rules = [
        {
            "ID": "abort & clean",
            "Filter": {"Prefix": "a/"},
            "Status": "Enabled",
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
        }
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"] == rules
    begun = s3.create_multipart_upload(Bucket=BUCKET, Key="a/b")
    assert begun["AbortRuleId"] == "abort & clean"
    tags = [{"Key": "team", "Value": "blue + green"}]
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == tags
    s3.put_bucket_request_payment(Bucket=BUCKET, RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.get_bucket_request_payment(Bucket=BUCKET)["Payer"] == "Requester"
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] is None
    assert BUCKET in [one["Name"] for one in s3.list_buckets()["Buckets"]]


def test_acls(s3: S3Client, server: ReferenceServer) -> None:
    """boto3 reads back the grants that it puts on bucket and object."""
    alt = server.alt_account.canonical_id
    ownership = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=ownership)
    s3.put_bucket_acl(Bucket=BUCKET, GrantRead=f'id="{alt}"')
    grant = s3.get_bucket_acl(Bucket=BUCKET)["Grants"]
    wanted = [{"Grantee": {"ID": alt, "Type": "CanonicalUser"}, "Permission": "READ"}]
    assert grant == wanted
    s3.put_object(Bucket=BUCKET, Key="key", Body=b"x")
    policy = {"Owner": {"ID": server.account.canonical_id}, "Grants": wanted}
    s3.put_object_acl(Bucket=BUCKET, Key="key", AccessControlPolicy=policy)
    found = s3.get_object_acl(Bucket=BUCKET, Key="key")
    assert {name: found[name] for name in policy} == policy
    with pytest.raises(ClientError) as caught:
        s3.create_multipart_upload(Bucket=BUCKET, Key="k", GrantRead='emailAddress="a@b.c"')
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 405


def test_policy(s3: S3Client, server: ReferenceServer) -> None:
    """A policy comes back as it was put; a bad one is refused."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{server.alt_account.id}:root"},
        "Action": ["s3:PutObject"],
        "Resource": [f"arn:aws:s3:::{BUCKET}/*"],
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=text)
    assert s3.get_bucket_policy(Bucket=BUCKET)["Policy"] == text
    s3.delete_bucket_policy(Bucket=BUCKET)
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_policy(Bucket=BUCKET)
    assert code(caught) == "NoSuchBucketPolicy"


def test_objects(s3: S3Client) -> None:
    """Tags, retention and legal hold come back in boto3's own structures."""
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    lock = {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
    }
    s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=lock)
    found = s3.get_object_lock_configuration(Bucket=BUCKET)
    assert found["ObjectLockConfiguration"] == lock
    version = s3.put_object(Bucket=BUCKET, Key="key", Body=b"x", Tagging="a=b")["VersionId"]
    assert s3.get_object_tagging(Bucket=BUCKET, Key="key")["TagSet"] == [{"Key": "a", "Value": "b"}]
    retention = s3.get_object_retention(Bucket=BUCKET, Key="key")["Retention"]
    assert retention["Mode"] == "GOVERNANCE"
    s3.put_object_legal_hold(Bucket=BUCKET, Key="key", LegalHold={"Status": "ON"})
    shown = s3.head_object(Bucket=BUCKET, Key="key")
    assert shown["ObjectLockLegalHoldStatus"] == "ON"
    assert shown["ObjectLockRetainUntilDate"] == retention["RetainUntilDate"]
    with pytest.raises(ClientError) as caught:
        s3.delete_object(Bucket=BUCKET, Key="key", VersionId=version)
    assert code(caught) == "AccessDenied"
    s3.put_object_legal_hold(Bucket=BUCKET, Key="key", LegalHold={"Status": "OFF"})

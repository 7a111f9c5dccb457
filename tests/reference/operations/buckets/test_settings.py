"""Ownership, public access, versioning, payment, policy, encryption, lifecycle, tags of buckets."""

from __future__ import annotations

import json

import pytest

from conformance.reference.domain.values import DefaultEncryption

from ..endpoint import ALT, DENIED, MALFORMED, Endpoint, missing

EVERYBODY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::bucket/*",
        },
    }
)


def ownership(value: str) -> str:
    """Build OwnershipControls."""
    rule = f"<Rule><ObjectOwnership>{value}</ObjectOwnership></Rule>"
    return f"<OwnershipControls>{rule}</OwnershipControls>"


def block(on: bool) -> str:
    """Build a PublicAccessBlockConfiguration."""
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    switches = "".join(f"<{name}>{str(on).lower()}</{name}>" for name in names)
    return f"<PublicAccessBlockConfiguration>{switches}</PublicAccessBlockConfiguration>"


def encryption(rule: str) -> str:
    """Build a ServerSideEncryptionConfiguration."""
    name = "ServerSideEncryptionConfiguration"
    return f"<{name}><Rule>{rule}</Rule></{name}>"


def applied(method: str, key: str = "") -> str:
    """Build its default."""
    named = f"<KMSMasterKeyID>{key}</KMSMasterKeyID>" if key else ""
    inside = f"<SSEAlgorithm>{method}</SSEAlgorithm>{named}"
    name = "ApplyServerSideEncryptionByDefault"
    return f"<{name}>{inside}</{name}>"


LIFECYCLE = (
    "<LifecycleConfiguration><Rule><ID>a</ID><Filter><Prefix>p</Prefix></Filter>"
    "<Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>3"
    "</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>"
)
TAGS = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
VERSIONING = "<VersioningConfiguration><Status>{}</Status></VersioningConfiguration>"
PAYMENT = "<RequestPaymentConfiguration><Payer>{}</Payer></RequestPaymentConfiguration>"
KMS = encryption(applied("aws:kms", "alias/x") + "<BucketKeyEnabled>true</BucketKeyEnabled>")
BLOCKED = "<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes>"

ROUND_TRIPS = {
    "ownershipControls": (ownership("ObjectWriter"), ownership("ObjectWriter")),
    "publicAccessBlock": (block(on=False), block(on=False)),
    "versioning": (VERSIONING.format("Enabled"), VERSIONING.format("Enabled")),
    "requestPayment": (PAYMENT.format("Requester"), PAYMENT.format("Requester")),
    "encryption": (KMS, KMS),
    "lifecycle": (LIFECYCLE, LIFECYCLE),
    "tagging": (TAGS, TAGS),
}


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_round_trip(endpoint: Endpoint, name: str) -> None:
    """What is put comes back; what is no document is refused and changes nothing."""
    put, shown = ROUND_TRIPS[name]
    target = f"/bucket?{name}"
    assert endpoint.send("PUT", target, put).status in (200, 204)
    assert endpoint.text(target) == shown
    for broken in ("", "<Other/>", put[:-1], put.replace(">", "/>", 1)):
        found = endpoint.refused("PUT", target, broken)
        assert found[:2] in (
            (400, "MalformedXML"),
            (400, "IllegalVersioningConfigurationException"),
            (400, "MissingRequestBodyError"),
        )
    assert endpoint.text(target) == shown


@pytest.mark.parametrize("name", [*ROUND_TRIPS, "policy", "acl", "object-lock"])
def test_strangers(endpoint: Endpoint, name: str) -> None:
    """No other account reads or writes a sub-resource, and the expected owner is looked at."""
    for method in ("GET", "PUT"):
        assert endpoint.refused(method, f"/bucket?{name}", caller=ALT) == DENIED
        headers = {"x-amz-expected-bucket-owner": ALT.id}
        assert endpoint.refused(method, f"/bucket?{name}", b"", headers) == DENIED


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_wrong_digest(endpoint: Endpoint, name: str) -> None:
    """A document with a wrong checksum is refused (CK-024)."""
    put, _ = ROUND_TRIPS[name]
    found = endpoint.refused("PUT", f"/bucket?{name}", put, {"x-amz-checksum-crc32": "AAAAAA=="})
    assert found[:2] == (400, "BadDigest")


DELETES = {
    "ownershipControls": (
        ROUND_TRIPS["ownershipControls"][0],
        missing("OwnershipControlsNotFoundError", "The bucket ownership controls were not found"),
    ),
    "publicAccessBlock": (
        ROUND_TRIPS["publicAccessBlock"][0],
        missing(
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
        ),
    ),
    "lifecycle": (
        LIFECYCLE,
        missing("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
    ),
    "tagging": (TAGS, missing("NoSuchTagSet", "The TagSet does not exist")),
    "policy": (
        EVERYBODY.replace('"*"', f'{{"AWS": "{ALT.id}"}}'),
        missing("NoSuchBucketPolicy", "The bucket policy does not exist"),
    ),
}


@pytest.mark.parametrize("name", DELETES)
def test_delete(endpoint: Endpoint, name: str) -> None:
    """What was put can be deleted, also twice, and then isn't there."""
    body, expected = DELETES[name]
    endpoint.send("PUT", f"/bucket?{name}", body)
    for _ in range(2):
        assert endpoint.send("DELETE", f"/bucket?{name}").status == 204
    assert endpoint.refused("GET", f"/bucket?{name}") == expected


@pytest.mark.parametrize("name", ["lifecycle", "tagging", "policy"])
def test_never_put(endpoint: Endpoint, name: str) -> None:
    """What a new bucket hasn't isn't there."""
    assert endpoint.refused("GET", f"/bucket?{name}") == DELETES[name][1]


def test_new_bucket_shows_its_defaults(endpoint: Endpoint) -> None:
    """Ownership, public access and encryption are there from the beginning."""
    assert endpoint.text("/bucket?ownershipControls") == ownership("BucketOwnerEnforced")
    assert endpoint.text("/bucket?publicAccessBlock") == block(on=True)
    rule = applied("AES256") + "<BucketKeyEnabled>false</BucketKeyEnabled>"
    assert endpoint.text("/bucket?encryption") == encryption(rule)
    assert (
        endpoint.text("/bucket?versioning") == "<VersioningConfiguration></VersioningConfiguration>"
    )
    assert endpoint.text("/bucket?requestPayment") == PAYMENT.format("BucketOwner")


def test_deleted_ownership_is_the_writers(endpoint: Endpoint) -> None:
    """Without ownership controls the writer owns an object, until there are some again."""
    endpoint.send("DELETE", "/bucket?ownershipControls")
    assert endpoint.bucket.ownership == "ObjectWriter"
    endpoint.send("PUT", "/bucket?ownershipControls", ownership("BucketOwnerPreferred"))
    assert endpoint.text("/bucket?ownershipControls") == ownership("BucketOwnerPreferred")


def test_unknown_ownership(endpoint: Endpoint) -> None:
    """There is one rule, with one of three ownerships."""
    two = ownership("ObjectWriter").replace("</Rule>", "</Rule><Rule/>")
    for body in (ownership("Nobody"), two, "<OwnershipControls/>"):
        assert endpoint.refused("PUT", "/bucket?ownershipControls", body) == MALFORMED


def test_enforcing_ownership_over_grants(endpoint: Endpoint) -> None:
    """BucketOwnerEnforced can't be set while the ACL grants something to others."""
    endpoint.send("PUT", "/bucket?ownershipControls", ownership("ObjectWriter"))
    grant = {"x-amz-grant-read": f'id="{ALT.canonical_id}"'}
    endpoint.send("PUT", "/bucket?acl", b"", grant)
    found = endpoint.refused("PUT", "/bucket?ownershipControls", ownership("BucketOwnerEnforced"))
    assert found == (
        400,
        "InvalidBucketAclWithObjectOwnership",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        (),
    )


def test_versioning(endpoint: Endpoint) -> None:
    """Versions can be suspended, but not where Object Lock needs them."""
    endpoint.send("PUT", "/bucket?versioning", VERSIONING.format("Enabled"))
    endpoint.send("PUT", "/bucket?versioning", VERSIONING.format("Suspended"))
    assert endpoint.bucket.versioning == "Suspended"
    assert endpoint.refused("PUT", "/bucket?versioning", VERSIONING.format("Off")) == MALFORMED
    found = endpoint.refused("PUT", "/bucket?versioning", "<VersioningConfiguration/>")
    assert found[:2] == (400, "IllegalVersioningConfigurationException")
    endpoint.bucket.object_lock = True
    found = endpoint.refused("PUT", "/bucket?versioning", VERSIONING.format("Suspended"))
    assert found[:2] == (409, "InvalidBucketState")


def test_payment(endpoint: Endpoint) -> None:
    """The payer is the requester or the owner."""
    assert endpoint.refused("PUT", "/bucket?requestPayment", PAYMENT.format("I")) == MALFORMED
    endpoint.send("PUT", "/bucket?requestPayment", PAYMENT.format("Requester"))
    assert endpoint.bucket.requester_pays


def test_policy(endpoint: Endpoint) -> None:
    """A policy comes back byte for byte; a public one takes an unblocked bucket."""
    assert endpoint.refused("PUT", "/bucket?policy", EVERYBODY) == DENIED
    endpoint.send("DELETE", "/bucket?publicAccessBlock")
    assert endpoint.send("PUT", "/bucket?policy", EVERYBODY).status == 204
    answer = endpoint.send("GET", "/bucket?policy")
    assert answer.body == EVERYBODY.encode()
    assert answer.headers == (("Content-Type", "application/json"),)
    endpoint.send("PUT", "/bucket/key", b"x")
    assert endpoint.send("GET", "/bucket/key", caller=None).body == b"x"
    assert endpoint.refused("PUT", "/bucket?policy", "{}")[:2] == (400, "MalformedPolicy")


ENCRYPTIONS = {
    "aes": (applied("AES256"), DefaultEncryption()),
    "kms": (applied("aws:kms"), DefaultEncryption(method="aws:kms")),
    "dual-layer": (
        applied("aws:kms:dsse", "k"),
        DefaultEncryption(method="aws:kms:dsse", kms_key="k"),
    ),
    "blocked SSEC-023": (BLOCKED, DefaultEncryption(block_customer_keys=True)),
    "unblocked": (applied("AES256") + BLOCKED.replace("SSE-C", "NONE"), DefaultEncryption()),
}


@pytest.mark.parametrize(("rule", "expected"), ENCRYPTIONS.values(), ids=ENCRYPTIONS)
def test_encryption(endpoint: Endpoint, rule: str, expected: DefaultEncryption) -> None:
    """Default encryption and the block on SSE-C are set together, and reset by a delete."""
    endpoint.send("PUT", "/bucket?encryption", encryption(rule))
    assert endpoint.bucket.encryption == expected
    assert ("<EncryptionType>SSE-C<" in endpoint.text("/bucket?encryption")) == (
        expected.block_customer_keys
    )
    assert endpoint.send("DELETE", "/bucket?encryption").status == 204
    assert endpoint.bucket.encryption == DefaultEncryption()


@pytest.mark.parametrize(
    "rule",
    [
        "",
        applied("DES"),
        applied("AES256") + "</Rule><Rule>" + applied("AES256"),
        BLOCKED.replace("SSE-C", "SSE-S3"),
        applied("aws:kms") + "<BucketKeyEnabled>yes</BucketKeyEnabled>",
    ],
)
def test_bad_encryption(endpoint: Endpoint, rule: str) -> None:
    """What is no default encryption is refused."""
    assert endpoint.refused("PUT", "/bucket?encryption", encryption(rule)) == MALFORMED


def test_key_with_aes(endpoint: Endpoint) -> None:
    """A KMS key has no place beside AES256."""
    found = endpoint.refused("PUT", "/bucket?encryption", encryption(applied("AES256", "k")))
    assert found[:2] == (400, "InvalidArgument")
    assert found[2].startswith("a KMSMasterKeyID is not applicable")

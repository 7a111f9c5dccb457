"""The hosts of zones, access points and Outposts."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from conformance.wire import hosts
from conformance.wire.addressing import find_route
from conformance.wire.model import Endpoint, StepAddressing

ENDPOINT = Endpoint(urls={"http": "http://127.0.0.1:81"}, service_domain="aws.test")
PLAIN = Endpoint(urls={"http": "http://127.0.0.1:81"})
NAMED = Endpoint(urls={"http": "http://s3.test:81"}, addressing="virtual-host")
BUCKET = "base--use1-az4--x-s3"
POINT = "arn:aws:s3:us-east-1:111122223333:accesspoint/point"
OUTPOST = "arn:aws:s3-outposts:us-east-1:111122223333:outpost/op-0123/accesspoint/point"
OUTPOST_ALIAS = "test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3"
"""The example of botocore's own endpoint rules."""


@pytest.mark.parametrize(
    ("bucket", "asked", "host", "path"),
    [
        (BUCKET, None, f"{BUCKET}.s3express-use1-az4.us-east-1.aws.test", ""),
        (BUCKET, "virtual-host", f"{BUCKET}.s3express-use1-az4.us-east-1.aws.test", ""),
        (BUCKET, "path", "s3express-use1-az4.us-east-1.aws.test", f"/{BUCKET}"),
        (BUCKET, "other-zone", f"{BUCKET}.s3express-use1-az5.us-east-1.aws.test", ""),
        (
            "b--use1-dfw2-az1--x-s3",
            None,
            "b--use1-dfw2-az1--x-s3.s3express-use1-dfw2-az1.us-east-1.aws.test",
            "",
        ),
        (
            "b--use1-az4--xa-s3",
            None,
            "b--use1-az4--xa-s3.s3express-use1-az4.us-east-1.aws.test",
            "",
        ),
        ("b--x-s3", None, "b--x-s3.s3express-control.us-east-1.aws.test", ""),
        (POINT, None, "point-111122223333.s3-accesspoint.us-east-1.aws.test", ""),
        (OUTPOST, None, "point-111122223333.op-0123.s3-outposts.us-east-1.aws.test", ""),
        (
            OUTPOST_ALIAS,
            None,
            f"{OUTPOST_ALIAS}.op-0b1d075431d83bebd.s3-outposts.us-east-1.aws.test",
            "",
        ),
        (POINT, "path", "127.0.0.1", f"/{quote(POINT, safe='')}"),
        ("plain", None, "127.0.0.1", "/plain"),
    ],
)
def test_a_name_tells_its_host(
    bucket: str, asked: StepAddressing | None, host: str, path: str
) -> None:
    """Each kind of name has the host that the pages give it; the port stays."""
    route = find_route(ENDPOINT, bucket, asked, None)
    assert (route.host, route.path_prefix, route.port) == (host, path, 81)


def test_whole_buckets_go_to_the_region() -> None:
    """What is about a directory bucket as a whole names it in the path of the control host."""
    route = find_route(ENDPOINT, BUCKET, None, None, whole_bucket=True)
    assert route.host == "s3express-control.us-east-1.aws.test"
    assert route.path_prefix == f"/{BUCKET}"


@pytest.mark.parametrize("bucket", [BUCKET, POINT, OUTPOST_ALIAS])
def test_without_a_domain_they_go_the_way_of_all_buckets(bucket: str) -> None:
    """An endpoint of one's own is addressed as SDKs address it: an IP address by path."""
    route = find_route(PLAIN, bucket, None, None, whole_bucket=True)
    assert route.host == "127.0.0.1"
    assert route.path_prefix.startswith("/")
    assert find_route(NAMED, bucket, None, None).host.endswith(".s3.test")


def test_an_arn_as_a_label() -> None:
    """Below an endpoint of one's own an ARN is access point and account, as with SDKs."""
    assert hosts.in_label(POINT) == "point-111122223333"
    assert hosts.in_label(OUTPOST) == "point-111122223333.op-0123"
    assert hosts.in_label("bucket") == "bucket"


@pytest.mark.parametrize(
    ("bucket", "operation", "service"),
    [
        (BUCKET, "UploadPart", "s3express"),
        ("b--use1-az4--xa-s3", "CreateSession", "s3express"),
        ("", "ListDirectoryBuckets", "s3express"),
        ("", "ListBuckets", "s3"),
        ("x-s3", "UploadPart", "s3"),
        (POINT, "UploadPart", "s3"),
        (OUTPOST, "UploadPart", "s3-outposts"),
        (OUTPOST_ALIAS, "UploadPart", "s3-outposts"),
    ],
)
def test_a_name_tells_its_service(bucket: str, operation: str, service: str) -> None:
    """The scope of the signature goes by the name."""
    assert hosts.service_of(bucket, operation) == service

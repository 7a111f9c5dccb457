"""Directory buckets as boto3 drives them with nothing but an endpoint and a key pair."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from conformance.reference.server import ReferenceServer, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# boto3 makes the methods of its clients at run time; no type is known without further stubs.
S3Client = Any

pytestmark = pytest.mark.slow

ZONE = "use1-az4"
BUCKET = f"my-bucket--{ZONE}--x-s3"
MIB = 1024**2
CONFIGURATION = {
    "Location": {"Type": "AvailabilityZone", "Name": ZONE},
    "Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"},
}


class Clock:
    """The machine's time, and as much later as a test asks for."""

    def __init__(self) -> None:
        self.later = timedelta()

    def __call__(self) -> datetime:
        """Return the time as the server is to see it."""
        return datetime.now(UTC) + self.later


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the server."""
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[ReferenceServer]:
    """Serve with a clock that the test moves."""
    with ReferenceServer(clock=clock) as made:
        yield made


@pytest.fixture
def _localhost_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve every name below localhost to loopback, as many systems do and some do not."""
    real = socket.getaddrinfo

    def resolve(host: Any, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 # socket's signature
        local = isinstance(host, str) and host.endswith(".localhost")
        return real("127.0.0.1" if local else host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def client_of(server: ReferenceServer, url: str, **further: Any) -> S3Client:  # noqa: ANN401 # boto3's own
    """Return boto3's own client, with no setting beyond what it can't do without."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name=server.region,
        aws_access_key_id=server.account.access_key,
        aws_secret_access_key=server.account.secret_key,
        **further,
    )


def named_url(server: ReferenceServer) -> str:
    """Return the endpoint by its host name."""
    return f"http://localhost:{urlsplit(server.endpoint_url).port}"


@pytest.fixture(params=["address", "host-name", "tls"])
def client(
    request: pytest.FixtureRequest, server: ReferenceServer, _localhost_names: None
) -> S3Client:
    """Return a client of the server by its address, by its name, and over TLS."""
    if request.param == "tls":
        return client_of(server, server.tls_endpoint_url, verify=str(server.ca_file))
    by_name = request.param == "host-name"
    return client_of(server, named_url(server) if by_name else server.endpoint_url)


def test_a_default_client(client: S3Client) -> None:
    """Create, upload 12 MiB in parts, list, read back, delete: nothing has to be configured."""
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=CONFIGURATION)
    listed = [one["Name"] for one in client.list_directory_buckets()["Buckets"]]
    assert BUCKET in listed
    upload = client.create_multipart_upload(Bucket=BUCKET, Key="a/key")["UploadId"]
    named = {"Bucket": BUCKET, "Key": "a/key", "UploadId": upload}
    pieces = [b"a" * 5 * MIB, b"b" * 5 * MIB, b"c" * 2 * MIB]
    parts = [
        {
            "PartNumber": number,
            "ETag": client.upload_part(PartNumber=number, Body=piece, **named)["ETag"],
        }
        for number, piece in enumerate(pieces, 1)
    ]
    assert [one["PartNumber"] for one in client.list_parts(**named)["Parts"]] == [1, 2, 3]
    assert [one["Key"] for one in client.list_multipart_uploads(Bucket=BUCKET)["Uploads"]] == [
        "a/key"
    ]
    made = client.complete_multipart_upload(MultipartUpload={"Parts": parts}, **named)
    assert made["Bucket"] == BUCKET
    found = client.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [(one["Key"], one["Size"], one["StorageClass"]) for one in found] == [
        ("a/key", 12 * MIB, "EXPRESS_ONEZONE")
    ]
    assert client.get_object(Bucket=BUCKET, Key="a/key")["Body"].read() == b"".join(pieces)
    client.copy_object(Bucket=BUCKET, Key="b/key", CopySource=f"{BUCKET}/a/key")
    client.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "a/key"}, {"Key": "b/key"}]})
    head = client.head_bucket(Bucket=BUCKET)
    assert (head["BucketLocationType"], head["BucketLocationName"]) == ("AvailabilityZone", ZONE)
    client.delete_bucket(Bucket=BUCKET)


def test_upload_file(client: S3Client, tmp_path: Path) -> None:
    """The transfer manager, which splits a file by itself, works too."""
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=CONFIGURATION)
    file = tmp_path / "file"
    file.write_bytes(b"x" * 12 * MIB)
    client.upload_file(str(file), BUCKET, "file")
    client.download_file(BUCKET, "file", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == file.read_bytes()


def test_sessions_are_renewed(client: S3Client, clock: Clock) -> None:
    """A client goes on when its session ends, for it opens another one in time."""
    clock.later = -timedelta(minutes=4, seconds=30)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=CONFIGURATION)
    client.put_object(Bucket=BUCKET, Key="k", Body=b"1")
    ended = client.create_session(Bucket=BUCKET)["Credentials"]["Expiration"]
    clock.later = timedelta(minutes=1)
    assert ended < clock()
    client.put_object(Bucket=BUCKET, Key="k", Body=b"2")
    assert client.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"2"


def test_an_ended_session_is_refused(client: S3Client, clock: Clock) -> None:
    """A client that does not know that its session has ended is told."""
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=CONFIGURATION)
    client.put_object(Bucket=BUCKET, Key="k", Body=b"1")
    clock.later = timedelta(minutes=5, seconds=1)
    with pytest.raises(ClientError) as refused:
        client.put_object(Bucket=BUCKET, Key="k", Body=b"2")
    assert refused.value.response["Error"]["Code"] == "ExpiredToken"


def test_plain_signatures_are_refused(server: ReferenceServer) -> None:
    """``signature_version="s3v4"`` turns S3 Express off without a word; its scope is refused."""
    default = client_of(server, server.endpoint_url)
    default.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=CONFIGURATION)
    plain = client_of(server, server.endpoint_url, config=Config(signature_version="s3v4"))
    with pytest.raises(ClientError) as refused:
        plain.put_object(Bucket=BUCKET, Key="k", Body=b"1")
    code = refused.value.response["Error"]["Code"]
    assert code in ("AuthorizationHeaderMalformed", "AccessDenied")


@pytest.mark.parametrize("movable", [True, False])
def test_the_clock_moves_only_where_it_may(movable: bool) -> None:
    """A header tells how late a request comes; without the setting it says nothing."""
    with ReferenceServer(Settings(movable_clock=movable)) as server:
        client = client_of(server, server.endpoint_url)
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=CONFIGURATION)
        client.put_object(Bucket=BUCKET, Key="k", Body=b"1")

        def late(request: S3Client, **_: object) -> None:
            request.headers["x-s3-conformance-clock"] = "+301"

        client.meta.events.register("before-sign.s3", late)
        if not movable:
            client.put_object(Bucket=BUCKET, Key="k", Body=b"2")
            return
        with pytest.raises(ClientError) as refused:
            client.put_object(Bucket=BUCKET, Key="k", Body=b"2")
        assert refused.value.response["Error"]["Code"] == "ExpiredToken"

"""Other people's clients, with their defaults, against the reference endpoint."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from conformance.reference.server import ReferenceServer

if TYPE_CHECKING:
    from collections.abc import Iterator


# boto3 makes the methods of its clients at run time; no type is known without further stubs.
S3Client = Any

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
AWS = Path(sys.executable).with_name("aws")


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    """Run the whole reference endpoint."""
    with ReferenceServer() as running:
        yield running


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write 64 MiB and a bit that no two parts of are alike."""
    path = tmp_path_factory.mktemp("source") / "64 MiB of g\u00fc.bin"
    path.write_bytes(random.Random(64).randbytes(64 * MIB + 17))  # noqa: S311  # no secret
    return path


@pytest.fixture(params=["http", "tls"])
def endpoint_url(request: pytest.FixtureRequest, server: ReferenceServer) -> str:
    """Give the URL of one transport."""
    return server.endpoint_url if request.param == "http" else server.tls_endpoint_url


@pytest.fixture
def boto(
    server: ReferenceServer, endpoint_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[S3Client]:
    """Give a client that knows nothing of this machine's user, otherwise with boto3's defaults."""
    for name, value in environment(server, tmp_path).items():
        monkeypatch.setenv(name, value)
    client = boto3.session.Session().client(
        "s3", endpoint_url=endpoint_url, config=Config(retries={"total_max_attempts": 1})
    )
    yield client
    client.close()


def environment(server: ReferenceServer, home: Path) -> dict[str, str]:
    """Return what the SDKs read instead of a user's files."""
    return {
        "AWS_ACCESS_KEY_ID": server.account.access_key,
        "AWS_SECRET_ACCESS_KEY": server.account.secret_key,
        "AWS_DEFAULT_REGION": server.region,
        "AWS_CA_BUNDLE": str(server.ca_file),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(home),
    }


def test_boto3_file_both_ways(boto: S3Client, source: Path, tmp_path: Path) -> None:
    """upload_file and download_file of 64 MiB compare equal, and nothing is left begun."""
    bucket = f"boto3-{tmp_path.name}".lower().replace("_", "-")[:60].strip("-")
    boto.create_bucket(Bucket=bucket)
    key = "a folder//gr\u00fc\u00dfe +%2F.bin"
    boto.upload_file(str(source), bucket, key, Config=TransferConfig(max_concurrency=4))
    back = tmp_path / "back"
    boto.download_file(bucket, key, str(back))
    assert back.read_bytes() == source.read_bytes()
    head = boto.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    assert head["ContentLength"] == source.stat().st_size
    assert head["ETag"].endswith('-9"')
    assert "Uploads" not in boto.list_multipart_uploads(Bucket=bucket)


def test_boto3_small_object(boto: S3Client, tmp_path: Path) -> None:
    """put_object and get_object with boto3's own checksums compare equal."""
    bucket = f"boto3-{tmp_path.name}".lower().replace("_", "-")[:60].strip("-")
    boto.create_bucket(Bucket=bucket)
    put = boto.put_object(Bucket=bucket, Key="k", Body=b"small", Metadata={"note": "two  words"})
    assert put["ChecksumCRC32"]
    got = boto.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == b"small"
    assert got["Metadata"] == {"note": "two  words"}
    assert boto.list_objects_v2(Bucket=bucket)["Contents"][0]["Key"] == "k"
    boto.delete_object(Bucket=bucket, Key="k")
    with pytest.raises(boto.exceptions.NoSuchKey):
        boto.get_object(Bucket=bucket, Key="k")


def test_aws_cli_both_ways(
    server: ReferenceServer, endpoint_url: str, source: Path, tmp_path: Path
) -> None:
    """``aws s3 cp`` of 64 MiB up and down compares equal."""
    bucket = f"awscli-{tmp_path.name}".lower().replace("_", "-")[:60].strip("-")
    env = environment(server, tmp_path)
    back = tmp_path / "back"

    def aws(*arguments: str) -> str:
        done = subprocess.run(  # noqa: S603  # the CLI of this very environment
            (sys.executable, str(AWS), "--endpoint-url", endpoint_url, "s3", *arguments),
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    aws("mb", f"s3://{bucket}")
    aws("cp", "--no-progress", str(source), f"s3://{bucket}/folder/copy.bin")
    assert "copy.bin" in aws("ls", f"s3://{bucket}/folder/")
    aws("cp", "--no-progress", f"s3://{bucket}/folder/copy.bin", str(back))
    assert back.read_bytes() == source.read_bytes()
    aws("rm", f"s3://{bucket}/folder/copy.bin")
    aws("rb", f"s3://{bucket}")

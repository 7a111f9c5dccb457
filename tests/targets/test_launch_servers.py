"""Other people's servers, where they are installed: they answer their key pair and are gone."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from conformance.targets.launchers.process import LaunchError
from conformance.targets.launchers.registry import LAUNCHERS, launched

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.targets.launchers.running import Running

PRODUCT = {
    "ceph-rgw": "Ceph RGW 1",
    "garage": "Garage 2.",
    "gofakes3": "gofakes3 1.",
    "juicefs": "JuiceFS 1.",
    "localstack": "LocalStack 20",
    "locals3": "LocalS3 2.",
    "minio": "MinIO 0.",
    "minio-tls": "MinIO 0.",
    "ministack": "MiniStack 1.",
    "moto-auth": "moto 5.",
    "rclone": "rclone 1.",
    "s3mock": "S3Mock 5.",
    "s3proxy": "S3Proxy 4.",
    "s3s-fs": "s3s-fs 0.",
    "swift": "OpenStack Swift 2.",
    "versitygw": "versitygw 1.",
}
WITHOUT_ALT = {"gofakes3", "locals3", "rclone", "s3mock", "s3proxy", "s3s-fs"}


def buckets(server: Running) -> list[str]:
    """Return the names of the main identity's buckets."""
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name=server.region,
        aws_access_key_id=server.main.access_key,
        aws_secret_access_key=server.main.secret_key,
        verify=None if server.ca_file is None else str(server.ca_file),
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
    )
    try:
        client.create_bucket(Bucket="s3-conformance-launch")
        return [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
    finally:
        client.close()


@pytest.mark.realserver
@pytest.mark.slow
@pytest.mark.parametrize("name", PRODUCT)
def test_a_server_takes_its_key_pair_and_is_gone_after(name: str, tmp_path: Path) -> None:
    """A bucket is made and listed; behind the block nobody listens and the data is gone."""
    try:
        with launched(name, tmp_path / "kept") as server:
            assert server.version.startswith(PRODUCT[name])
            assert buckets(server) == ["s3-conformance-launch"]
            assert (server.alt is None) == (name in WITHOUT_ALT)
            folder = server.log.parent
            port = urlsplit(server.endpoint_url).port
    except LaunchError as error:
        if LAUNCHERS[name].install in str(error):
            pytest.skip(str(error))
        raise
    assert not folder.exists()
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))
    log = tmp_path / "kept" / "server.log"
    assert not log.exists() or server.main.secret_key not in log.read_text("utf-8", "replace")

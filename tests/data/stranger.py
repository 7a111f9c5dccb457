"""Tests of somebody else's, who has installed the wheel and knows its public face alone."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from conformance import Record, ReferenceServer, Verdict, read_record, run

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def upload(s3: S3Client, *sizes: int) -> dict[str, Any]:
    """Upload parts of these sizes; return what completes them."""
    s3.create_bucket(Bucket="mine")
    begun = s3.create_multipart_upload(Bucket="mine", Key="a")
    where: Any = {"Bucket": "mine", "Key": "a", "UploadId": begun["UploadId"]}
    parts = []
    for number, size in enumerate(sizes, 1):
        etag = s3.upload_part(**where, PartNumber=number, Body=b"x" * size)["ETag"]
        parts.append({"PartNumber": number, "ETag": etag})
    return {**where, "MultipartUpload": {"Parts": parts}}


@pytest.mark.parametrize("tls", [False, True])
def test_a_client_of_mine(s3_reference: ReferenceServer, tls: bool) -> None:
    """The reference accepts what S3 accepts, and rejects what S3 rejects."""
    s3 = boto3.client("s3", **s3_reference.client_arguments(tls=tls))
    s3.complete_multipart_upload(**upload(s3, 5 * 1024 * 1024, 7))
    assert s3.head_object(Bucket="mine", Key="a")["ContentLength"] == 5 * 1024 * 1024 + 7
    with pytest.raises(ClientError, match="EntityTooSmall"):
        s3.complete_multipart_upload(**upload(s3, 7, 7))


def test_every_test_gets_an_empty_server(s3_reference: ReferenceServer) -> None:
    """Nothing of the test before is there."""
    s3 = boto3.client("s3", **s3_reference.client_arguments())
    assert s3.list_buckets()["Buckets"] == []


def test_a_server_of_mine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The suite as a function: silent, and a record that reads back."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["mine", "--anything"])
    with ReferenceServer() as server:
        tested = partial(
            run,
            server.endpoint_url,
            access_key=server.access_key,
            secret_key=server.secret_key,
            select="complete.order",
        )
        first = tested()
        assert list(Path().iterdir()) == []
        second = tested(out="kept")
    assert capfd.readouterr() == ("", "")
    assert isinstance(first, Record)
    assert [test.verdict for test in first.tests] == [test.verdict for test in second.tests]
    assert first.end is not None
    assert first.end.exit_code == 0
    assert Verdict.PASS in {test.verdict for test in first.tests}
    assert read_record("kept/record.jsonl").tests == second.tests

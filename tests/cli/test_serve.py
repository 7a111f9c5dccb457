"""``serve``: the options of the reference, and every fault of the one registry."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from conformance.cli.errors import Failure
from conformance.cli.serve import command, planting
from conformance.reference import ReferenceServer

BY_HAND = "abort.unknown/bad-request"
BY_FACT = "life.id-binds-parts/otherwise-abt-002"
BY_MODEL = "mutation/AbortMultipartUpload/status/404-NoSuchUpload"


def _status_of_an_abort_of_nothing(server: ReferenceServer) -> int:
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=server.endpoint_url,
        aws_access_key_id=server.account.access_key,
        aws_secret_access_key=server.account.secret_key,
        region_name=server.region,
    )
    client.create_bucket(Bucket="bucket")
    with pytest.raises(ClientError) as caught:
        client.abort_multipart_upload(Bucket="bucket", Key="key", UploadId="unknown")
    status: int = caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
    return status


@pytest.mark.parametrize(
    ("fault", "status"), [(None, 404), (BY_HAND, 400), (BY_FACT, 500), (BY_MODEL, 400)]
)
def test_a_fault_of_every_origin_can_be_served(fault: str | None, status: int) -> None:
    """Made by hand, from a fact or from the model: each changes how an abort is answered."""
    with ReferenceServer(shape=None if fault is None else planting((fault,))) as server:
        assert _status_of_an_abort_of_nothing(server) == status


def test_an_unknown_fault_is_a_usage_error() -> None:
    """An id that there is not ends in 2, with the id that was meant."""
    outcome = CliRunner().invoke(
        command, ["--fault", "abort.unknown/bad-reqest"], standalone_mode=False
    )
    assert isinstance(outcome.exception, Failure)
    assert outcome.exception.code == 2
    assert BY_HAND in outcome.exception.message

"""Three public bug reports, from what they hold to a scenario that passes on the reference.

The exchanges are those of the reports, cut to what tells something, names and keys replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.exchanges.draft import draft
from conformance.exchanges.read import read_exchanges
from conformance.reference.server import ReferenceServer
from conformance.runs.display import Silence
from conformance.runs.loop import run_serially
from conformance.runs.options import RunOptions
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.targets.options import TargetOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRONG_KEY = """\
> PUT /bucket1/other?uploadId=00000000-0000-0000-0000-000000000000&partNumber=1 HTTP/1.1
> User-Agent: curl/7.29.0
> Host: 192.0.2.1:29000
> Accept: */*
> Authorization: AWS EXAMPLE:signature
> Content-Length: 176
> Expect: 100-continue
>
< HTTP/1.1 404 Not Found
< Content-Type: application/xml
<
<Error><Code>NoSuchUpload</Code><Key>other</Key><BucketName>bucket1</BucketName></Error>
"""
"""seaweedfs/seaweedfs#2891: a part goes to another key than its upload; a log of curl -v."""
SDK_LOG = """\
INF [s3:DEBUG] Request
POST /backup/2024/default_all_1_1_0.tar?uploads= HTTP/1.1
Host: s3:8888
User-Agent: aws-sdk-go-v2/1.32.2
Content-Length: 0
Authorization: AWS4-HMAC-SHA256 Credential=EXAMPLE/20241122/ru/s3/aws4_request, Signature=00
X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
X-Amz-Storage-Class: STANDARD

INF [s3:DEBUG] Response
HTTP/1.1 500 Internal Server Error
Content-Length: 58
Content-Type: application/json
Server: SeaweedFS 30GB 3.79

"""
"""seaweedfs/seaweedfs#6272: an upload that can't be begun; the debug log of an SDK."""
ERROR_FIELDS = """\
POST /test/mp?uploadId=EXAMPLE HTTP/1.1
Host: 127.0.0.1:7070
Authorization: AWS4-HMAC-SHA256 Credential=EXAMPLE/20260413/us-east-1/s3/aws4_request, Signature=00

<CompleteMultipartUpload><Part><ETag>e868e0f4719e394144ef36531ee6824c</ETag>\
<PartNumber>134</PartNumber></Part></CompleteMultipartUpload>

HTTP/1.1 400 Bad Request
Content-Type: application/xml

<Error><Code>InvalidPart</Code><UploadId>EXAMPLE</UploadId><PartNumber>134</PartNumber></Error>
"""
"""versity/versitygw#2036: a part that nobody uploaded; request and answer of S3 as text."""


@pytest.fixture(scope="module")
def reference() -> Iterator[ReferenceServer]:
    """Serve the reference endpoint from this process."""
    with ReferenceServer() as server:
        yield server


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seen", "was", "by_hand"),
    [
        # What a person writes: the upload was begun for another key.
        (WRONG_KEY, "CreateMultipartUpload: {}", 'CreateMultipartUpload: {Key: "${prefix}first"}'),
        # What a person writes: Amazon S3 begins the upload.
        (SDK_LOG, "{status: 500}", "{status: 200, UploadId: {present: true}}"),
        (ERROR_FIELDS, "status: 400", "status: 400"),
    ],
    ids=["curl", "sdk-log", "text"],
)
def test_a_report_becomes_a_scenario_that_passes(
    seen: str, was: str, by_hand: str, reference: ReferenceServer, tmp_path: Path
) -> None:
    """The draft loads as it is; with at most one line written by hand the reference passes it."""
    path = tmp_path / "report.txt"
    path.write_text(seen, "utf-8")
    made = draft(read_exchanges(path), "report")
    assert "EXAMPLE" not in made.text
    assert "bucket1" not in made.text
    assert was in made.text
    file = tmp_path / "draft.yaml"
    file.write_text(made.text.replace(was, by_hand, 1), "utf-8")
    assert len(load([file]).tests) == 1
    account = reference.account
    options = RunOptions(
        target=TargetOptions(
            endpoint_url=reference.endpoint_url,
            access_key=account.access_key,
            secret_key=account.secret_key,
        ),
        files=(file,),
        out=tmp_path / "out",
    )
    with Run(options, make_selection(options), Silence()) as run:
        assert run.begin()
        run_serially(run)
    (line,) = run.record.tests
    assert line.verdict == "PASS", line.reason

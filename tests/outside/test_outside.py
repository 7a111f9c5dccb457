"""The lists of known differences, and how results of other suites are read."""

from __future__ import annotations

import re

import boto3
import pytest

from conformance.catalog.load import load

from .__main__ import main, show
from .differences import Difference, Outcome, Suite, read
from .older_buckets import older_reference
from .runners import RUNNERS, read_junit, read_lines, read_words, without_aws

_JUNIT = b"""<testsuites><testsuite>
<testcase name="good"/><testcase name="bad"><failure/></testcase>
<testcase name="broken"><error/></testcase><testcase name="left"><skipped/></testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize("name", sorted(RUNNERS))
def test_lists_are_pinned_and_argued(name: str) -> None:
    """Each has a commit, and each difference a reason and a source that the catalogue has."""
    suite = read(name)
    assert re.fullmatch("[0-9a-f]{40}", suite.commit)
    sources = load().sources
    for one in suite.differences:
        assert one.tests
        assert one.reason
        assert one.source in {*sources, "none"}


def test_results_of_pytest() -> None:
    """Failures and errors failed, what was skipped did neither."""
    found = read_junit(_JUNIT)
    assert sorted(found.passed) == ["good"]
    assert sorted(found.failed) == ["bad", "broken"]
    assert sorted(found.skipped) == ["left"]


def test_results_of_minio_go() -> None:
    """A test that failed in one of its calls has failed; others than those selected are left."""
    text = "\n".join(
        f'{{"name": "minio-go: {name}", "status": "{status}"}}'
        for name, status in (("testA", "PASS"), ("testA", "FAIL"), ("testB", "PASS"), ("x", "PASS"))
    )
    found = read_lines(f"noise\n{text}", "^test")
    assert (sorted(found.passed), sorted(found.failed)) == (["testB"], ["testA"])


def test_results_of_versitygw() -> None:
    """Its lines are coloured; a name that failed once has failed."""
    text = "\x1b[31mFAIL \x1b[0mUploadPart_a: message\n\x1b[32mPASS \x1b[0mUploadPart_b\n"
    found = read_words(text)
    assert (sorted(found.passed), sorted(found.failed)) == (["UploadPart_b"], ["UploadPart_a"])


def test_new_and_gone_differences_fail(capsys: pytest.CaptureFixture[str]) -> None:
    """What is new fails the run, and so does what is known and gone."""
    suite = Suite("r", "c" * 40, "s", (Difference(("known", "gone"), "why", "none"),))
    outcome = Outcome(frozenset({"gone"}), frozenset({"known", "new"}))
    assert show("suite", suite, outcome) == 1
    shown = capsys.readouterr().out
    assert "new difference: new" in shown
    assert "gone: gone" in shown
    assert show("suite", suite, Outcome(frozenset(), frozenset({"known"}))) == 0


def test_another_commit_is_refused(tmp_path: object) -> None:
    """A checkout that is not at the pinned commit is not run."""
    assert main(["ceph-s3-tests", str(tmp_path)]) == 2
    assert main(["unknown", str(tmp_path)]) == 2


def test_older_buckets_take_acls_and_public_policies() -> None:
    """A new bucket has neither a public access block nor the owner's enforcement."""
    with older_reference() as server:
        client = boto3.client(
            "s3",
            endpoint_url=server.endpoint_url,
            region_name=server.region,
            aws_access_key_id=server.account.access_key,
            aws_secret_access_key=server.account.secret_key,
        )
        client.create_bucket(Bucket="older")
        client.put_bucket_acl(Bucket="older", ACL="public-read")
        grants = client.get_bucket_acl(Bucket="older")["Grants"]
        assert any(one["Grantee"].get("URI", "").endswith("AllUsers") for one in grants)


def test_the_users_own_settings_do_not_reach_a_suite() -> None:
    """Keys and certificates of the user's own work with S3 are left out."""
    kept = without_aws({"AWS_CA_BUNDLE": "x", "AWS_PROFILE": "y", "PATH": "z"})
    assert kept == {"PATH": "z"}

"""Causes that show in many checks: each is recognised in one exchange and its test."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.findings.causes import cause_of
from conformance.findings.failures import failures
from conformance.findings.kinds import kind_of
from conformance.vocabulary.verdicts import Verdict

from .samples import Sent, a_test, begun, refusal, status

GONE = refusal("404", "500", "NoSuchUpload")
PARTS = "<Part><PartNumber>1</PartNumber></Part><Part><PartNumber>1</PartNumber></Part>"
COMPLETED = Sent("CompleteMultipartUpload", query="uploadId=one")


def told(*steps: Sent, rule: str = "part.rule") -> str:
    """Return the name of the cause of the first step that failed; empty for none."""
    test = a_test(*steps)
    failure = failures(test, Verdict.FAIL)[0]
    found = cause_of(test, failure, kind_of(failure), rule)
    return found.name if found else ""


def test_a_right_value_of_another_rule_has_no_cause_of_its_own() -> None:
    """Then the rule of the check is all there is to say."""
    assert told(begun(), Sent(checks=refusal("400", "200", "BadDigest"))) == ""


def test_an_upload_that_is_gone_breaks_the_server_in_every_operation() -> None:
    """Unknown, ended before, and ended by another request of a race are one cause."""
    assert told(Sent(status=500, checks=GONE)) == "gone-upload"
    assert told(begun(), COMPLETED, Sent(status=500, checks=GONE)) == "gone-upload"
    race = Sent(status=500, checks=status("200 or 404", "500"))
    assert told(begun(), race, COMPLETED) == "gone-upload"
    assert told(begun(), race) == "", "the upload is there"


def test_a_refusal_that_ends_the_upload_is_told_from_one_that_never_knew_it() -> None:
    """Only what the test itself sent before says which of the two it is."""
    again = Sent(status=404, checks=refusal("200", "404", "", "NoSuchUpload"))
    body = Sent("CompleteMultipartUpload", status=400, query="uploadId=one")
    assert told(begun(), body, again) == "ended-by-refusal"
    assert told(begun(), again) == "live-upload-unknown"


def test_a_repeated_completion_has_causes_of_its_own() -> None:
    """Refused where it must succeed, and taken where it must not be."""
    refused = Sent(
        "CompleteMultipartUpload",
        status=404,
        query="uploadId=one",
        name="again",
        checks=refusal("200", "404", "", "NoSuchUpload"),
    )
    taken = Sent(
        "CompleteMultipartUpload",
        query="uploadId=one",
        name="again",
        checks=refusal("404", "200", "NoSuchUpload"),
    )
    assert told(begun(), COMPLETED, refused) == "replay-refused"
    assert told(begun(), COMPLETED, taken) == "replay-accepted"
    denied = replace(taken, checks=refusal("403", "200", "AccessDenied"))
    assert told(begun(), COMPLETED, denied) == "another-account", "nobody asked for another list"


def test_who_asks_and_how_it_is_signed_is_a_cause() -> None:
    """A right signature that is called wrong, no signature, one in the address, another account."""
    wrong = Sent(status=403, checks=refusal("200", "403", "", "SignatureDoesNotMatch"))
    assert told(wrong) == "right-signature"
    assert told(wrong, rule="life.sign-each") != "right-signature"
    nobody = Sent(status=400, headers=(), checks=refusal("403", "400", "AccessDenied", "Other"))
    assert told(nobody) == "anonymous"
    old = Sent(
        status=400,
        headers=(),
        query="AWSAccessKeyId=a&Signature=b",
        checks=refusal("403", "400", "AccessDenied", "Other"),
    )
    assert told(old) != "anonymous", "a signature of version 2 is one"
    presigned = Sent(
        status=500, query="X-Amz-Signature=a", checks=refusal("403", "500", "AccessDenied")
    )
    assert told(presigned) == "presigned"
    other = Sent(identity="alt", checks=refusal("403", "200", "AccessDenied"))
    assert told(other) == "another-account"
    early = Sent(
        status=403, identity="alt", checks=refusal("400", "403", "InvalidArgument", "AccessDenied")
    )
    assert told(early) == "denied-first"


def test_a_part_number_that_nobody_reads_is_ignored() -> None:
    """The whole object comes with 200 where 206 or 416 is expected."""
    whole = Sent("GetObject", query="partNumber=2", checks=status("206", "200"))
    assert told(whole) == "part-number-ignored"


def test_a_listing_that_names_a_part_twice_has_kept_the_old_one() -> None:
    """Whatever the test asked of the listing."""
    listed = Sent("ListParts", body=PARTS, checks={"Parts[0].ETag": ('"a"', '"b"', False)})
    assert told(listed) == "listed-twice"


def test_uploads_in_another_order_are_a_matter_of_order_alone() -> None:
    """The same uploads, none missing; another one in their place is something else."""
    swapped = {
        "Uploads[0].Key": ('"a"', '"b"', False),
        "Uploads[1].Key": ('"b"', '"a"', False),
    }
    assert told(Sent("ListMultipartUploads", checks=swapped)) == "order-of-uploads"
    other = {**swapped, "Uploads[1].Key": ('"b"', '"c"', False)}
    assert told(Sent("ListMultipartUploads", checks=other)) != "order-of-uploads"


@pytest.mark.parametrize(("key", "cause"), [("folder/key", "whole-key-only"), ("other", "")])
def test_a_prefix_that_is_no_whole_key_finds_nothing(key: str, cause: str) -> None:
    """Only where an upload is open whose key begins with it."""
    listed = Sent(
        "ListMultipartUploads",
        key="",
        query="uploads&prefix=folder%2F",
        body="<ListMultipartUploadsResult/>",
        checks={"Uploads.length": ("1", "0", False)},
    )
    first = Sent("CreateMultipartUpload", query="uploads", body="<UploadId>x</UploadId>", key=key)
    assert told(first, listed) == cause


def test_what_an_operation_never_answers_is_one_cause_for_all_values() -> None:
    """Keys, algorithms and positions do not matter; the operation does."""
    one = Sent(checks={"headers.x-amz-checksum-crc32": ('"a"', "absent", False)})
    two = Sent(checks={"ChecksumSHA256": ('"b"', "absent", False)})
    assert told(one) == told(two) == "checksums of UploadPart missing"
    parts = Sent("ListParts", checks={"Parts[0].ChecksumCRC32": ('"a"', "absent", False)})
    uploads = Sent(
        "ListMultipartUploads", checks={"Uploads[0].ChecksumType": ("a", "absent", False)}
    )
    assert told(parts) == told(uploads) == "checksums of listings missing"


def test_an_unreadable_document_is_the_cause_of_all_that_needed_it() -> None:
    """The fields that are missing then say nothing of their own."""
    sent = Sent(
        "ListParts",
        checks={
            "Parts.length": ("1", "0", False),
            "answer": ("a readable answer", "LastModified is not a date", False),
        },
    )
    assert told(sent) == "unreadable ListParts"

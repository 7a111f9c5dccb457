"""The table of impacts in docs/reference/verdicts.md, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.findings.classify import classify
from conformance.vocabulary.verdicts import Verdict

from .samples import Sent, a_test, begun, book, refusal, rule, status

if TYPE_CHECKING:
    from conformance.record.model import TestLine
    from conformance.vocabulary.impacts import Impact

BYTES = {"Body.bytes_of": ("100 bytes", "9 bytes", False)}
KEPT = {"status": ("200", "200", True), "Parts.absent": ("absent", "absent", True)}
DAMAGED = Sent(checks=refusal("400", "200", "BadDigest"))


def impact(*steps: Sent, of_rule: Impact = "data-loss", verdict: Verdict = Verdict.FAIL) -> Impact:
    """Return the impact of what the first step that failed did."""
    test: TestLine = a_test(begun(), *steps, verdict=verdict)
    assert verdict in {Verdict.FAIL, Verdict.WARN}
    return classify(test, book(rule("part.rule", impact=of_rule)))[0].impact


@pytest.mark.parametrize("operation", ["GetObject", "ListParts"])
def test_what_is_gone_is_lost(operation: str) -> None:
    """A read of what was stored that answers 404."""
    gone = Sent(operation, status=404, checks=refusal("200", "404", "", "NoSuchKey"))
    assert impact(gone, of_rule="interop") == "data-loss"


def test_other_bytes_are_lost_data() -> None:
    """An object with other bytes than were stored."""
    assert impact(Sent("GetObject", checks=BYTES), of_rule="interop") == "data-loss"


def test_damaged_data_that_is_taken_is_lost() -> None:
    """The client is told that something is stored which is not."""
    assert impact(DAMAGED) == "data-loss"


def test_damaged_data_that_is_taken_and_not_stored_is_not_lost() -> None:
    """A later step looked, and nothing was there."""
    assert impact(DAMAGED, Sent("ListParts", checks=KEPT)) == "interop"


def test_an_abort_behind_which_an_unreadable_list_shows_the_part_aborted_nothing() -> None:
    """LocalS3 lists parts with a date that nobody can read; S3Mock a list with no body at all."""
    taken = Sent("AbortMultipartUpload", status=204, checks=refusal("404", "204", "NoSuchUpload"))
    checks = {
        "status": ("200", "200", True),
        "Parts.length": ("1", "0", False),
        "answer": ("a readable answer", "Invalid timestamp", False),
    }
    part = "<R><Part><LastModified>+58885-05-12</LastModified><PartNumber>1</PartNumber></Part></R>"
    listed = Sent("ListParts", checks=checks, body=part)
    assert impact(taken, listed, of_rule="security") == "interop"
    assert impact(taken, Sent("ListParts", checks=checks), of_rule="security") == "security"
    gone = Sent("ListParts", status=404, checks=refusal("200", "404", "", "NoSuchUpload"))
    assert impact(taken, gone, of_rule="security") == "security"


def test_a_completion_that_stores_nothing_tells_of_an_object_that_is_not_there() -> None:
    """The client is told that its upload is the object, and the object is the one from before."""
    taken = Sent("CompleteMultipartUpload", checks=refusal("404", "200", "NoSuchUpload"))
    assert impact(taken, Sent("GetObject", checks=KEPT)) == "data-loss"


def test_a_value_of_the_wrong_form_loses_nothing() -> None:
    """What was sent is what is stored."""
    assert impact(Sent(checks=refusal("400", "200", "InvalidDigest"))) == "interop"


def test_a_request_that_is_taken_opens_what_its_rule_guards() -> None:
    """A rule of security that is not looked at."""
    taken = Sent(checks=refusal("403", "200", "AccessDenied"))
    assert impact(taken, of_rule="security") == "security"


def test_an_object_that_a_part_made_replaces_what_stood_there() -> None:
    """A request for a part that stores an object, whatever its rule is about."""
    made = Sent("HeadObject", checks=refusal("404", "200", "NoSuchKey"))
    taken = Sent(checks=refusal("400", "200", "InvalidArgument"))
    assert impact(taken, made, of_rule="interop") == "data-loss"
    completed = Sent("CompleteMultipartUpload", checks=refusal("501", "200", "NotImplemented"))
    assert impact(completed, made, of_rule="interop") == "interop", "a completion makes an object"


def test_a_read_that_is_taken_makes_no_object() -> None:
    """A GET that must be rejected, and the HEAD of the same behind it."""
    taken = Sent("GetObject", status=206, checks=refusal("400", "206", "InvalidArgument"))
    again = Sent("HeadObject", status=206, checks=refusal("400", "206", "InvalidArgument"))
    assert impact(taken, again, of_rule="interop") == "interop"


def test_a_refusal_that_destroys_what_stood_there_loses_it() -> None:
    """Rightly refused, with another code, and the earlier part is gone."""
    wrong = Sent(status=400, checks=refusal("400", "400", "BadDigest", "InvalidPart"))
    gone = Sent("ListParts", status=404, checks=refusal("200", "404", "", "NoSuchUpload"))
    assert impact(wrong, gone) == "data-loss"


def test_a_valid_request_that_is_refused_is_interop() -> None:
    """The client is told, so that a read that finds nothing is no surprise."""
    refused = Sent(status=403, checks=status("200", "403"))
    gone = Sent("GetObject", status=404, checks=refusal("200", "404", "", "NoSuchKey"))
    assert impact(refused, gone) == "interop"


@pytest.mark.parametrize(
    "sent",
    [
        Sent(status=400, checks=refusal("400", "400", "BadDigest", "InvalidPart")),
        Sent(status=500, checks=refusal("404", "500", "NoSuchUpload")),
        Sent(status=0, checks=status("200", "no answer")),
        Sent(checks={"headers.x-amz-checksum-crc32": ('"a"', "absent", False)}),
        Sent("ListParts", checks={"NextPartNumberMarker": ("2", "absent", False)}),
        Sent("ListParts", checks={"Parts.length": ("3", "2", False)}),
        Sent("ListParts", checks={"answer": ("a readable answer", "no XML", False)}),
        Sent("HeadObject", checks={"headers.x-amz-tagging-count": ('"1"', "absent", False)}),
    ],
    ids=[
        "other code",
        "breakdown",
        "no answer",
        "echo",
        "marker",
        "shorter list",
        "unreadable",
        "number of tags",
    ],
)
def test_what_a_client_is_told_or_misses_is_interop(sent: Sent) -> None:
    """Another code, a breakdown, a missing echo or marker, a listing that shows less."""
    assert impact(sent) == "interop"


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("HeadObject", "headers.x-amz-meta-made"),
        ("HeadObject", "ContentLength"),
        ("GetObjectTagging", "TagSet.length"),
        ("GetObjectRetention", "Retention.Mode"),
    ],
)
def test_metadata_tags_and_locks_that_are_not_there_are_lost(operation: str, path: str) -> None:
    """What was promised for the object is read back, and is gone or wrong."""
    assert impact(Sent(operation, checks={path: ('"a"', "absent", False)})) == "data-loss"


def test_an_object_in_the_clear_is_a_matter_of_security() -> None:
    """Encryption was asked for, and the object says that it has none."""
    sent = Sent("HeadObject", checks={"ServerSideEncryption": ('"AES256"', "absent", False)})
    assert impact(sent) == "security"


@pytest.mark.parametrize(
    ("wanted", "came", "expected"),
    [
        ('"AES256"', '"aws:kms"', "interop"),
        ('"aws:kms"', '"AES256"', "security"),
        ('"aws:kms:dsse"', '"aws:kms"', "security"),
        ('"AES256"', '"rot13"', "security"),
    ],
)
def test_a_stronger_encryption_than_asked_for_leaves_nothing_readable(
    wanted: str, came: str, expected: str
) -> None:
    """Only a weaker one, or a word that nobody knows, is a matter of security."""
    sent = Sent("HeadObject", checks={"ServerSideEncryption": (wanted, came, False)})
    assert impact(sent) == expected


def test_an_acl_is_a_matter_of_security_where_it_opens_more_than_was_asked() -> None:
    """A grant that is missing opens nothing."""
    everybody = "http://acs.amazonaws.com/groups/global/AllUsers"
    opened = {"Grants.unordered": ("[]", f"[{everybody}]", False)}
    missing = {"Grants.unordered": (f"[{everybody}]", "[]", False)}
    assert impact(Sent("GetObjectAcl", checks=opened)) == "security"
    assert impact(Sent("GetObjectAcl", checks=missing)) == "interop"


def test_another_text_is_cosmetic() -> None:
    """Messages, and rules of which nothing hangs on."""
    worded = {"status": ("400", "400", True), "message": ('"a"', '"b"', False)}
    assert impact(Sent(status=400, checks=worded)) == "cosmetic"
    assert impact(DAMAGED, of_rule="cosmetic") == "cosmetic"


def test_an_object_that_cannot_be_read_is_lost() -> None:
    """Swift answers 409 to each read of an object whose segments are gone."""
    broken = Sent("GetObject", status=409, checks=refusal("200 or 404", "409", "", "BrokenMPU"))
    assert impact(broken) == "data-loss"
    assert impact(broken, of_rule="interop") == "interop"


def test_the_parts_of_a_completion_that_was_taken_are_not_lost() -> None:
    """A completed upload has no parts; that it was completed is the deviation."""
    taken = Sent("CompleteMultipartUpload", checks=refusal("400", "200", "EntityTooSmall"))
    gone = Sent("ListParts", status=404, checks=refusal("200", "404", "", "NoSuchUpload"))
    assert impact(taken, gone, of_rule="interop") == "interop"


def test_a_part_that_is_neither_listed_nor_there_for_the_completion_is_lost() -> None:
    """The client was told that the part is stored; a list that alone shows less is no loss."""
    none = {"status": ("200", "200", True), "Parts.length": ("1", "0", False)}
    listed = Sent("ListParts", checks=none)
    refused = refusal("200", "400", "", "InvalidPart")
    completed = Sent("CompleteMultipartUpload", status=400, checks=refused)
    assert impact(listed, completed, of_rule="interop") == "data-loss"
    assert impact(listed) == "interop"


def test_a_wrong_word_for_an_encryption_is_as_grave_as_what_the_object_shows() -> None:
    """MinIO takes aes256 for AES256, and encrypts; SeaweedFS takes it, and does not."""
    taken = Sent("CreateMultipartUpload", checks=refusal("400", "200", "InvalidArgument"))
    clear = Sent("HeadObject", checks={"ServerSideEncryption": ('"AES256"', "absent", False)})
    applied = Sent("HeadObject", checks={"ServerSideEncryption": ('"AES256"', '"AES256"', True)})
    assert impact(taken, clear, of_rule="interop") == "security"
    assert impact(taken, applied, of_rule="interop") == "interop"

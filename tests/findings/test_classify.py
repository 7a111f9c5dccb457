"""One test by itself: which deviations it shows, and of which rule."""

from __future__ import annotations

from conformance.findings.classify import accepted, classify
from conformance.findings.model import FindingKey, parse_key

from .samples import Sent, a_test, begun, book, refusal, rule, status

TAKEN = Sent(checks=refusal("400", "200", "BadDigest"))
BOTH = {"upload-part/something": ("first.rule", "second.rule")}


def test_the_rule_is_that_of_the_check_and_not_the_first_of_the_test() -> None:
    """Steps name theirs where a scenario shows several."""
    known = book(rule("own.rule"), of={"upload-part/something": ("own.rule",)})
    assert [one.rule for one in classify(a_test(TAKEN), known)] == ["own.rule"]
    assert [one.rule for one in classify(a_test(TAKEN), book())] == ["part.rule"]


def test_of_two_rules_the_first_is_about_the_refusal_and_the_second_about_the_mistake() -> None:
    """Refused otherwise than it must be, or not refused at all."""
    other = Sent(status=400, checks=refusal("400", "400", "BadDigest", "InvalidPart"))
    assert classify(a_test(other), book(of=BOTH))[0].rule == "first.rule"
    assert classify(a_test(TAKEN), book(of=BOTH))[0].rule == "second.rule"


def test_what_follows_from_a_request_that_was_taken_is_no_deviation_of_its_own() -> None:
    """The part that stands in the listing is the one that must have been refused."""
    listed = Sent("ListParts", checks={"Parts.absent": ("absent", "[{}]", False)})
    assert len(classify(a_test(begun(), TAKEN, listed), book())) == 1


def test_two_values_that_differ_are_two_deviations() -> None:
    """A test may show several; the one that failed first is the first."""
    created = Sent("CreateMultipartUpload", checks={"ChecksumType": ("a", "absent", False)})
    listed = Sent("ListParts", checks={"Parts[0].Size": ("5", "6", False)})
    found = classify(a_test(created, listed), book())
    assert [one.where for one in found] == ["CreateMultipartUpload", "ListParts"]


def test_an_object_that_nobody_was_told_is_stored_is_not_lost() -> None:
    """Both completions of a race were refused: the reader's 404 is what follows from it."""
    refused = Sent("CompleteMultipartUpload", status=400, checks=status("200 or 404", "400"))
    missed = Sent("GetObject", status=404, query="", checks=status("200", "404"))
    assert [one.kind for one in classify(a_test(begun(), refused, missed), book())] == [
        "wrong-error"
    ]
    other = Sent("CompleteMultipartUpload", name="other", checks=status("200", "200"))
    found = classify(a_test(begun(), refused, other, missed), book())
    assert [one.kind for one in found] == ["wrong-error", "lost"]


def test_another_status_than_a_refusal_is_a_success() -> None:
    """Of two completions one must be repeatable: that neither is loses nothing."""
    again = Sent(
        "CompleteMultipartUpload",
        status=404,
        checks={"status.not": ("not same as 404", "404", False)},
    )
    stands = Sent("GetObject", query="", checks={"Body.bytes_of": ("3 bytes", "3 bytes", False)})
    (found,) = classify(a_test(begun(), again, stands), book())
    assert (found.failure.wants_success, found.kind, found.impact) == (True, "refused", "interop")


def test_a_read_by_part_number_that_names_its_range_loses_nothing() -> None:
    """Nobody takes the whole object for a part where the answer says which bytes it has."""
    sent = Sent(
        "GetObject",
        status=206,
        query="partNumber=-1",
        checks=refusal("400", "206", "InvalidArgument"),
    )
    (found,) = classify(a_test(sent, rules=("part.rule",)), book(rule("part.rule")))
    assert (found.kind, found.impact) == ("accepted", "interop")


def test_a_step_that_could_not_be_sent_says_nothing() -> None:
    """It needed what the step before did not answer."""
    created = Sent(
        "CreateMultipartUpload", checks={"UploadId.present": ("present", "absent", False)}
    )
    unsent = Sent("ListParts", checks={"run": ("the step is run", "not run", False)})
    assert len(classify(a_test(created, unsent), book())) == 1


def test_what_was_never_stored_is_not_lost() -> None:
    """A completion that was refused leaves nothing that could be gone; one that was taken does."""
    for taken, kind in ((400, "refused"), (200, "lost")):
        completed = Sent("CompleteMultipartUpload", status=taken, query="uploadId=one")
        read = Sent("GetObject", status=404, query="", checks=status("200", "404"))
        (found,) = classify(a_test(begun(), completed, read), book())
        assert found.kind == kind


def test_what_was_never_sent_is_not_lost() -> None:
    """The completion needed a value that the listing did not give."""
    listed = Sent("ListParts", checks={"Parts[0].ETag": ('"a"', "absent", False)})
    unsent = Sent(
        "CompleteMultipartUpload",
        query="uploadId=one",
        status=0,
        checks={"run": ("the step is run", "not run", False)},
    )
    read = Sent("GetObject", status=404, query="", checks=status("200", "404"))
    kinds = [one.kind for one in classify(a_test(begun(), listed, unsent, read), book())]
    assert "lost" not in kinds


def test_a_law_shows_the_first_thing_that_failed() -> None:
    """Its example was made small until that alone was left."""
    one = Sent(checks={"ETag": ('"a"', '"b"', False)})
    two = Sent("ListParts", checks={"Parts.length": ("1", "0", False)})
    assert len(classify(a_test(one, two, id_="property/parts"), book())) == 1


def test_a_failed_test_without_checks_shows_nothing() -> None:
    """A claimed capability that could not be set up names no rule."""
    assert classify(a_test(), book()) == ()
    assert classify(a_test(Sent(checks=status("200", "200"))), book()) == ()


def test_a_test_is_accepted_only_if_all_that_it_shows_is() -> None:
    """Rule and kind are what a baseline may name; one deviation more is news."""
    created = Sent("CreateMultipartUpload", checks={"Bucket": ('"a"', '"b"', False)})
    listed = Sent("ListParts", status=403, checks=status("200", "403"))
    test = a_test(created, listed)
    value, refused = FindingKey("part.rule", "wrong-value"), FindingKey("part.rule", "refused")
    assert accepted(test, {value, refused}, book())
    assert not accepted(test, {value}, book())
    assert not accepted(a_test(), {value, refused}, book())


def test_a_key_is_read_as_it_is_written() -> None:
    """The list of kinds is closed."""
    key = FindingKey("part.rule", "wrong-value")
    assert parse_key(str(key)) == key
    assert parse_key("part.rule/new-kind") is parse_key("part.rule") is None

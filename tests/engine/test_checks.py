"""Answers held against expectations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.engine import answers
from conformance.engine.checks import check_answer, wants_status
from conformance.engine.errors import EngineError
from conformance.engine.matchers import ABSENT
from conformance.engine.values import Scope

from .fakes import Loose, ok, refusal, step

if TYPE_CHECKING:
    from conformance.engine.step_results import Check
    from conformance.record.model import Role
    from conformance.wire.model import Answer

XML = (
    b'<?xml version="1.0"?><ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    b"<Bucket>b</Bucket><Part><PartNumber>1</PartNumber><ETag>e1</ETag></Part>"
    b'<Part><PartNumber>2</PartNumber></Part><G xmlns:xsi="http://www.w3.org/x" xsi:type="User"/>'
    b"</ListPartsResult>"
)


def checks(answer: Answer, operation: str = "ListParts", **strengths: Loose) -> list[Check]:
    """Return the checks of one answer."""
    given = strengths.pop("given", False)
    role: Role = "given" if given else "step"
    return check_answer(step(operation, **strengths), operation, answer, Scope({}), role=role)


def by_id(answer: Answer, operation: str = "ListParts", **strengths: Loose) -> dict[str, str]:
    """Return verdicts by check id."""
    return {one.id: one.verdict for one in checks(answer, operation, **strengths)}


def test_strengths_decide_what_a_difference_means() -> None:
    """A difference is FAIL, WARN, OBSERVED or DISPUTED; agreement is PASS unless only observed."""
    wrong: dict[str, Any] = {"status": 404}
    found = by_id(ok(), must=wrong, should=wrong, observe=wrong, disputed=wrong)
    assert list(found.values()) == ["FAIL", "WARN", "OBSERVED", "DISPUTED"]
    right: dict[str, Any] = {"status": 200}
    found = by_id(ok(), must=right, should=right, observe=right, disputed=right)
    assert list(found.values()) == ["PASS", "PASS", "OBSERVED", "PASS"]
    variant: dict[str, Any] = {"status": [404, 200]}
    found = by_id(ok(), must=variant, should=variant, observe=variant, disputed=variant)
    assert list(found.values()) == ["VARIANT", "VARIANT", "OBSERVED", "DISPUTED"]


def test_check_ids_hold_the_nested_path() -> None:
    """Ids are step, strength and field with the path below it."""
    answer = ok(Parts=[{"ETag": "e"}], body=XML)
    found = by_id(
        answer,
        must={
            "status": 200,
            "Parts": {"length": 1},
            "headers": {"etag": {"absent": True}},
            "xml": {"count(//Part)": 2},
        },
        should={"Parts": [{"ETag": "e"}]},
    )
    assert set(found) == {
        "ListParts.must.status",
        "ListParts.must.Parts.length",
        "ListParts.must.headers.etag.absent",
        "ListParts.must.xml.count(//Part)",
        "ListParts.should.Parts[0].ETag",
    }
    assert set(found.values()) == {"PASS"}


def test_every_check_is_reported_not_only_the_first() -> None:
    """A wrong status hides neither the code nor the message."""
    found = by_id(ok(), must={"status": 400, "code": "InvalidPart", "message": {"present": True}})
    assert list(found.values()) == ["FAIL", "FAIL", "FAIL"]


@pytest.mark.parametrize(
    ("expected", "status", "verdict"),
    [
        (200, 200, "PASS"),
        ("4xx", 403, "PASS"),
        ("4xx", 500, "FAIL"),
        ([400, 403], 400, "PASS"),
        ([400, 403], 403, "VARIANT"),
        ([400, "4xx"], 409, "VARIANT"),
        ([400, 403], 200, "FAIL"),
        ({"any_of": [200, 204]}, 204, "VARIANT"),
        ({"one_of": [200, 204]}, 204, "PASS"),
        ({"one_of": [200, "4xx"]}, 404, "PASS"),
        ({"gte": 400}, 404, "PASS"),
        ({"not": 500}, 500, "FAIL"),
    ],
)
def test_statuses(expected: Loose, status: int, verdict: str) -> None:
    """A status is a number, a class, a list with S3's own first, or a matcher."""
    answer = ok(status) if status < 300 else refusal(status, "X")
    assert {one.verdict for one in checks(answer, must={"status": expected})} == {verdict}


def test_a_list_of_codes_has_variants() -> None:
    """The first code is S3's, the others pass as VARIANT, anything else fails."""
    expectation = {"code": ["InvalidPart", "NoSuchUpload"]}
    assert by_id(refusal(400, "InvalidPart"), must=expectation) == {"ListParts.must.code": "PASS"}
    assert "VARIANT" in by_id(refusal(400, "NoSuchUpload"), must=expectation).values()
    assert "FAIL" in by_id(refusal(400, "Other"), must=expectation).values()


def test_error_fields_are_compared() -> None:
    """Further fields of the error document are looked up by their names."""
    answer = refusal(400, "InvalidArgument", ArgumentName="partNumber")
    expectation = {"error": {"ArgumentName": "partNumber", "ArgumentValue": "0"}}
    assert by_id(answer, must=expectation) == {
        "ListParts.must.error.ArgumentName": "PASS",
        "ListParts.must.error.ArgumentValue": "FAIL",
    }


def test_silence_about_the_status_means_success() -> None:
    """A refusal never passes for an empty answer when a step names only members."""
    found = by_id(refusal(500, "InternalError"), must={"Parts": {"length": 0}})
    assert found["ListParts.must.status"] == "FAIL"
    assert by_id(refusal(500, "InternalError"), should={"Parts": []})["ListParts.should.status"]
    assert "ListParts.observe.status" not in by_id(ok(), observe={"Parts": []})


def test_given_steps_must_succeed_unless_they_say_otherwise() -> None:
    """A set-up step without a word on the status must answer 2xx, another is taken at it."""
    assert by_id(refusal(404, "NoSuchBucket"), given=True) == {"ListParts.must.status": "FAIL"}
    tolerant = by_id(refusal(404, "X"), given=True, observe={"status": {"present": True}})
    assert set(tolerant.values()) == {"OBSERVED"}


def test_a_set_up_goes_on_without_the_etag_of_a_completion() -> None:
    """The object is there; an answer that names no key is none."""
    done = ok(Key="k", ETag="")
    assert by_id(done, "CompleteMultipartUpload", given=True) == {
        "CompleteMultipartUpload.must.status": "PASS"
    }
    empty = by_id(ok(), "CompleteMultipartUpload", given=True)
    assert empty["CompleteMultipartUpload.must.Key"] == "FAIL"


def test_an_unreadable_success_fails() -> None:
    """A 200 whose body is not the operation's answer does not pass for a success."""
    answer = replace(ok(body=b"<html>"), problem="the body is not XML")
    found = {one.id: one for one in checks(answer, must={"status": 200})}
    assert found["ListParts.must.answer"].verdict == "FAIL"
    assert found["ListParts.must.answer"].got == "the body is not XML"


def test_a_misnamed_root_warns() -> None:
    """A readable document under another root is a WARN of its own and fails no must."""
    answer = replace(ok(), misnamed="<A>, not <B>")
    found = {one.id: one.verdict for one in checks(answer, must={"status": 200})}
    assert found == {"ListParts.must.status": "PASS", "ListParts.should.root": "WARN"}


def test_a_misnamed_document_is_a_warning() -> None:
    """A root element of another name is told of, and fails nothing that could be read."""
    answer = replace(ok(Parts=[]), misnamed="<Parts>, not <B>")
    found = by_id(answer, must={"status": 200, "Parts": []})
    assert found.pop("ListParts.should.root") == "WARN"
    assert set(found.values()) == {"PASS"}


@pytest.mark.parametrize("operation", sorted(answers.MAY_EMBED))
def test_an_error_inside_a_200_counts_as_its_status(operation: str) -> None:
    """Where S3 may answer so, the code's own status counts, and a note says so (XML-017)."""
    answer = replace(refusal(200, "InvalidPart"), embedded_error=True)
    (status, code) = checks(answer, operation, must={"status": 400, "code": "InvalidPart"})
    assert (status.verdict, code.verdict) == ("PASS", "PASS")
    assert "XML-017" in status.note
    missing = replace(refusal(200, "NoSuchUpload"), embedded_error=True)
    assert answers.status(operation, missing)[0] == 404
    assert {one.verdict for one in checks(answer, operation, must={"status": 200})} == {"FAIL"}


def test_an_error_inside_a_200_is_no_answer_elsewhere() -> None:
    """An operation that may not answer so gets no status at all for it."""
    answer = replace(refusal(200, "AccessDenied"), embedded_error=True)
    for expected in (200, 403, "2xx", "4xx"):
        (check,) = checks(answer, must={"status": expected})
        assert check.verdict == "FAIL"
        assert "<Error> document" in check.got


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("/ListPartsResult/Bucket", "b"),
        ("/ListPartsResult/Part[1]/ETag", "e1"),
        ("/ListPartsResult/Part[2]/PartNumber", "2"),
        ("//PartNumber", "1"),
        ("/ListPartsResult/Part[2]/ETag", ABSENT),
        ("/Other/Bucket", ABSENT),
        ("count(//Part)", 2),
        ("count(//Nothing)", 0),
        ("name(/*)", "ListPartsResult"),
        ("name(/Nothing)", ABSENT),
        ("/ListPartsResult/G/@type", "User"),
        ("/ListPartsResult/G/@xsi:type", "User"),
        ("/ListPartsResult/G/@none", ABSENT),
        ("/ListPartsResult/G", ""),
    ],
)
def test_xpath(expression: str, found: object) -> None:
    """Paths begin at the document and know no namespaces."""
    assert answers.Document(XML).find(expression) == found


def test_xpath_of_several() -> None:
    """Where a list is expected, all matches count; where none is, the first."""
    assert answers.Document(XML).find("//PartNumber", several=True) == ["1", "2"]
    assert answers.Document(XML).find("name(/*/Part[1]/*)", several=True) == ["PartNumber", "ETag"]
    found = by_id(ok(body=XML), must={"xml": {"//PartNumber": ["1", "2"]}})
    assert {one for key, one in found.items() if "xml" in key} == {"PASS"}


@pytest.mark.parametrize("expression", ["Part", "//Part[", "/Part[foo()]"])
def test_bad_xpath_is_an_error(expression: str) -> None:
    """What is not an XPath is an error of the scenario."""
    with pytest.raises(EngineError):
        answers.Document(XML).find(expression)


@pytest.mark.parametrize(
    "body",
    [b"", b"<a>", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', b"\x00\xff"],
    ids=["empty", "cut", "entities", "binary"],
)
def test_hostile_xml_is_absent_and_says_so(body: bytes) -> None:
    """A body that can't be parsed safely matches nothing, and the check tells why."""
    (status, check) = checks(ok(body=body), must={"xml": {"/a": {"present": True}}})
    assert (status.verdict, check.verdict) == ("PASS", "FAIL")
    assert check.note == "the body is not XML"


def test_repeated_headers_are_seen() -> None:
    """A header that came twice does not pass for its first value."""
    answer = replace(ok(), headers=(("ETag", "a"), ("etag", "b")))
    assert (
        by_id(answer, must={"status": 200, "headers": {"etag": "a"}})["ListParts.must.headers.etag"]
        == "FAIL"
    )


def test_interim_and_body() -> None:
    """1xx statuses and the raw body can be expected."""
    answer = replace(ok(body=b"abc"), interim=(100,))
    found = by_id(answer, must={"status": 200, "interim": [100], "body": {"bytes_of": "abc"}})
    assert set(found.values()) == {"PASS"}


def test_notes_stand_with_what_is_amiss() -> None:
    """The step's note is shown with every check that did not simply pass."""
    found = check_answer(
        step("ListParts", must={"status": 200, "Parts": []}, note="nothing is left"),
        "ListParts", ok(Parts=[1]), Scope({}), role="step",
    )  # fmt: skip
    assert [one.note for one in found] == ["", "nothing is left"]


def test_a_missing_value_in_an_expectation_fails_that_check_alone() -> None:
    """What can't be compared is a failed check; the others are made all the same."""
    found = by_id(ok(ETag="e"), must={"status": 200, "ETag": "$never"})
    assert found == {"ListParts.must.status": "PASS", "ListParts.must.ETag": "FAIL"}


@pytest.mark.parametrize(
    ("expectation", "wanted"),
    [
        ({"status": 501}, True),
        ({"status": "5xx"}, True),
        ({"status": [400, 501]}, True),
        ({"status": {"one_of": [200, 501]}}, True),
        ({"status": 400}, False),
        ({"code": "NotImplemented"}, False),
        ({}, False),
    ],
)
def test_whether_a_status_is_wanted(expectation: Loose, wanted: bool) -> None:  # a table
    """A step wants a status when it, or its class, is among those that it names."""
    assert wants_status(step("ListParts", must=expectation), 501) is wanted


@pytest.mark.parametrize(
    ("operation", "answer", "lacks"),
    [
        ("UploadPart", ok(), "UploadPart.must.ETag"),
        ("CreateMultipartUpload", ok(Key="k"), "CreateMultipartUpload.must.UploadId"),
        ("UploadPartCopy", ok(CopyPartResult={}), "UploadPartCopy.must.CopyPartResult.ETag"),
        ("AbortMultipartUpload", ok(), "AbortMultipartUpload.must.status"),
    ],
)
def test_a_set_up_must_give_what_its_operation_always_gives(
    operation: str, answer: Answer, lacks: str
) -> None:
    """A bare 2xx sets nothing up; where the step is what is tested, its own checks say enough."""
    assert by_id(answer, operation, given=True)[lacks] == "FAIL"
    assert by_id(answer, operation, must={"status": 200}).get(lacks) != "FAIL"


def test_a_set_up_that_gave_it_all_says_no_more_than_before() -> None:
    """What holds leaves no further line in the record."""
    found = by_id(ok(ETag='"e"'), "UploadPart", given=True)
    assert found == {"UploadPart.must.status": "PASS"}
    aborted = by_id(ok(204), "AbortMultipartUpload", given=True)
    assert aborted == {"AbortMultipartUpload.must.status": "PASS"}


def test_a_set_up_that_names_its_status_itself_is_not_asked_for_another() -> None:
    """The scenario knows what it wants."""
    found = by_id(ok(), "AbortMultipartUpload", given=True, must={"status": "2xx"})
    assert found == {"AbortMultipartUpload.must.status": "PASS"}

"""Recorded requests: rows of sources, templates, and the tests of the reference they make."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.catalog.problems import SpecError

from .conftest import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import RecordedRequest

HEAD = "format: 1\nabout: for a test\n"
TEMPLATES = (
    f"{HEAD}"
    "let: {word: yes-indeed}\n"
    "templates:\n"
    "  - name: begin\n"
    "    about: a create\n"
    "    bucket: plain\n"
    "    whole: true\n"
    "    request:\n"
    "      CreateMultipartUpload: {ContentType: text/plain}\n"
    "      headers: {x-amz-one: '1', x-amz-two: '2'}\n"
)
SOURCE = (
    f"{HEAD}"
    "sources:\n"
    "  - id: REC-1\n"
    "    grade: recorded\n"
    '    date: "2026-02-21"\n'
    "    operation: CreateMultipartUpload\n"
    "    condition: for a test\n"
    "    status: 400\n"
    "    code: InvalidArgument\n"
    "    message: It is wrong.\n"
    "    where: a recording\n"
    "    url: https://example.org/evidence#rec-1\n"
    "    witnesses: [localstack]\n"
    "    request:\n"
)


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Copy the small catalogue, so that a test may change it."""
    return shutil.copytree(SPECS, tmp_path / "specs")


def write(specs: Path, rows: str, templates: str = TEMPLATES) -> None:
    """Write a source with rows, and templates."""
    (specs / "recordings.yaml").write_text(templates)
    (specs / "sources" / "recorded.yaml").write_text(
        SOURCE + "".join(f"      {row}\n" for row in rows.splitlines())
    )


def requests(specs: Path, rows: str) -> dict[str, RecordedRequest]:
    """Return the recorded requests of a catalogue with those rows, by their ids."""
    write(specs, rows)
    return {request.test.id: request for request in load(specs=specs).recorded}


def mistakes(specs: Path, rows: str, templates: str = TEMPLATES) -> list[tuple[str, str]]:
    """Return rule and text of the mistakes of a catalogue with those rows."""
    write(specs, rows, templates)
    with pytest.raises(SpecError) as raised:
        load(specs=specs)
    return [(problem.rule, problem.text) for problem in raised.value.problems]


def test_a_row_makes_a_test(specs: Path) -> None:
    """What the row says comes before the template's; the answer is the source's."""
    made = requests(specs, "a: {like: begin, headers: {x-amz-two: $word}, fields: {Name: x}}")
    request = made["REC-1/begin[a]"]
    assert (request.source, request.whole) == ("REC-1", True)
    (step,) = request.test.steps
    assert step.members == {"ContentType": "text/plain"}
    assert step.edits["headers"] == {"x-amz-one": "1", "x-amz-two": "yes-indeed"}
    (expectation,) = step.expectations
    assert expectation.strength == "must"
    assert expectation.fields["status"] == 400
    assert expectation.fields["code"] == "InvalidArgument"
    assert expectation.fields["message"] == "It is wrong."
    assert expectation.fields["error"] == {"Name": "x"}
    assert expectation.fields["xml"] == {
        "name(/Error/*)": ["Code", "Message", "Name", "RequestId", "HostId"]
    }


def test_the_headers_of_a_customer_key(specs: Path) -> None:
    """The three of a key become headers; what was not sent is not there."""
    made = requests(
        specs, "a: {like: begin, customer-key: [AES256, null, m], source-key: [A, K, M]}"
    )
    headers = made["REC-1/begin[a]"].test.steps[0].edits["headers"]
    assert isinstance(headers, dict)
    prefix = "x-amz-server-side-encryption-customer-"
    source = "x-amz-copy-source-server-side-encryption-customer-"
    assert {name for name in headers if "customer" in name} == {
        f"{prefix}algorithm", f"{prefix}key-MD5",
        f"{source}algorithm", f"{source}key", f"{source}key-MD5",
    }  # fmt: skip


def test_a_row_may_differ_from_its_source(specs: Path) -> None:
    """Status, code and message of one row go before the source's; null takes away."""
    made = requests(
        specs,
        "a: {like: begin, status: 403, code: Other, answer: {message: null, xml: null}}",
    )
    (expectation,) = made["REC-1/begin[a]"].test.steps[0].expectations
    assert (expectation.fields["status"], expectation.fields["code"]) == (403, "Other")
    assert not {"message", "xml"} & set(expectation.fields)


def test_a_row_may_give_other_values(specs: Path) -> None:
    """A value of a template stands in its steps and its request, unless the row gives another."""
    templates = (
        f"{TEMPLATES}"
        "  - name: upload\n"
        "    about: a part\n"
        "    values: {create: {ContentType: text/plain}, number: 1}\n"
        "    given:\n"
        "      - CreateMultipartUpload: {with: $create}\n"
        "        save: {upload: UploadId}\n"
        "    request:\n"
        "      UploadPart: {UploadId: $upload, PartNumber: $number, Body: ab}\n"
    )
    write(
        specs,
        "a: {like: upload}\n"
        "b: {like: upload, values: {create: {}, number: 2}, message: $upload}\n"
        "c: {like: begin}",
        templates,
    )
    made = {request.test.id: request.test for request in load(specs=specs).recorded}
    a, b = made["REC-1/upload[a]"], made["REC-1/upload[b]"]
    assert (a.given[0].members, a.steps[0].members["PartNumber"]) == (
        {"ContentType": "text/plain"}, 1,
    )  # fmt: skip
    assert (b.given[0].members, b.steps[0].members["PartNumber"]) == ({}, 2)
    assert b.steps[0].expectations[0].fields["message"] == "$upload"


def test_rows_are_no_tests_of_servers(specs: Path) -> None:
    """Recorded requests are not among the tests that a run sends to a target."""
    write(specs, "a: {like: begin}")
    loaded = load(specs=specs)
    assert loaded.recorded
    assert not [test.id for test in loaded.tests if test.id.startswith("REC-1")]


@pytest.mark.parametrize(
    ("rows", "rule", "text"),
    [
        ("a: {like: begun}", "unknown-name", "no template is named begun"),
        ("a: {like: begin, odd: 1}", "unknown-key", "odd"),
        ("a: {headers: {x: y}}", "missing-key", "like"),
        ("a: {like: begin, customer-key: [AES256]}", "wrong-kind", "customer-key"),
        ("a: nothing", "wrong-kind", "request a of REC-1 takes a map"),
        ("a b: {like: begin}", "bad-id", "a b"),
        ("a: {like: begin, values: {odd: 1}}", "unknown-name", "begin has no value odd"),
        ("a: {like: begin, members: {Nonsense: 1}}", "unknown-member", "Nonsense"),
    ],
)
def test_mistakes_of_rows(specs: Path, rows: str, rule: str, text: str) -> None:
    """Each mistake of a row is found where it is, before anything is sent."""
    found = mistakes(specs, rows)
    assert any(rule == name and text in said for name, said in found), found


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("CreateMultipartUpload: {ContentType: text/plain}", "Nonsense: {}", "step-operation"),
        ("bucket: plain", "bucket: of-gold", "unknown-bucket"),
        ("name: begin", "name: never", "unused-let"),
        ("about: a create", "abut: a create", "missing-key"),
    ],
)
def test_mistakes_of_templates(specs: Path, old: str, new: str, rule: str) -> None:
    """Each mistake of a template is found."""
    assert old in TEMPLATES
    found = mistakes(specs, "a: {like: begin}", TEMPLATES.replace(old, new))
    assert rule in {name for name, _ in found}, found


def test_a_known_difference_has_a_reason(specs: Path) -> None:
    """A difference without reason or source is a mistake."""
    found = mistakes(
        specs,
        "a: {like: begin}",
        f"{TEMPLATES}differences:\n  - {{of: 'REC-1/*', aspects: [code]}}\n",
    )
    assert [rule for rule, _ in found] == ["missing-key", "missing-key"]

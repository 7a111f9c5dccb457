"""What counts as sent, and what as asserted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.catalog.model_watch.evidence import Evidence, evidence
from conformance.catalog.model_watch.kept import kept_family

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "sources": "  - {id: PAGE-1, grade: documented, operation: UploadPart, condition: any,\n"
    '     date: "2026", where: a page, url: "https://example.com/a", witnesses: [aws]}\n',
    "rules": "  - {id: part.one, statement: it holds, level: MUST, impact: interop,\n"
    "     applies-to: [general-purpose], sources: [PAGE-1]}\n",
    "capabilities": "  - {name: tls, about: TLS}\n",
    "buckets": "  - name: plain\n    about: a bucket\n    setup: [CreateBucket: {}]\n",
}


def found(folder: Path, steps: str) -> Evidence:
    """Return the evidence of one scenario, ``t``, with these steps."""
    scenario = (
        "  - id: t\n    title: it holds\n    why: for a test\n    rules: [part.one]\n    steps:\n"
    )
    for kind, text in {**FILES, "scenarios": scenario + steps}.items():
        folder.joinpath(f"{kind}.yaml").write_text(f"format: 1\nabout: a test\n{kind}:\n{text}")
    return evidence(load([folder / "scenarios.yaml"], specs=folder), kept_family())


def answers(expectation: str) -> str:
    """Return a step that lists parts and expects something."""
    return f"      - ListParts: {{UploadId: x}}\n        {expectation}\n"


@pytest.mark.parametrize(
    ("step", "sent"),
    [
        ("UploadPart: {UploadId: x, PartNumber: 1, ChecksumSHA1: x}", "ChecksumSHA1"),
        ("UploadPart: {UploadId: x, PartNumber: 1}", "Body"),
    ],
)
def test_members_of_a_step_are_sent(tmp_path: Path, step: str, sent: str) -> None:
    """A step sends the members that it names, and those that the engine fills in."""
    evident = found(tmp_path, f"      - {step}\n        must: {{status: 200}}\n")
    assert evident.sent[f"UploadPart request {sent}"] == ("t",)
    assert evident.asserted[f"UploadPart request {sent}"] == ("t",)


@pytest.mark.parametrize(
    ("edit", "sent"),
    [
        ("headers: {X-Amz-Checksum-Sha1: x}", "UploadPart request ChecksumSHA1"),
        ("query: {uploadId: x}", "UploadPart request UploadId"),
    ],
)
def test_headers_and_queries_are_sent(tmp_path: Path, edit: str, sent: str) -> None:
    """A header or query parameter is the member that travels there."""
    step = f"      - UploadPart: {{PartNumber: 1}}\n        {edit}\n"
    assert sent in found(tmp_path, f"{step}        must: {{status: 400}}\n").asserted


def test_enum_values_are_sent(tmp_path: Path) -> None:
    """Values stand by their enumeration, also in a header and in a list."""
    steps = (
        "      - CreateMultipartUpload: {ChecksumAlgorithm: SHA1}\n"
        "        headers: {x-amz-storage-class: GLACIER}\n        must: {status: 200}\n"
        "      - GetObjectAttributes: {ObjectAttributes: [ETag, ObjectSize]}\n"
        "        must: {status: 200}\n"
    )
    asserted = found(tmp_path, steps).asserted
    wanted = {"ChecksumAlgorithm SHA1", "StorageClass GLACIER", "ObjectAttributes ObjectSize"}
    assert wanted <= asserted.keys()
    assert "ObjectAttributes Checksum" not in asserted


def test_nested_members_are_sent(tmp_path: Path) -> None:
    """The parts of a list, written out or made by ``part_list``, are told with what holds them."""
    steps = (
        "      - CompleteMultipartUpload:\n          UploadId: x\n"
        "          MultipartUpload: {Parts: [{PartNumber: 1, ETag: x, ChecksumSHA1: x}]}\n"
        "        must: {status: 400}\n"
    )
    asserted = found(tmp_path, steps).asserted
    for path in ("", ".Parts", ".Parts[].PartNumber", ".Parts[].ChecksumSHA1"):
        assert f"CompleteMultipartUpload request MultipartUpload{path}" in asserted
    assert "CompleteMultipartUpload request MultipartUpload.Parts[].ChecksumMD5" not in asserted


def test_what_judges_nothing_asserts_nothing(tmp_path: Path) -> None:
    """A test that only observes sends, and asserts nothing."""
    evident = found(
        tmp_path,
        "      - ListParts: {UploadId: x}\n        observe: {status: 200, UploadId: x}\n"
        "      - ListMultipartUploads: {}\n        observe: {status: 200}\n",
    )
    assert "ListParts request UploadId" in evident.sent
    assert not evident.asserted


@pytest.mark.parametrize(
    ("expectation", "path"),
    [
        ("must: {Bucket: x}", "Bucket"),
        ("should: {Parts: [{ETag: x}]}", "Parts[].ETag"),
        ("disputed: {Parts: {contains: {Size: 5}}}", "Parts[].Size"),
        ("must: {Parts: {unordered: [{Size: 5}, {ETag: x}]}}", "Parts[].ETag"),
        ("must: {Owner: {ID: {present: true}}}", "Owner.ID"),
        ("must: {Owner: {ID: x}}", "Owner"),
        ("must: {StorageClass: {any_of: [STANDARD, GLACIER]}}", "StorageClass"),
        ("must: {headers: {x-amz-abort-rule-id: x}}", "AbortRuleId"),
        ("must: {xml: {/ListPartsResult/Part/PartNumber: '1'}}", "Parts[].PartNumber"),
        ("must: {xml: {count(/ListPartsResult/Owner/ID): 1}}", "Owner.ID"),
        ("must: {Parts: {length: 2}}", "Parts"),
    ],
)
def test_what_an_expectation_asserts(tmp_path: Path, expectation: str, path: str) -> None:
    """Members, headers and elements that are expected to be there are asserted."""
    assert f"ListParts answer {path}" in found(tmp_path, answers(expectation)).asserted


@pytest.mark.parametrize(
    "expectation",
    [
        "must: {status: 200, Owner: {absent: true}}",
        "must: {status: 200, Owner: {ID: {absent: true}}}",
        "must: {status: 200, headers: {x-amz-abort-rule-id: {absent: true}}}",
        "must: {status: 200, xml: {count(//Owner): 0}}",
        "must: {status: 200, xml: {/ListPartsResult/Owner/ID: {absent: true}}}",
        "must: {status: 200, Parts: {length: 0}}",
        "observe: {Owner: {ID: x}}",
        "must: {status: 404, headers: {x-amz-abort-rule-id: x}}",
        "must: {status: 4xx, headers: {x-amz-abort-rule-id: x}}",
        "must: {status: [404, 405], Owner: {ID: x}}",
        "must: {code: NoSuchUpload, Owner: {ID: x}}",
    ],
)
def test_absence_asserts_no_member(tmp_path: Path, expectation: str) -> None:
    """That something is not there, or was only looked at, is no evidence that it is right."""
    asserted = found(tmp_path, answers(expectation)).asserted
    assert [name for name in asserted if name.startswith("ListParts answer")] == []


def test_an_element_of_a_common_name_is_told_by_the_one_around_it(tmp_path: Path) -> None:
    """The ID of the owner is not that of the initiator."""
    asserted = found(tmp_path, answers("must: {xml: {/ListPartsResult/Owner/ID: x}}")).asserted
    assert "ListParts answer Owner.ID" in asserted
    assert "ListParts answer Initiator.ID" not in asserted

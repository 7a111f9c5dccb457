"""Cases times axes, and what is put in place of names."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Catalog, Step, Test

    Load = Callable[[str], tuple[Test, ...]]

HEAD = """\
format: 1
about: A topic
let:
{lets}
scenarios:
  - id: some/thing
    title: Something holds
    rules: [life.create]
    why: nothing works without it
{more}
    steps:
{steps}
"""


def indent(text: str, by: int) -> str:
    """Indent the lines of a text."""
    return "\n".join(" " * by + line for line in text.strip("\n").splitlines())


def scenario(steps: str, lets: str = "{}", more: str = "") -> str:
    """Return the text of a file with one scenario."""
    return HEAD.format(lets=indent(lets, 2), steps=indent(steps, 6), more=indent(more, 4))


def only(tests: tuple[Test, ...]) -> tuple[Step, ...]:
    """Return the steps of the only test."""
    (test,) = tests
    return test.steps


def test_ids_are_case_then_axes(catalog: Catalog) -> None:
    """Each case meets each value of each axis, in the file's order, by their names."""
    assert [test.id for test in catalog.tests] == [
        "upload-part/sse-c/matches-create[same-key]",
        "upload-part/sse-c/matches-create[other-key]",
        "upload-part/sse-c/matches-create[no-headers]",
        "upload-part/sse-c/matches-create[plain-upload]",
        "create/answers[short,path,none]",
        "create/answers[short,path,odd]",
        "create/answers[short,virtual-host,none]",
        "create/answers[short,virtual-host,odd]",
        "create/answers[long,path,none]",
        "create/answers[long,path,odd]",
        "create/answers[long,virtual-host,none]",
        "create/answers[long,virtual-host,odd]",
        "abort/frees[1]",
        "abort/frees[2]",
    ]


def test_words_of_a_case_are_added(catalog: Catalog) -> None:
    """Needs, rules, sources and catches of a row, and needs of the bucket, join the scenario's."""
    tests = {test.id: test for test in catalog.tests}
    short, long = tests["create/answers[short,path,odd]"], tests["create/answers[long,path,odd]"]
    assert (short.catches, short.rules, short.needs) == (("D01", "D02"), ("life.create",), ())
    assert (long.catches, long.rules, long.needs, long.sources) == (
        ("D01",), ("life.create", "life.guess"), ("tls",), ("CMU-1",),
    )  # fmt: skip
    assert tests["abort/frees[1]"].needs == ("versioning",)


def test_level_and_impact_come_from_the_rules(catalog: Catalog) -> None:
    """The strongest level and the worst impact of the rules count; the scenario may say another."""
    tests = {test.id: test for test in catalog.tests}
    assert (tests["abort/frees[1]"].level, tests["abort/frees[1]"].impact) == (
        "SHOULD", "data-loss",
    )  # fmt: skip
    odd = tests["create/answers[long,path,odd]"]
    assert (odd.level, odd.impact) == ("MUST", "security")


def test_a_scenario_as_designed(catalog: Catalog) -> None:
    """Keys, bodies and expectations of a row stand in the steps; saved values are left."""
    other = next(test for test in catalog.tests if test.id.endswith("[other-key]"))
    (create,) = other.given
    part, listed = other.steps
    key = base64.b64decode(str(create.members["SSECustomerKey"]))
    assert len(key) == 32
    digest = base64.b64encode(hashlib.md5(key, usedforsecurity=False).digest()).decode()
    assert create.members == {
        "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": base64.b64encode(key).decode(),
        "SSECustomerKeyMD5": digest,
    }
    assert create.save == {"upload": "UploadId"}
    assert part.members["SSECustomerKey"] != create.members["SSECustomerKey"]
    assert part.members["Body"] == {"random": "5MiB"}
    assert part.members["UploadId"] == "$upload"
    (must,) = part.expectations
    assert (must.strength, must.fields) == (
        "must", {"status": 400, "code": ["InvalidRequest", "InvalidArgument"]},
    )  # fmt: skip
    assert listed.expectations[0].fields["Parts"] == {"length": 0}
    assert other.operations == ("UploadPart", "ListParts")


def test_everything_a_step_can_hold(catalog: Catalog) -> None:
    """Edits, repeats, groups, notes and times come out as the model has them."""
    frees = next(test for test in catalog.tests if test.id == "abort/frees[2]")
    _, send = frees.given
    assert (send.name, send.repeat, send.members["PartNumber"]) == ("send", {"n": [1, 2, 3]}, "$n")
    assert send.members["Body"] == {"random": "100KiB", "seed": "life 2"}
    abort, group, late = frees.steps
    assert abort.members["Key"] == "${prefix}first"
    assert (group.operation, group.note) == ("", "costs $5, whatever $upload is")
    assert [step.name for step in group.concurrently] == ["UploadPart", "ListParts"]
    assert group.concurrently[1].edits == {
        "sign": {"mode": "presigned", "expires": 60}, "framing": "plain",
    }  # fmt: skip
    assert (late.name, late.eventually, late.edits["headers"]) == (
        "UploadPart-2", 2.0, {"x-etag": "${etags[0]}"},
    )  # fmt: skip
    odd = next(test for test in catalog.tests if test.id == "create/answers[long,path,odd]")
    assert odd.title == (
        "CreateMultipartUpload answers with an upload id of 32 characters"
        ": with the bucket in the path, odd"
    )
    assert odd.steps[0].edits == {
        "addressing": "path",
        "headers": {"x-odd": "1", "X-Twice": ["a", "b"], "x-gone": None},
    }
    assert [each.strength for each in odd.steps[0].expectations] == ["must", "observe"]
    assert odd.steps[0].sources == ("CMU-1",)


@pytest.mark.parametrize(
    ("lets", "written", "bound"),
    [
        ("a: one", "$a", "one"),
        ("a: one", '"${a}"', "one"),
        ("a: one", '"<${a}>"', "<one>"),
        ("a: 1", '"n${a}"', "n1"),
        ("a: true", '"n${a}"', "ntrue"),
        ("a: {b: [x, {c: deep}]}", '"$a.b[1].c"', "deep"),
        ("a: {b: [x, {c: deep}]}", '"-${a.b[0]}-"', "-x-"),
        ("a: $b\nb: $c\nc: end", "$a", "end"),
        ("a: $key", "$a", "$key"),
        ("a: $key", '"${a}x"', "${key}x"),
        ("a: '${key}y'", '"${a}x"', "${key}yx"),
        ("a: costs $$5", '"${a} or $${a}"', "costs $$5 or $${a}"),
        ("a: {text: ab, times: 2}", "$a", {"text": "ab", "times": 2}),
        (
            "a: {text: ab, times: 2}", '"x${a}y${key}"',
            {"join": ["x", {"text": "ab", "times": 2}, "y${key}"], "with": ""},
        ),
        ("key: shadows", "$key", "shadows"),
    ],
)  # fmt: skip
def test_names_are_put_in_place(load_text: Load, lets: str, written: str, bound: object) -> None:
    """Values of let stand where their names stood; what only a run knows stays a name."""
    steps = f"- CreateMultipartUpload: {{ContentType: {written}}}\n  must: {{status: 200}}"
    (step,) = only(load_text(scenario(steps, lets)))
    assert step.members["ContentType"] == bound


def test_saved_names_stand_before_let(load_text: Load) -> None:
    """From the step after the one that saves it, a name means the saved value."""
    steps = """
- CreateMultipartUpload: {ContentType: $id}
  save: {id: UploadId}
  must: {status: 200}
- CreateMultipartUpload: {ContentType: $id}
"""
    first, second = only(load_text(scenario(steps, "id: written")))
    assert (first.members["ContentType"], second.members["ContentType"]) == ("written", "$id")


def test_expectations_know_what_their_own_step_saves(load_text: Load) -> None:
    """Two values of one answer may be compared; the request itself does not know them yet."""
    steps = """
- CreateMultipartUpload: {}
  save: {told: headers.x-amz-request-id}
  must: {status: 200, headers: {x-amz-id-2: {same_as: $told}}}
"""
    (step,) = only(load_text(scenario(steps)))
    (expectation,) = step.expectations
    assert expectation.fields["headers"] == {"x-amz-id-2": {"same_as": "$told"}}


def test_with_merges_maps_and_members_win(load_text: Load) -> None:
    """Later maps of `with` replace earlier ones; what is written beside them replaces both."""
    steps = """
- CreateMultipartUpload: {ACL: private, with: [$one, $two, {sse_c: {seed: a, drop: key}}]}
  must: {status: 200}
"""
    lets = "one: {ACL: public-read, ContentType: a/b}\ntwo: {ContentType: c/d}"
    (step,) = only(load_text(scenario(steps, lets)))
    assert dict(step.members) == {
        "ACL": "private", "ContentType": "c/d", "SSECustomerAlgorithm": "AES256",
        "SSECustomerKeyMD5": step.members["SSECustomerKeyMD5"],
    }  # fmt: skip


def test_parts_of_a_customer_key_are_reached(load_text: Load) -> None:
    """The members that `sse_c` gives can be named one by one, in expectations too."""
    steps = """
- CreateMultipartUpload: {with: $k}
  must: {SSECustomerKeyMD5: $k.SSECustomerKeyMD5}
- UploadPartCopy:
    UploadId: a
    PartNumber: 1
    CopySource: "${bucket}/${key}"
    with: {sse_c: {seed: a, copy_source: true, key_bytes: 16, algorithm: DES, key_md5: odd}}
  should: {status: 400}
"""
    create, copy = only(load_text(scenario(steps, "k: {sse_c: {seed: a}}")))
    assert create.expectations[0].fields == {
        "SSECustomerKeyMD5": create.members["SSECustomerKeyMD5"]
    }
    assert len(base64.b64decode(str(copy.members["CopySourceSSECustomerKey"]))) == 16
    assert copy.members["CopySourceSSECustomerAlgorithm"] == "DES"
    assert copy.members["CopySourceSSECustomerKeyMD5"] == "odd"


def test_keys_are_bound(load_text: Load) -> None:
    """The name of a header or member may come from an axis."""
    steps = "- CreateMultipartUpload: {}\n  headers: {$header: a, $$x: b}\n  must: {status: 4xx}"
    tests = load_text(scenario(steps, more="matrix: {header: [x-a, x-b]}"))
    assert [test.steps[0].edits["headers"] for test in tests] == [
        {"x-a": "a", "$x": "b"}, {"x-b": "a", "$x": "b"},
    ]  # fmt: skip


def test_bad_enum_values_pass_where_an_error_is_expected(load_text: Load) -> None:
    """A case that expects an error may send what the model does not list; places don't matter."""
    steps = "- CreateMultipartUpload: {StorageClass: COLD}\n  must: $answer"
    case = "cases: {one: {answer: {status: [400, 403]}}, two: {answer: {code: InvalidArgument}}}"
    tests = load_text(scenario(steps, more=case))
    assert [test.steps[0].members["StorageClass"] for test in tests] == ["COLD", "COLD"]


def test_a_case_has_its_own_impact(load_text: Load) -> None:
    """The impact of a row counts in place of that of its scenario."""
    steps = "- ListParts: {UploadId: a, MaxParts: $n}\n  must: {status: 4xx}"
    case = "impact: data-loss\ncases: {one: {n: 1}, two: {n: 2, impact: interop}}"
    tests = load_text(scenario(steps, more=case))
    assert [test.impact for test in tests] == ["data-loss", "interop"]


def test_matrix_of_numbers_and_flags(load_text: Load) -> None:
    """Axis values are named by their text, and are bound with their type."""
    steps = "- ListParts: {UploadId: a, MaxParts: $n}\n  expect-continue: $e\n  must: {status: 4xx}"
    tests = load_text(scenario(steps, more="matrix: {n: [-1, 0], e: [true]}"))
    assert [test.id for test in tests] == ["some/thing[-1,true]", "some/thing[0,true]"]
    assert tests[0].steps[0].members["MaxParts"] == -1
    assert tests[0].steps[0].edits["expect-continue"] is True


def test_repeat_over_a_saved_list(load_text: Load) -> None:
    """The values of a repeat may be known only in the run."""
    steps = """
- ListParts: {UploadId: a}
  save: {parts: Parts}
  must: {status: 200}
- UploadPart: {UploadId: a, PartNumber: $part.PartNumber}
  repeat: {part: $parts}
"""
    _, repeated = only(load_text(scenario(steps)))
    assert repeated.repeat == {"part": "$parts"}
    assert repeated.members["PartNumber"] == "$part.PartNumber"


def test_several_kinds_of_bucket(load_text: Load) -> None:
    """The first kind adds nothing to the id, a further one its name, at the end, and its needs."""
    more = "bucket: [plain, versioned]\nmatrix: {number: [a, b]}"
    steps = "- ListParts: {UploadId: $number}\n  must: {status: 404}"
    tests = load_text(scenario(steps, more=more))
    assert [(test.id, test.bucket, test.needs) for test in tests] == [
        ("some/thing[a]", "plain", ()),
        ("some/thing[b]", "plain", ()),
        ("some/thing[a,versioned]", "versioned", ("versioning",)),
        ("some/thing[b,versioned]", "versioned", ("versioning",)),
    ]

"""Exchanges side by side: what belongs together, and which lines are marked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.report.changes import compare
from conformance.report.html import compare_page as page
from conformance.report.html.pairs import LINES, exchange_pairs, line_pairs, masked
from conformance.vocabulary.verdicts import Verdict

from .samples import HOSTILE, a_test, binary_body, check, exchange, record, text_body

ERROR = "<Error><Code>{}</Code><RequestId>{}</RequestId></Error>"


def marked(left: list[str], right: list[str]) -> list[tuple[str, str]]:
    """Return the marked lines of both sides, beside each other."""
    return [
        (
            pair.left.text if pair.left and pair.left.differs else "",
            pair.right.text if pair.right and pair.right.differs else "",
        )
        for pair in line_pairs(left, right)
        if (pair.left and pair.left.differs) or (pair.right and pair.right.differs)
    ]


def test_what_is_new_in_every_run_is_no_difference() -> None:
    """Dates, ids, signatures, ports, names of buckets, the case of a header's name."""
    one = [
        "PUT /s3-conformance-2611212135201ab1-main-plain/k?uploadId=abc&X-Amz-Date=1 HTTP/1.1",
        "Authorization: a",
        "Date: Sat, 21 Nov 2026 21:35:22 GMT",
        "Host: 127.0.0.1:1",
        "x-amz-request-id: 1",
        'ETag: "1"',
        "<UploadId>abc</UploadId>",
        "<Resource>http://127.0.0.1:1/k</Resource>",
        "<Date>2026-11-21T21:35:22.000Z</Date>",
    ]
    other = [
        "PUT /s3-conformance-2611212135202bc2-main-plain/k?uploadId=xyz&X-Amz-Date=2 HTTP/1.1",
        "authorization: b",
        "date: Sun, 22 Nov 2026 21:35:22 GMT",
        "host: 127.0.0.1:2",
        "X-Amz-Request-Id: 2",
        'etag: "1"',
        "<UploadId>xyz</UploadId>",
        "<Resource>http://127.0.0.1:2/k</Resource>",
        "<Date>2026-12-21T21:35:22.000Z</Date>",
    ]
    assert marked(one, other) == []


def test_names_and_ids_are_new_in_listings_too() -> None:
    """With their slashes encoded, and as markers; an empty marker is still another answer."""
    one = [
        "GET /b?uploads&prefix=s3-conformance%2F26112200532863e6%2Fgw1%2Fk&upload-id-marker=a H",
        "<Prefix>s3-conformance%2F26112200532863e6%2Fgw1%2Fk</Prefix>",
        "<UploadIdMarker>a</UploadIdMarker>",
        "<NextUploadIdMarker>b</NextUploadIdMarker>",
    ]
    other = [
        "GET /b?uploads&prefix=s3-conformance%2F26112200532877a1%2Fmain%2Fk&upload-id-marker=c H",
        "<Prefix>s3-conformance%2F26112200532877a1%2Fmain%2Fk</Prefix>",
        "<UploadIdMarker>c</UploadIdMarker>",
        "<NextUploadIdMarker>d</NextUploadIdMarker>",
    ]
    assert marked(one, other) == []
    empty = "<UploadIdMarker></UploadIdMarker>"
    assert marked(one, [*other[:2], empty, other[3]]) == [(one[2], empty)]


@pytest.mark.parametrize(
    ("bodies", "truncated", "differs"),
    [
        (("s3-conformance/26112200532863e6/gw1", "s3-conformance/26112200532863e6/main"), 0, False),
        (("s3-conformance/26112200532863e6/gw1", "s3-conformance/26112200532863e6/main"), 1, True),
        (("s3-conformance/26112200532863e6/gw1", "another/key"), 0, True),
        (("the same", "the same"), 0, True),
    ],
)
def test_a_length_is_marked_unless_new_names_alone_explain_it(
    bodies: tuple[str, str], truncated: int, *, differs: bool
) -> None:
    """383 bytes with ``gw1`` in them and 384 with ``main``; a body cut off explains nothing."""
    sides = [
        exchange(
            answer=text_body(f"<Key>{body}</Key>", size=900 if truncated else None),
            answer_headers=(("Content-Length", length),),
        )
        for body, length in zip(bodies, ("383", "384"), strict=True)
    ]
    (pair,) = exchange_pairs(*(a_test(exchanges=(side,)) for side in sides))
    texts = [p.left.text for p in pair.response if p.left is not None and p.left.differs]
    assert ("Content-Length: 383" in texts) is differs


def test_the_numbers_of_the_sentence_add_up() -> None:
    """Every test that was compared is in one of them."""
    before = record(
        a_test("a", Verdict.PASS),
        a_test("b", Verdict.FAIL),
        a_test("c", Verdict.PASS),
        a_test("d", Verdict.PASS),
        a_test("gone", Verdict.SKIP),
    )
    after = record(
        a_test("a", Verdict.FAIL),
        a_test("b", Verdict.PASS),
        a_test("c", Verdict.VARIANT),
        a_test("d", Verdict.PASS),
        a_test("new", Verdict.PASS),
    )
    said = page.sentence(compare(before, after))
    numbers = "1 test worse, 1 better, 1 changed, 1 added, 1 removed, 1 unchanged."
    assert said.endswith(f": {numbers}")


def test_a_run_that_lacks_tests_is_said_to_be_cut_short() -> None:
    """Such as one that was merged without one of its parts."""
    one = record(a_test("a"))
    part = replace(one, run=replace(one.run, selected=("a", "b")))
    assert page.further(compare(one, one)) == ()
    assert [said.endswith("was cut short.") for said in page.further(compare(one, part))] == [True]


def test_what_differs_stands_beside_its_counterpart() -> None:
    """A header beside the header of its name, an element beside its own; a missing one alone."""
    assert marked(
        ["HTTP/1.1 200 OK", 'ETag: "1"', "x-amz-a: 1", "<Code>A</Code>"],
        ["HTTP/1.1 400 Bad", 'etag: "2"', "<Code>B</Code>", "<More>1</More>"],
    ) == [
        ("HTTP/1.1 200 OK", "HTTP/1.1 400 Bad"),
        ('ETag: "1"', 'etag: "2"'),
        ("x-amz-a: 1", ""),
        ("<Code>A</Code>", "<Code>B</Code>"),
        ("", "<More>1</More>"),
    ]
    assert masked("x-amz-meta-a: B") == "x-amz-meta-a: B"


def test_exchanges_are_paired_by_their_steps() -> None:
    """One that a side did not come to leaves the others where they belong."""
    steps = [exchange(step=name, operation=name) for name in ("a", "b", "c")]
    pairs = exchange_pairs(a_test(exchanges=tuple(steps)), a_test(exchanges=(steps[0], steps[2])))
    assert [(pair.before, pair.after) for pair in pairs] == [(0, 0), (1, None), (2, 1)]
    assert [pair.differs for pair in pairs if pair.both] == [False, False]


def test_xml_is_compared_an_element_a_line() -> None:
    """Only the element that differs is marked, however the server breaks its lines."""
    one = exchange(status="400 Bad", answer=text_body(ERROR.format("A", 1)))
    other = exchange(
        status="400 Bad", answer=text_body(ERROR.format("B", 2).replace("><", ">\n  <"))
    )
    (pair,) = exchange_pairs(a_test(exchanges=(one,)), a_test(exchanges=(other,)))
    differing = [p.left.text for p in pair.response if p.left is not None and p.left.differs]
    assert "<Code>A</Code>" in differing
    assert "<RequestId>1</RequestId>" not in differing
    assert "<Error>" not in differing


def test_bodies_are_bounded_and_binary_ones_named() -> None:
    """A page of two hostile answers stays a page; bytes differ by their digest."""
    long = exchange(answer=text_body("<a>" * 5000))
    (pair,) = exchange_pairs(a_test(exchanges=(long,)), a_test(exchanges=(long,)))
    assert len(pair.response) <= LINES + 1
    one, other = (exchange(answer=binary_body(bytes([n]) * 300)) for n in (0, 255))
    (pair,) = exchange_pairs(a_test(exchanges=(one,)), a_test(exchanges=(other,)))
    texts = [p.left.text for p in pair.response if p.left is not None and p.left.differs]
    assert any(text.startswith("binary · 300 bytes · sha256") for text in texts)


def test_the_page_is_inert_whatever_the_records_hold() -> None:
    """Escaped, visible, and only what differs is there."""
    outcomes: tuple[tuple[Verdict, str], ...] = (
        (Verdict.PASS, "200 OK"),
        (Verdict.FAIL, "400 Bad"),
    )
    sides = [
        record(
            a_test(
                "a/b",
                verdict,
                reason=HOSTILE,
                title=HOSTILE,
                checks=(check("FAIL" if verdict == "FAIL" else "PASS", got=HOSTILE),),
                exchanges=(exchange(status=status, answer=text_body(HOSTILE)), exchange()),
            ),
            a_test("same"),
        )
        for verdict, status in outcomes
    ]
    text = page.render(compare(*sides))
    assert "<img" not in text
    assert "alert(1)" in text
    assert text.count("<script>") == 1
    assert "\u202e" not in text
    assert "1 exchange is alike on both sides" in text
    assert ">same<" not in text


def test_nothing_that_differs_is_said_so() -> None:
    """The page of two equal records is fine, and says why it is empty."""
    one = record(a_test("a"))
    text = page.render(compare(one, one))
    assert 'class="fine"' in text
    assert "Nothing differs." in text

"""The page: everything of the record is in it, and nothing of it comes alive."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from lxml import html as parser

from conformance.record.catalog_line import RuleText, SourceText
from conformance.record.model import CapabilityLine, ProblemLine
from conformance.report.html import report_page as html
from conformance.vocabulary.verdicts import Verdict

from .pages import page, text_of
from .samples import (
    CATALOG,
    HOSTILE,
    a_test,
    binary_body,
    check,
    exchange,
    record,
    text_body,
)


def test_the_policy_allows_just_the_page_s_own_style_and_script() -> None:
    """The hashes are those of the elements, and no other style, script or handler is there."""
    root = page(a_test(HOSTILE, Verdict.FAIL))
    policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        (element,) = root.xpath(f"//{tag}")
        digest = hashlib.sha256(element.text.encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert root.xpath("//@style") == []
    assert root.xpath("//@*[starts-with(name(), 'on')]") == []
    assert root.xpath("//link/@href") == ["data:,"]
    assert root.xpath("//img | //iframe | //object | //*[@src]") == []


def test_a_failing_test_shows_all_that_the_record_holds() -> None:
    """Title, reason, why, sentences, rules, sources, checks, exchanges, curl and re-run line."""
    root = page(
        a_test(
            "upload-part/number[zero]",
            Verdict.FAIL,
            checks=(check("FAIL", expected="400 wanted", got="200 came", note="said so"),),
            exchanges=(
                exchange(
                    "PUT /b/k?partNumber=0&uploadId=u HTTP/1.1",
                    body=text_body("sent"),
                    status="200 OK",
                    answer=text_body("<Received/>"),
                ),
            ),
        ),
    )
    (test,) = root.xpath("//details[@id='upload-part-number-zero']")
    text = " ".join(test.text_content().split())
    for part in (
        "✗ FAIL",
        "Part numbers begin with 1",
        "UploadPart answered 200 instead of 400",
        "a part under another number is lost",
        "CreateMultipartUpload begins an upload.",
        "part.number-range",
        "A part number is a whole number from 1 to 10,000.",
        "recorded 2025-11-02",
        "documented",
        "inferred 2024",
        "400 wanted",
        "200 came",
        "said so",
        "PUT /b/k?partNumber=0&uploadId=u HTTP/1.1",
        "<Received/>",
        "curl -sS -i --path-as-is -X PUT",
        "s3-conformance run --select 'upload-part/number[zero]' --target moto",
        "specs/scenarios/parts/numbers.yaml:12",
    ):
        assert part in text
    assert test.xpath(".//details[contains(@class, 'exchange')]/@open") == [""]


def test_an_exchange_of_a_shared_set_up_says_so() -> None:
    """What was sent for another test is not taken for one of this test's requests."""
    exchanges = (exchange(role="given", step="made", shared=True), exchange(step="read"))
    shown = text_of(page(a_test(verdict=Verdict.FAIL, exchanges=exchanges)), "//body")
    assert "given · made · main · sent once, for several tests" in shown
    assert shown.count("sent once, for several tests") == 1


def test_only_web_addresses_become_links() -> None:
    """A source's place is a link when it is http or https, and text otherwise."""
    root = page(a_test())
    outward = {link for link in root.xpath("//a/@href") if not link.startswith("#")}
    assert outward == {"https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html"}
    assert "javascript:alert(1)" in text_of(root, "//ul[@class='sources']")


def test_findings_are_sorted_by_impact_and_link_to_their_tests() -> None:
    """The worst impact comes first; each link leads to a test of the page."""
    root = page(
        a_test("a", Verdict.FAIL, impact="cosmetic", rules=("small.rule",)),
        a_test("b", Verdict.FAIL, impact="data-loss", rules=("big.rule",)),
        *(a_test(f"c{n}", Verdict.FAIL, impact="security", rules=("many.rule",)) for n in range(9)),
    )
    shown = [one.text_content().split()[:3] for one in root.xpath("//p[@class='cause']")]
    assert shown == [
        ["1", "test", "big.rule."],
        ["9", "tests", "many.rule."],
        ["1", "test", "small.rule."],
    ]
    targets = root.xpath("//ol[@class='causes']//a[starts-with(@href, '#')]/@href")
    assert len(targets) == 11
    assert {target[1:] for target in targets} <= set(root.xpath("//details/@id"))


@pytest.mark.parametrize(("tests", "more"), [(13, "1 more test"), (14, "2 more tests")])
def test_the_line_for_a_finding_of_many_tests_says_how_many_it_leaves_out(
    tests: int, more: str
) -> None:
    """There is room for twelve; with none left out nothing is said."""
    rules = ("many.rule",)
    root = page(*(a_test(f"t{n}", Verdict.FAIL, rules=rules) for n in range(tests)))
    said = [one.text_content() for one in root.xpath("//p[@class='note']")]
    assert f"For the first of its tests; s3-conformance findings shows {more}." in said


def test_many_findings_fold_and_none_is_lost() -> None:
    """Ten are shown, the others can be opened; every failing test is linked."""
    root = page(*(a_test(f"t{n}", Verdict.FAIL, rules=(f"r{n}.rule",)) for n in range(25)))
    assert len(root.xpath("//section[h2/@id='failures']/ol/li")) == 10
    assert text_of(root, "//details[contains(@class, 'rest')]/summary") == "15 more findings"
    links = root.xpath("//ol[@class='causes']//a[starts-with(@href, '#')]/@href")
    assert sorted(links) == sorted(f"#t{n}" for n in range(25))


def test_a_finding_says_its_kind_its_steps_and_how_to_see_it_again() -> None:
    """With a line that runs its tests, and the entries that accept it."""
    root = page(a_test("a", Verdict.FAIL))
    assert "accepted · UploadPart" in text_of(root, "//p[@class='cites']")
    again = text_of(root, "//details[contains(@class, 'again')]")
    assert "s3-conformance run --select" in again
    assert "- finding: {rule: part.number-range, kind: accepted}" in again
    assert "seen: a" in again


def test_a_reason_that_only_repeats_the_cause_is_left_out() -> None:
    """The engine's reason names the worst check; it is shown where it says more."""
    root = page(
        a_test(
            "a",
            Verdict.BLOCKED,
            cause="Op: status is 200; code is x",
            reason="Op: status is 200",
            more=2,
        ),
        a_test("b", Verdict.BLOCKED, cause="other", reason="Op: says more"),
    )
    assert text_of(root, "//p[@class='reason']") == "Op: says more"


def test_verdicts_that_were_not_run_never_look_passed() -> None:
    """Badge classes and symbols differ between failed, passed, not tested and not run."""
    root = page(
        *(
            a_test(verdict, verdict)
            for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.SKIP, Verdict.BLOCKED)
        )
    )
    looks = {
        test.get("data-v"): (
            test.xpath("./summary/span[1]/@class")[0].split()[1],
            test.xpath("./summary/span[1]/span")[0].text,
        )
        for test in root.xpath("//details[@data-v]")
    }
    assert looks == {
        "PASS": ("good", "✓"),
        "FAIL": ("bad", "✗"),
        "SKIP": ("unrun", "○"),
        "BLOCKED": ("untested", "⊘"),
    }


def test_tiles_count_every_verdict_and_lead_to_its_tests() -> None:
    """Without scripts a tile is a link to the group of its verdict."""
    root = page(
        a_test("a"), a_test("b"), a_test("c", Verdict.SKIP), run={"selected": tuple("abcd")}
    )
    tiles = {
        tile.get("data-v"): (tile.xpath("./b")[0].text, tile.get("href"))
        for tile in root.xpath("//a[contains(@class, 'tile')]")
    }
    assert tiles == {
        "PASS": ("2", "#verdict-pass"),
        "SKIP": ("1", "#verdict-skip"),
        "NOT RUN": ("1", "#verdict-not-run"),
    }
    ids = root.xpath("//@id")
    assert {href[1:] for _, href in tiles.values()} <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_record_cut_short_says_so_before_the_verdict() -> None:
    """The warning stands above the sentence, and the missing tests are listed."""
    root = page(a_test("a"), end=None, run={"selected": ("a", "never/came")})
    order = root.xpath("//header/*[self::h1 or contains(@class, 'alert')]")
    assert [element.tag for element in order] == ["p", "h1"]
    assert "cut short: 1 of 2 selected tests ended" in text_of(root, "//p[@class='alert']")
    assert text_of(root, "//ul[@class='missing']") == "never/came"


def test_the_server_is_named_as_what_it_is() -> None:
    """It is the version of a server that was started, or its header: the label promises neither."""
    labels = page(a_test()).xpath("//dl[@class='run']/div[dd='Werkzeug/3.1 Python/3.11']/dt/text()")
    assert labels == ["Server"]


def test_a_law_has_no_place_in_the_scenario_files() -> None:
    """What stands for it in the record is no file that could be opened."""
    root = page(a_test("property/a-law", file="(property)", line=1), a_test("b"))
    assert "(property)" not in text_of(root, "//details[@id='property-a-law']")
    assert "specs/scenarios/parts/numbers.yaml:12" in text_of(root, "//details[@id='b']")


def test_an_empty_record_still_makes_a_page() -> None:
    """No test, no end, no catalogue."""
    root = page(end=None)
    assert "Nothing can be said about moto" in text_of(root, "//h1")


def test_capabilities_show_claimed_probed_and_tested() -> None:
    """Each row has the claim, the probe's finding and the tests that need it."""
    root = page(
        a_test("a", needs=("sse-c",)),
        a_test("b", Verdict.SKIP, needs=("sse-c",)),
        a_test("c", Verdict.FAIL, needs=("sse-c",)),
        capabilities=(
            CapabilityLine(
                name="sse-c",
                about="customer keys",
                claimed="unsaid",
                probed="yes",
                reason="answered 200",
                exchanges=(exchange(),),
            ),
        ),
    )
    cells = [
        " ".join(cell.text_content().split())
        for cell in root.xpath("//section[h2/@id='capabilities']//tbody/tr[1]/*")
    ]
    assert cells[:6] == ["sse-c", "not declared", "yes", "3", "2", "1"]
    assert "answered 200" in cells[6]
    assert "POST /bucket/key?uploads HTTP/1.1" in cells[6]


def test_results_by_operation_add_up() -> None:
    """A test counts once at each of its operations, in the column of its verdict."""
    root = page(
        a_test("a", operations=("UploadPart", "ListParts", "UploadPart")),
        a_test("b", Verdict.FAIL, operations=("UploadPart",)),
    )
    rows = {
        row.xpath("./th")[0].text_content(): [cell.text for cell in row.xpath("./td")]
        for row in root.xpath("//table[@class='operations']/tbody/tr")
    }
    assert rows == {"ListParts": ["0", "1", "1"], "UploadPart": ["1", "1", "2"]}


def test_hostile_text_is_shown_and_never_alive() -> None:
    """Markup in every field that an endpoint or a file can reach stays text."""
    hostile_headers = ((HOSTILE, HOSTILE), ("X", "a\r\nY: b"))
    catalog = replace(
        CATALOG,
        rules=(RuleText(id=HOSTILE, statement=HOSTILE, level="MUST", impact="x", sources=("h",)),),
        sources=(SourceText(id="h", grade=HOSTILE, date=HOSTILE, text=HOSTILE, where=HOSTILE),),
    )
    test = a_test(
        HOSTILE,
        Verdict.FAIL,
        title=HOSTILE,
        why=HOSTILE,
        sentences=(HOSTILE,),
        rules=(HOSTILE, "unknown"),
        sources=(HOSTILE,),
        needs=(HOSTILE,),
        operations=(HOSTILE,),
        impact=HOSTILE,
        reason=HOSTILE,
        cause=HOSTILE,
        checks=(check("FAIL", id=HOSTILE, expected=HOSTILE, got=HOSTILE, note=HOSTILE),),
        exchanges=(
            exchange(
                headers=hostile_headers,
                answer_headers=hostile_headers,
                body=text_body(HOSTILE),
                answer=text_body(f"<Error><Key>{HOSTILE}</Key></Error>"),
                status=f"200 {HOSTILE}",
                url=f"http://127.0.0.1:9000/{HOSTILE}",
                step=HOSTILE,
                operation=HOSTILE,
            ),
            exchange(status="", fault=HOSTILE),
        ),
    )
    run = {"server": HOSTILE, "target": HOSTILE, "endpoint_url": HOSTILE, "command": (HOSTILE,)}
    capability = CapabilityLine(name=HOSTILE, about=HOSTILE, claimed="yes", probed="no")
    made = record(
        test,
        run=run,
        catalog=catalog,
        problems=(ProblemLine(text=HOSTILE),),
        capabilities=(capability,),
    )
    text = html.render(made)
    root = parser.document_fromstring(text)
    assert len(root.xpath("//script")) == 1
    assert root.xpath("//img | //@*[starts-with(name(), 'on')]") == []
    assert "7*7" in text
    assert "49" not in text_of(root, "//h1")
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text) == []
    assert "⟨U+202E⟩" in text_of(root, "//h1")


def test_a_key_with_a_lone_surrogate_can_be_written() -> None:
    """JSON can hold what UTF-8 can't; the page is UTF-8 all the same."""
    assert html.render(record(a_test("a\ud800b", reason="\udfff"))).encode("utf-8")


def test_binary_bodies_are_shown_by_size_digest_and_first_bytes() -> None:
    """A part of random bytes is no wall of base64."""
    data = bytes(range(256)) * 4
    root = page(a_test(exchanges=(exchange(answer=binary_body(data)),)))
    text = text_of(root, "//details[contains(@class, 'exchange')]")
    assert f"binary · 1,024 bytes · sha256 {hashlib.sha256(data).hexdigest()}" in text
    assert "first 64 bytes in hex" in text
    assert "0000 00 01 02 03 04 05 06 07" in text
    assert "0038 38 39 3a 3b 3c 3d 3e 3f 89:;<=>?" in text
    assert "0040" not in text


def test_big_texts_are_cut_with_a_note() -> None:
    """A passed test shows the start of a big body and says how big it is."""
    root = page(a_test(exchanges=(exchange(answer=text_body("x" * 16_384, size=5_000_000)),)))
    text = text_of(root, "//details[contains(@class, 'exchange')]")
    assert "first 1,024 characters of 5,000,000 bytes · sha256" in text
    assert "x" * 1025 not in text

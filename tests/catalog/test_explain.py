"""Explanations, and tests in plain English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.customer_keys import name_of as is_derived
from conformance.catalog.explain import UnknownIdError, explain
from conformance.catalog.load import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Catalog, Test


def by_id(catalog: Catalog, id_: str) -> Test:
    """Return the test with that id."""
    return next(test for test in catalog.tests if test.id == id_)


def test_sentences_of_the_designed_scenario(catalog: Catalog) -> None:
    """Keys are named rather than shown, saved values say where they come from."""
    test = by_id(catalog, "upload-part/sse-c/matches-create[other-key]")
    assert test.sentences == (
        "1. Given: CreateMultipartUpload with SSE-C key a.",
        (
            "2. UploadPart with SSE-C key b, the UploadId of step 1, PartNumber 1, "
            "Body 5 MiB of random bytes: must answer 400 InvalidRequest (or InvalidArgument)."
        ),
        (
            "3. ListParts with the UploadId of step 1: must answer 200 with Parts of length 0 "
            "(a refused part leaves nothing behind)."
        ),
    )


def test_sentences_of_edits_groups_and_repeats(catalog: Catalog) -> None:
    """What changes below an operation, happens at once or repeatedly, is said."""
    said = by_id(catalog, "abort/frees[2]").sentences
    assert said[1] == (
        "2. Given: UploadPart with Key <prefix>first, the UploadId of step 1, PartNumber n, "
        'Body 100 KiB of random bytes (seed "life 2"), for each n of [1, 2, 3].'
    )
    assert said[3].startswith("4. At once: (a) UploadPart with Key <prefix>first, ")
    assert "; (b) ListParts with" in said[3]
    assert "a presigned URL, an expiry of 60 s, a plain body: must answer 404 (or 400)" in said[3]
    assert said[3].endswith("(costs $5, whatever $upload is).")
    assert "header x-etag the ETag of request 1 of step 2: within 2 s should answer 4xx." in said[4]
    odd = by_id(catalog, "create/answers[long,path,odd]").sentences
    assert odd == (
        (
            "1. CreateMultipartUpload with header x-odd 1, header X-Twice [a, b], no header "
            "x-gone, the bucket in the path: must answer 200 with UploadId of length at least 32; "
            "observed, not tested: with some header server."
        ),
    )


STEPS = """\
format: 1
about: A topic
scenarios:
  - id: some/thing
    title: Something holds
    rules: [life.create]
    why: nothing works without it
    steps:
      - UploadPart:
          UploadId: {text: ab, times: 3}
          PartNumber: {sum: [1, {size: $key}]}
          Body: {concat: [{zeros: 3}, {hex_bytes: "00"}, {slice: $key, from: 1}]}
          ContentMD5: {digest: a, algorithm: MD5}
          ChecksumCRC32: {wrong: {checksum: [a, b], algorithm: CRC32, type: COMPOSITE}}
        late-headers: {x-late: null}
        query: {x: ""}
        sign: {mode: header, fault: expired}
        framing: {mode: signed-chunks, chunk: 8KiB, broken: wrong-chunk-signature}
        as: alt
        transport: tls
        method: POST
        expect-continue: true
        must: {status: 4xx, error: {A: b}, xml: {count(//A): {gte: 1}}, message: {matches: a.*}}
        disputed: {headers: {x: {not: {any_of: [a, b]}}}, body: {absent: true}}
      - CompleteMultipartUpload:
          UploadId: {unquoted: {etag: a}}
          Key: >-
            %s
          MultipartUpload: {Parts: {part_list: {from: 1, to: 3, ETag: {multipart_etag: [a, b]}}}}
        body: {base64: {url: a b}}
        headers: {x-time: {time: +1d}, x-join: {join: [a, $key], with: ","}}
        sign: anonymous
        should:
          Key: {same_as: $key}
          ETag: {contains: a, length: {lt: 3}}
"""


def test_every_word_of_the_format_can_be_said(
    load_text: Callable[[str], tuple[Test, ...]],
) -> None:
    """Calls, matchers and edits read as English, and long texts are cut."""
    (test,) = load_text(STEPS % ("k" * 150))
    first, second = test.sentences
    assert first == (
        "1. UploadPart with UploadId ab 3 times, PartNumber 1 + the size of the key, "
        "Body 3 zero bytes then the bytes 00 then bytes 1 to the end of the key, "
        "ContentMD5 the MD5 of a, ChecksumCRC32 another value than the COMPOSITE CRC32 of a, b, "
        'no header x-late after signing, query parameter x "", the method POST, '
        "a signature in the header, a signature that is wrong: presigned with an expiry that has "
        "passed, or header-signed an hour ago, signed chunks, chunks of 8KiB, changed so that the "
        "first chunk's signature has a changed digit, TLS, the body held back until 100 Continue, "
        "the second identity's signature: must answer 4xx with error field A b, "
        "count(//A) at least 1, message like /a.*/; is disputed to answer with header x not "
        "a or b, no body."
    )
    assert second == (
        "2. CompleteMultipartUpload with UploadId the ETag of a without quotes, "
        f"Key {'k' * 119}… (150 characters), "
        "MultipartUpload {Parts: parts 1 to 3 with ETag the multipart ETag of a, b}, "
        'header x-time now +1d, header x-join a and the key joined by ",", '
        'the raw body base64 of "a b" percent-encoded, no signature: '
        "should answer with Key the same as the key, ETag with a and of length less than 3."
    )


def test_explaining_a_rule(catalog: Catalog) -> None:
    """A rule comes with its place, its sources with grade and date, and who shows it."""
    said = explain(catalog, "life.abort").splitlines()
    assert said[0] == "rule life.abort  SHOULD, data-loss, general-purpose"
    assert said[1] == "  AbortMultipartUpload frees every part"
    assert said[2].endswith("rules/basic.yaml:11:9")
    assert "  CMU-1  recorded, 2026-02-21  CreateMultipartUpload" in said
    assert "  abort/frees (2 tests)" in said
    assert "not asserted yet: nobody here can wait that long" in explain(catalog, "life.later")


def test_explaining_a_source(catalog: Catalog) -> None:
    """A source comes with the rules that cite it and the scenarios that cite it."""
    said = explain(catalog, "CMU-1")
    assert said.startswith("CMU-1  recorded, 2026-02-21  CreateMultipartUpload\n")
    assert "supports 3 rules" in said
    assert "  scenario create/answers" in said


def test_explaining_a_scenario_and_a_test(catalog: Catalog) -> None:
    """A scenario shows all its tests; a test itself alone, with its level, needs and catches."""
    said = explain(catalog, "abort/frees")
    own = "\nabort/frees[1]\n  least supported MUST: evidence from localstack\n"
    assert f"{own}  1. Given: CreateMultipartUpload" in said
    assert "\nabort/frees[2]\n" in said
    one = explain(catalog, "create/answers[long,path,odd]").splitlines()
    assert one[0] == "test create/answers[long,path,odd]  MUST, security"
    assert "needs tls" in one
    assert "catches D01" in one
    assert "  GUESS-1  inferred, 2026-02-21  CreateMultipartUpload" in one


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [("life.abrt", "life.abort"), ("abort/fres", "abort/frees"), ("abort/frees[3]", "abort/frees")],
)
def test_unknown_ids_name_the_nearest(catalog: Catalog, wanted: str, nearest: str) -> None:
    """An id that nobody has is an error that helps."""
    with pytest.raises(UnknownIdError) as raised:
        explain(catalog, wanted)
    assert f"no rule, source, incompatibility, property, scenario or test is named {wanted}" in str(
        raised.value
    )
    assert nearest in str(raised.value)


def test_every_test_of_the_project_can_be_said() -> None:
    """Each test has one sentence a step, none of them long, and none shows a customer key."""
    own = load()
    for test in own.tests:
        said = test.sentences
        assert len(said) == len(test.given) + len(test.steps)
        secrets = [
            str(step.members[name])
            for step in (*test.given, *test.steps)
            for name in ("SSECustomerKey", "CopySourceSSECustomerKey")
            if name in step.members and is_derived(str(step.members[name]))
        ]
        assert not [secret for secret in secrets for sentence in said if secret in sentence]
        assert max(map(len, said)) < 2000, test.id

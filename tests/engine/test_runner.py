"""One test from set-up to verdict: every verdict, and the greens that would be false."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine.runner import run_test
from conformance.record.lines import load
from conformance.record.to_json import dump
from conformance.wire.model import Answer

from .fakes import (
    MAIN,
    FakeSender,
    capability,
    make_context,
    make_test,
    ok,
    refusal,
    run,
    step,
    verdicts,
)

if TYPE_CHECKING:
    from conformance.wire.model import Call, Exchange, TransportFault

CREATE = step("CreateMultipartUpload", save={"upload": "UploadId"})
LIST = step("ListParts", {"UploadId": "$upload"}, must={"status": 200, "Parts": {"length": 0}})
UPLOAD = ok(UploadId="upload-0001")


def test_pass() -> None:
    """All checks hold: PASS, with the exchanges of set-up and steps, and the words of the test."""
    line = run(LIST, answers={"CreateMultipartUpload": UPLOAD}, given=(CREATE,))
    assert (line.verdict, line.reason, line.cause) == ("PASS", "all 2 checks hold", "")
    assert [(one.role, one.operation) for one in line.exchanges] == [
        ("given", "CreateMultipartUpload"),
        ("step", "ListParts"),
    ]
    assert [check.exchange for check in line.checks] == [1, 1]
    assert line.sentences == ("1. As it is told.",)
    assert (line.file, line.line) == ("specs/scenarios/fake.yaml", 3)


def test_variant_warn_disputed_and_observed() -> None:
    """Each strength gives its own verdict; what is observed changes none."""
    got: dict[str, Answer | TransportFault] = {"ListParts": refusal(409, "Conflict")}
    strengths = {
        "VARIANT": step("ListParts", must={"status": [400, 409]}),
        "WARN": step("ListParts", should={"status": 400}),
        "DISPUTED": step("ListParts", disputed={"status": 400}),
        "PASS": step("ListParts", observe={"status": 400}),
        "FAIL": step("ListParts", must={"status": 400}),
    }
    for verdict, one in strengths.items():
        assert run(one, answers=got).verdict == verdict
    assert verdicts(run(strengths["PASS"], answers=got)) == {"ListParts.observe.status": "OBSERVED"}


def test_the_worst_check_decides_and_disputes_hide_nothing() -> None:
    """FAIL before WARN before VARIANT before DISPUTED before PASS."""
    named = [
        step("ListParts", name="pass", must={"status": 200}),
        step("ListParts", name="disputed", disputed={"status": 400}),
        step("ListParts", name="variant", must={"status": [201, 200]}),
        step("ListParts", name="warn", should={"status": 400}),
        step("ListParts", name="fail", must={"status": 400}),
    ]
    order = ["PASS", "DISPUTED", "VARIANT", "WARN", "FAIL"]
    for count, verdict in enumerate(order, start=1):
        assert run(*named[:count]).verdict == verdict
        assert run(*reversed(named[:count])).verdict == verdict


def test_fail_says_where_and_how() -> None:
    """A failure has one readable reason, counts the others, and groups by its cause."""
    wrong = step("UploadPart", must={"status": 400, "code": "InvalidPart"})
    line = run(wrong, answers={"UploadPart": ok()})
    assert line.verdict == "FAIL"
    reason = "UploadPart: accepted (200); must be rejected with 400 InvalidPart"
    assert (line.reason, line.more) == (reason, 1)
    assert line.said == f"{reason} (and 1 more)"
    assert line.cause == (
        'UploadPart: status is 200, expected 400; code is absent, expected "InvalidPart"'
    )


@pytest.mark.parametrize(
    ("got", "impact"),
    [
        (refusal(400, "Other"), "interop"),
        (refusal(404, "InvalidPart"), "interop"),
        (refusal(500, "InternalError"), "interop"),
        (ok(), "data-loss"),
    ],
)
def test_a_refusal_in_other_words_loses_no_data(got: Answer, impact: str) -> None:
    """What was to be refused and was refused weighs less than what was taken."""
    wrong = step("UploadPart", must={"status": [400, 409], "code": "InvalidPart"})
    test = replace(make_test(wrong), impact="data-loss")
    line = run_test(test, make_context(FakeSender({"UploadPart": got})))
    assert (line.verdict, line.impact) == ("FAIL", impact)


def test_causes_of_one_kind_are_equal() -> None:
    """Keys, ids and times that differ from test to test do not part one cause in two."""
    causes = set()
    for name in ("one", "two"):
        upload = f"upload-{name}-0123456789ABCDEF"
        answers = {
            "CreateMultipartUpload": ok(UploadId=upload),
            "ListParts": ok(UploadId=upload, Key=f"{upload}/x", Parts=[]),
        }
        wrong = step("ListParts", {"UploadId": "$upload"}, must={"status": 200, "Key": "$key"})
        test = make_test(wrong, given=(CREATE,), name=f"fake/{name}")
        line = run_test(test, make_context(FakeSender(answers)))
        assert line.verdict == "FAIL"
        causes.add(line.cause)
    assert len(causes) == 1


def test_blocked_is_not_fail() -> None:
    """A set-up that fails says nothing about the rule: BLOCKED, the steps are not run."""
    sender = FakeSender({"CreateMultipartUpload": refusal(500, "InternalError")})
    line = run_test(make_test(LIST, given=(CREATE,)), make_context(sender))
    assert line.verdict == "BLOCKED"
    assert line.blocked_by == "CreateMultipartUpload/server-error"
    assert line.reason == (
        "blocked by CreateMultipartUpload/server-error; "
        "set-up: CreateMultipartUpload: failed with 500 InternalError; must succeed with 2xx"
    )
    assert not sender.sent("ListParts")
    assert verdicts(line) == {"CreateMultipartUpload.must.status": "FAIL"}


def test_a_set_up_that_saves_nothing_is_no_pass() -> None:
    """A created upload without an id leaves the steps that need it unshown, never green."""
    line = run(LIST, answers={"CreateMultipartUpload": ok()}, given=(CREATE,))
    assert line.verdict == "BLOCKED"
    assert "CreateMultipartUpload: UploadId is missing; must be present" in line.reason


def test_steps_that_cannot_be_run_are_told_of() -> None:
    """After a failed step the ones that need its value are reported as not run; others are run."""
    create = step("CreateMultipartUpload", must={"status": 200}, save={"upload": "UploadId"})
    part = step("UploadPart", {"UploadId": "$upload"}, must={"status": 200}, save={"etag": "ETag"})
    complete = step("CompleteMultipartUpload", {"UploadId": "$etag"}, must={"status": 200})
    head = step("HeadObject", must={"status": 200})
    line = run(
        create, part, complete, head,
        answers={"CreateMultipartUpload": refusal(403, "AccessDenied")},
    )  # fmt: skip
    assert line.verdict == "FAIL"
    assert line.reason.startswith("CreateMultipartUpload: rejected with 403")
    assert verdicts(line) == {
        "CreateMultipartUpload.must.status": "FAIL",
        "UploadPart.must.run": "FAIL",
        "CompleteMultipartUpload.must.run": "FAIL",
        "HeadObject.must.status": "PASS",
    }
    why = {check.id: check.got for check in line.checks}
    assert "answered 403 AccessDenied" in why["UploadPart.must.run"]
    assert "UploadPart was not run" in why["CompleteMultipartUpload.must.run"]


def test_skip_unsupported_and_hollow_claims() -> None:
    """A capability that is not there skips; one that is lacking or 501 is unsupported."""
    probe = step("GetObjectAcl", must={"status": 200})
    test = make_test(step("GetObjectAcl", must={"status": 200}), needs=("acl",))
    refused = FakeSender({"GetObjectAcl": refusal(400, "InvalidRequest")})
    line = run_test(test, make_context(refused, capability("acl", probe)))
    assert line.verdict == "SKIP"
    assert "its probe says no: GetObjectAcl: status is 400" in line.reason
    missing = FakeSender({"GetObjectAcl": refusal(501, "NotImplemented")})
    line = run_test(test, make_context(missing, capability("acl", probe)))
    assert line.verdict == "UNSUPPORTED"
    unasked = FakeSender()
    line = run_test(test, make_context(unasked, capability("acl", probe), lacks={"acl": "by plan"}))
    assert line.verdict == "UNSUPPORTED"
    assert "by plan" in line.reason
    assert not unasked.calls
    for sender in (refused, missing):
        line = run_test(test, make_context(sender, capability("acl", probe), claims=("acl",)))
        assert line.verdict == "FAIL"


def test_a_claimed_capability_that_cannot_be_set_up_is_a_fail() -> None:
    """Where all that a test needs is claimed, a failed set-up is the target's failure."""
    sender = FakeSender({"PutObject": refusal(400, "InvalidRequest")})
    probe = step("ListParts", must={"status": 200})
    test = make_test(LIST, given=(step("PutObject"),), needs=("acl", "tagging"))
    both = (capability("acl", probe), capability("tagging", probe))
    line = run_test(test, make_context(sender, *both, claims=("acl", "tagging")))
    assert line.verdict == "FAIL"
    assert line.reason.startswith("declared acl, tagging can't be used; set-up: PutObject")
    assert run_test(test, make_context(sender, *both, claims=("acl",))).verdict == "BLOCKED"


def test_a_501_is_unsupported_unless_it_was_expected() -> None:
    """NotImplemented fails nothing, whatever was expected, unless what is needed was claimed."""
    missing: Answer = refusal(501, "NotImplemented")
    wanted = step("UploadPartCopy", must={"status": 200})
    line = run(wanted, step("ListParts", must={"status": 200}), answers={"UploadPartCopy": missing})
    assert line.verdict == "UNSUPPORTED"
    assert "ListParts" not in {one.operation for one in line.exchanges}
    given = run(LIST, given=(step("PutObject"),), answers={"PutObject": missing})
    assert given.verdict == "UNSUPPORTED"
    refused = step("UploadPartCopy", must={"status": 400})
    assert run(refused, answers={"UploadPartCopy": missing}).verdict == "UNSUPPORTED"
    expected = step("UploadPartCopy", must={"status": [400, 501]})
    assert run(expected, answers={"UploadPartCopy": missing}).verdict == "VARIANT"
    earlier = step("UploadPart", must={"status": 400})
    assert run(earlier, wanted, answers={"UploadPartCopy": missing}).verdict == "FAIL"
    advised = step("UploadPart", must={"status": 200}, should={"ETag": "other"})
    assert run(advised, wanted, answers={"UploadPartCopy": missing}).verdict == "UNSUPPORTED"


@pytest.mark.parametrize("fault", ["refused", "timeout", "closed", "garbage"])
def test_a_lost_connection_is_an_error(fault: TransportFault) -> None:
    """No answer is ERROR, with the fault in the cause and the exchange kept; nothing follows."""
    sender = FakeSender({"UploadPart": fault})
    steps = (step("UploadPart", must={"status": 200}), step("HeadObject", must={"status": 200}))
    line = run_test(make_test(*steps), make_context(sender))
    assert line.verdict == "ERROR"
    assert (line.fault, line.fault_kind) == ("transport", fault)
    assert line.cause == f"UploadPart: no answer ({fault})"
    assert f"no answer to UploadPart: {fault}: nobody answered" in line.reason
    assert [one.response for one in line.exchanges] == [None]
    assert not sender.sent("HeadObject")


def test_a_lost_connection_in_given_is_an_error_too() -> None:
    """A set-up without an answer is not BLOCKED: the connection is to blame."""
    line = run(LIST, given=(CREATE,), answers={"CreateMultipartUpload": "closed"})
    assert line.verdict == "ERROR"


def test_our_own_fault_is_an_error_that_says_so() -> None:
    """An exception of ours ends one test, not the run, and is told apart from the transport's."""

    def broken(call: Call, _identity: str) -> Answer:
        if call.operation == "ListParts":
            raise RuntimeError(f"oops, with {MAIN.secret_key}")
        return ok()

    line = run(step("ListParts", must={"status": 200}), answers=broken)
    assert line.verdict == "ERROR"
    assert (line.fault, line.fault_kind) == ("suite", "RuntimeError")
    assert "oops" in line.reason
    assert MAIN.secret_key not in line.reason


def test_a_step_outside_of_the_territory_is_never_sent() -> None:
    """A write to somebody's bucket ends as its scenario's mistake, before anything went out."""
    sender = FakeSender()
    stray = step("PutObject", {"Bucket": "production", "Key": "k"}, must={"status": 200})
    line = run_test(make_test(stray), make_context(sender))
    assert (line.verdict, line.fault, line.fault_kind) == ("ERROR", "set-up", "GuardError")
    assert not sender.sent("PutObject")


def test_secrets_reach_neither_checks_nor_exchanges() -> None:
    """Customer keys and secret keys are gone from the whole line, whatever an endpoint echoes."""

    def echo(call: Call, _identity: str) -> Answer:
        shown = f"{call.members.get('SSECustomerKey')} {MAIN.secret_key} {edited} and the rest"
        return refusal(400, "InvalidRequest", shown, StringToSign=shown)

    members = {"SSECustomerKey": "0123456789abcdefghijklmnopqrstuvwxyz0123456="}
    edited = "zyxwvutsrqponmlkjihgfedcba98765432109876543="
    line = run(
        step(
            "UploadPart",
            members,
            edits={"headers": {"x-amz-server-side-encryption-customer-key": edited}},
            must={"status": 400, "message": "no", "error": {"StringToSign": "x"}},
        ),
        answers=lambda call, who: ok() if call.operation == "CreateBucket" else echo(call, who),
    )
    text = dump(line).decode()
    assert line.verdict == "FAIL"
    assert members["SSECustomerKey"] not in text
    assert edited not in text
    assert MAIN.secret_key not in text
    assert "<redacted:" in line.checks[1].got


@pytest.mark.parametrize("where", ["header", "reason", "body"])
def test_a_signature_that_an_endpoint_repeats_is_not_kept(where: str) -> None:
    """Wherever the request's own signature comes back, neither check nor exchange has it."""
    signature = "0f" * 32

    class Echo(FakeSender):
        def send(self, call: Call, identity: str = "main") -> Exchange:
            sent = super().send(call, identity)
            scope = "AWS4-HMAC-SHA256 Credential=AKIA/1/s3, SignedHeaders=host, "
            headers = (("Authorization", f"{scope}Signature={signature}"),)
            answer = Answer(
                status=200,
                reason=f"OK {signature}" if where == "reason" else "OK",
                headers=(("ETag", f"it was {signature}"),) if where == "header" else (),
                body=f"<Error>{signature}</Error>".encode() if where == "body" else b"",
                error_message=f"it was {signature}",
            )
            return replace(sent, request=replace(sent.request, headers=headers), answer=answer)

    expected = {"status": 200, "message": "no", "headers": {"etag": "no"}}
    line = run_test(make_test(step("ListParts", must=expected)), make_context(Echo()))
    assert "Signature=<redacted:" in dump(line).decode()
    assert signature not in dump(line).decode()


def test_a_line_crosses_processes_unchanged() -> None:
    """The line of a test comes back from JSON as it was."""
    line = run(LIST, given=(CREATE,), answers={"CreateMultipartUpload": UPLOAD})
    assert load(dump(line)) == line


def test_an_interrupt_cleans_up_and_comes_through() -> None:
    """Ctrl-C in the middle of a test removes what it made before it ends the run."""

    def answer(call: Call, _identity: str) -> Answer:
        if call.operation == "ListParts":
            raise KeyboardInterrupt
        return UPLOAD if call.operation == "CreateMultipartUpload" else ok(204)

    sender = FakeSender(answer)
    with pytest.raises(KeyboardInterrupt):
        run_test(make_test(LIST, given=(CREATE,)), make_context(sender))
    (abort,) = sender.sent("AbortMultipartUpload")
    assert abort.members["UploadId"] == "upload-0001"


def test_each_check_carries_its_rule() -> None:
    """A record needs no catalogue to say which rule a check shows."""
    test = replace(make_test(step("UploadPart", must={"status": 400})), rules=("a.rule", "b.rule"))
    line = run_test(test, make_context(FakeSender({"UploadPart": ok()})))
    assert {check.rule for check in line.checks} == {"a.rule"}

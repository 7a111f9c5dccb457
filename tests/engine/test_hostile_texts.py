"""What endpoints say in answers: without the run's secrets, cut, and soon judged."""

from __future__ import annotations

import pytest

from conformance.engine.secrets import Secrets

from .fakes import MAIN, refusal, run, step

REFUSED = step(
    "UploadPart", {"UploadId": "u", "PartNumber": 1}, must={"status": 400, "message": "m"}
)


@pytest.mark.parametrize("before", range(60, 130))
def test_no_half_of_a_secret_is_left_by_a_cut(before: int) -> None:
    """Reason and cause are cut to a length; wherever that is, a secret is gone before."""
    said = "." * before + MAIN.secret_key + "." * 400
    line = run(REFUSED, answers={"UploadPart": refusal(400, "X", said)})
    assert line.verdict == "FAIL"
    shown = " ".join([line.reason, line.cause, *(check.got for check in line.checks)])
    assert MAIN.secret_key[:8] not in shown


def test_no_half_of_a_secret_is_left_at_the_end_of_an_endless_text() -> None:
    """Of a text that never ends the beginning is looked at, and the end of that is not kept."""
    for before in range(16_384 - len(MAIN.secret_key), 16_384, 3):
        said = "." * before + MAIN.secret_key * 2
        line = run(REFUSED, answers={"UploadPart": refusal(400, "X", said)})
        assert MAIN.secret_key[:8] not in " ".join(check.got for check in line.checks)


def test_an_endless_code_is_judged_at_once() -> None:
    """A run of letters of any length costs no more than its length."""
    line = run(REFUSED, answers={"UploadPart": refusal(400, "g" * 300_000, "G1" * 300_000)})
    assert line.verdict == "FAIL"
    assert len(line.cause) <= 160
    assert all(len(check.got) <= 400 for check in line.checks)


@pytest.mark.parametrize("secret", ["minioadmin", "s3cr3tpw"])
def test_a_short_secret_is_hidden_in_a_short_text(secret: str) -> None:
    """The key pairs of test servers are shorter than those of S3."""
    assert secret not in Secrets((secret,)).hide(f'"{secret}"')
    assert Secrets((secret,)).hide("200") == "200"

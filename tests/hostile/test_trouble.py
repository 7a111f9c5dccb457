"""Trouble that comes and goes: no run is green with fewer tests than a run without it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from .behaviours import close_no_answer, reset_no_answer
from .makers import HTML
from .proxy import Proxy, Request, State, answer_of, refusal_of
from .runs import LIMITS, run_on

if TYPE_CHECKING:
    from conformance import ReferenceServer

    from .proxy import Does, Turn

SELECT = tuple(
    f"test:{name}"
    for name in (
        "encryption/default",
        "encryption/asked-for",
        "object/tagging[one]",
        "checksum/copied-object",
        "abort/repeated",
        "list-parts/shape",
    )
)
PATIENT = LIMITS.model_copy(update={"throttled_seconds": 3.0})
RESULT = frozenset({"PASS", "WARN", "VARIANT", "FAIL", "DISPUTED"})


def _saying(answer: bytes) -> Does:
    return lambda turn: turn.answer(answer)


TROUBLES: dict[str, Does] = {
    "429": _saying(answer_of(b"429 Too Many Requests", b"")),
    "503": _saying(refusal_of(b"503 Slow Down", b"SlowDown")),
    "skew": _saying(refusal_of(b"403 Forbidden", b"RequestTimeTooSkewed")),
    "html": _saying(answer_of(b"200 OK", b"<html>please log in</html>", HTML)),
    "reset": reset_no_answer,
    "closed": close_no_answer,
}


def _of_probe(request: Request, _state: State) -> bool:
    """Tell whether a request is one of a probe: by its key or bucket, as an outsider would."""
    return (
        "probe" in request.target
        and "probe-plain?" not in request.target
        and not (request.method in ("PUT", "DELETE") and request.target.count("/") == 1)
    )


def _tested(verdicts: dict[str, str]) -> int:
    return sum(verdict in RESULT for verdict in verdicts.values())


@pytest.fixture(scope="module")
def clean(server: ReferenceServer) -> dict[str, str]:
    """Run the tests on the reference itself."""
    outcome = run_on(server.endpoint_url, server, SELECT, PATIENT)
    assert outcome.exit_code == 0
    return outcome.verdicts


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_in_probes_is_never_green(
    trouble: str, server: ReferenceServer, clean: dict[str, str]
) -> None:
    """A probe that got no answer says nothing: its tests are missing, and the run shows that."""
    with Proxy(server.endpoint_url, TROUBLES[trouble], _of_probe) as proxy:
        outcome = run_on(proxy.url, server, SELECT, PATIENT)
    assert proxy.state.hits
    assert "FAIL" not in outcome.verdicts.values()
    assert outcome.exit_code != 0 or _tested(outcome.verdicts) >= _tested(clean)


def test_throttling_every_second_request_is_no_fault(
    server: ReferenceServer, clean: dict[str, str]
) -> None:
    """What is throttled is sent again; the verdicts are those of a run without it."""

    def every_second(_request: Request, state: State) -> bool:
        return state.seen % 2 == 0

    def throttle(turn: Turn) -> None:
        turn.answer(refusal_of(b"503 Slow Down", b"SlowDown"))

    with Proxy(server.endpoint_url, throttle, every_second) as proxy:
        outcome = run_on(proxy.url, server, SELECT, PATIENT)
    assert proxy.state.hits > 10
    counts = Counter(outcome.verdicts.values())
    assert counts["FAIL"] == 0
    assert outcome.verdicts == clean

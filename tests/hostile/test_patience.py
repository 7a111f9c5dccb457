"""Time: silence limits an answer, lost answers in a row end a run, and a run has a limit."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from .behaviours import hang, late_extra
from .proxy import Proxy, answer_of
from .runs import LIMITS, run_on

if TYPE_CHECKING:
    from pathlib import Path

    from conformance import ReferenceServer

    from .proxy import Request, State, Turn

LISTING = "test:list-parts/shape"
MANY = ("list-parts/** and not ignored/**", "abort/**")
SHORT = LIMITS.model_copy(update={"answer_seconds": 0.3})


def _writes(request: Request, state: State) -> bool:
    """Tell whether a request writes a test's key."""
    del state
    return request.method in ("PUT", "POST") and "-main-plain/" in request.target


def test_writes_that_hang_end_the_run(server: ReferenceServer) -> None:
    """An endpoint that answers ListBuckets and no write is not waited for in each of the tests."""
    with Proxy(server.endpoint_url, hang, _writes) as proxy:
        outcome = run_on(proxy.url, server, ("abort/**", "upload-part/**"), SHORT)
    assert outcome.exit_code == 3
    assert "answers in a row did not come" in " ".join(p.text for p in outcome.record.problems)
    assert proxy.state.hits <= 8
    assert len(outcome.record.tests) <= 6


def test_a_feature_that_crashes_does_not_end_the_run(server: ReferenceServer) -> None:
    """Requests of one kind that are never answered are counted, but a plain write is taken."""

    def does(turn: Turn) -> str:
        del turn
        return "close"

    def every_abort(request: Request, _state: State) -> bool:
        return request.method == "DELETE" and "uploadId=" in request.target

    with Proxy(server.endpoint_url, does, every_abort) as proxy:
        outcome = run_on(proxy.url, server, ("abort/**",), SHORT)
    assert outcome.exit_code == 1
    assert set(outcome.record.run.selected) == set(outcome.verdicts)


def test_a_bucket_kind_that_hangs_is_asked_for_once(server: ReferenceServer) -> None:
    """The tests that need it are BLOCKED behind the first."""

    def second_bucket(request: Request, _state: State) -> bool:
        return request.method == "PUT" and request.target.partition("?")[0].endswith("-alone")

    selection = ("list-uploads/** and not ignored/**",)
    with Proxy(server.endpoint_url, hang, second_bucket) as proxy:
        outcome = run_on(proxy.url, server, selection, SHORT)
    assert proxy.state.hits == 1
    assert "ERROR" in outcome.verdicts.values()


def test_the_time_of_a_run_ends_it(server: ReferenceServer) -> None:
    """No further test begins, and the run counts as cut short."""
    with Proxy(server.endpoint_url, hang, lambda request, _: request.is_list_parts) as proxy:
        outcome = run_on(proxy.url, server, MANY, run_timeout=0.5)
    assert outcome.exit_code == 1
    assert 0 < len(outcome.record.tests) < len(outcome.record.run.selected)
    assert outcome.record.problems[-1].text == "the time of the run, 0.5 s, is over"


def test_noise_between_answers_is_reported_and_its_test_run_again(
    server: ReferenceServer,
) -> None:
    """Answers that come unasked blame no test: it is run again, one connection a request.

    On a busy machine the noise may come when nobody listens any more: then it is made again.
    """
    for _ in range(10):
        with Proxy(server.endpoint_url, late_extra, lambda one, _: one.is_list_parts) as proxy:
            outcome = run_on(proxy.url, server, ("list-parts/shape", "list-parts/pages"))
        assert set(outcome.verdicts.values()) <= {"PASS", "WARN", "SKIP"}
        # What comes before the answer is read whole is a remark on that answer: its test's WARN.
        texts = [one.text for one in outcome.record.problems]
        seen_later = any("no request asked for" in text for text in texts)
        if seen_later or "WARN" in outcome.verdicts.values():
            return
    pytest.fail("ten times noise, and none of it was seen")


def test_a_certificate_that_changes_is_seen(server: ReferenceServer, tmp_path: Path) -> None:
    """The second connection shows another authority's certificate: no answer is taken from it."""
    good, other = trustme.CA(), trustme.CA()
    good.cert_pem.write_to_path(tmp_path / "ca.pem")

    def context_of(number: int) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority = good if number < 8 else other
        authority.issue_cert("127.0.0.1").configure_cert(context)
        return context

    def alone(turn: Turn) -> str:
        turn.say(turn.honest())
        return "close"

    with Proxy(server.endpoint_url, alone, lambda _request, _state: True, context_of) as proxy:
        outcome = run_on(proxy.url, server, (LISTING,), LIMITS, ca_file=tmp_path / "ca.pem")
    assert outcome.exit_code == 3
    assert not any(verdict == "FAIL" for verdict in outcome.verdicts.values())


@pytest.mark.parametrize("limit", ["document_bytes", "body_bytes"])
def test_limits_of_size_are_those_of_the_profile(limit: str, server: ReferenceServer) -> None:
    """A document that is longer than the profile says is no answer."""
    small = LIMITS.model_copy(update={limit: 2048})
    large = answer_of(b"200 OK", b"<a>" + b"x" * 4096 + b"</a>")

    def does(turn: Turn) -> None:
        turn.say(large)

    with Proxy(server.endpoint_url, does, lambda request, _: request.is_list_parts) as proxy:
        outcome = run_on(proxy.url, server, (LISTING,), small)
    (line,) = outcome.record.tests
    assert (line.verdict, line.fault_kind) == ("ERROR", "too-large")

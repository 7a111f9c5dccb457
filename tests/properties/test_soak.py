"""A soak lasts as long as asked, in rounds, whatever the laws have to try."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from conformance.properties.budget import PROFILES
from conformance.properties.laws import ALL, BY_ID
from conformance.properties.plan import budget, shares
from conformance.record.options import PropertyOptions

from .contexts import context
from .faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.properties.budget import Budget
    from conformance.record.model import TestLine
    from conformance.record.search_line import SearchLine
    from conformance.reference.domain.messages import Request, Response
    from conformance.reference.http.exchange import Handler

    Fault = Callable[[Handler, Request], Response]

SOAK = replace(PROFILES["soak"], examples=4, actions=4, pool=100.0, seed=7)
"""Small rounds, so that there are several."""
REQUEST_SECONDS = 1.0
STORY_SECONDS = 40.0
"""What one story may take at most: by so much a soak may last longer."""


class Timed:
    """A server whose clock goes on by a second with each request."""

    def __init__(self, fault: Fault | None) -> None:
        self.now = 1000.0
        self.asked: list[str] = []
        self._fault = fault
        self._lock = threading.Lock()

    def __call__(self, sound: Handler, request: Request) -> Response:
        """Answer, and let the time pass."""
        with self._lock:
            self.now += REQUEST_SECONDS
            # Upload ids are made by chance, keys by the digest of the story.
            self.asked.append(f"{request.method} {request.key}")
        return self._fault(sound, request) if self._fault else sound.handle(request)


@dataclass(frozen=True)
class Soaked:
    """What a soak came to."""

    lines: list[TestLine]
    seconds: float
    asked: list[str]

    @property
    def searches(self) -> list[SearchLine]:
        """What each law tried."""
        return [line.search for line in self.lines if line.search is not None]


def soaked(*names: str, whole: Budget = SOAK, fault: Fault | None = None) -> Soaked:
    """Soak with these laws, one after the other, by the server's clock."""
    server = Timed(fault)
    laws = [BY_ID[f"property/{name}"] for name in names]

    def clock() -> float:
        return server.now

    with context(server) as made:
        made.context.capabilities.of(
            "copy"
        )  # what laws ask the target about is not a part of the soak
        begun, before = server.now, len(server.asked)
        dealt = shares(whole, laws, clock=clock)
        lines = [
            made.law_line(name, dealt.of(law), clock) for name, law in zip(names, laws, strict=True)
        ]
        return Soaked(lines, server.now - begun, server.asked[before:])


def test_lasts_as_long_as_asked() -> None:
    """Laws without end share the time, and begin one round after the other."""
    found = soaked("metadata", "tags")
    assert 100.0 <= found.seconds <= 100.0 + STORY_SECONDS
    assert [line.verdict for line in found.lines] == ["PASS", "PASS"]
    for search in found.searches:
        assert search.rounds > 1
        assert search.examples > SOAK.examples
        assert search.steps < search.requests
        assert (search.stopped, search.exhausted, search.planned) == ("", False, 0)
        assert 30 <= search.requests <= 70
    assert "rounds" in found.lines[0].reason


def test_rounds_differ() -> None:
    """Each round makes other examples up, so that no story comes twice."""
    found = soaked("metadata")
    stories = {name.split("/")[-2] for name in found.asked if name.startswith("POST s3-")}
    assert len(stories) == found.searches[0].examples > 2 * SOAK.examples


def test_a_law_without_more_examples_yields_its_time() -> None:
    """There are four stories of this race at most; the law behind it has the rest of the time."""
    found = soaked("race-abort", "metadata", whole=replace(SOAK, pool=400.0))
    race, metadata = found.searches
    assert race.exhausted
    assert 1 < race.examples <= 4
    assert found.lines[0].reason.endswith("; there are no more")
    assert not metadata.exhausted
    assert metadata.requests + race.requests >= 390
    assert 400.0 <= found.seconds <= 400.0 + STORY_SECONDS


def test_the_last_law_goes_on_whatever_it_has() -> None:
    """Where nobody could take the time over, the same stories are sent again until the end."""
    found = soaked("race-abort", whole=replace(SOAK, pool=400.0))
    (race,) = found.searches
    assert not race.exhausted
    assert race.examples > 8
    assert 400.0 <= found.seconds <= 400.0 + 2 * STORY_SECONDS


def test_the_same_by_its_seed() -> None:
    """A seed gives the same requests in the same order, another seed others."""
    short = replace(SOAK, pool=60.0)
    first, again = soaked("metadata", whole=short), soaked("metadata", whole=short)
    other = soaked("metadata", whole=replace(short, seed=8))
    stories = [
        [name.split("/")[-2] for name in one.asked if name.startswith("POST s3-")]
        for one in (first, again, other)
    ]
    assert stories[0] == stories[1]
    assert stories[0] != stories[2]


@pytest.mark.parametrize("limit", ["requests", "bytes"])
def test_limits_hold_over_all_rounds(limit: str) -> None:
    """Requests and bytes are counted over the whole soak, not anew in each round."""
    most = {"requests": 90, "bytes": 20_000}[limit]
    less = replace(SOAK, requests=most) if limit == "requests" else replace(SOAK, bytes=most)
    found = soaked("metadata", whole=less)
    (search,) = found.searches
    assert search.rounds > 1
    assert getattr(search, limit) <= most * 1.2  # what answers hold is counted when it has come
    assert search.stopped == f"{most:,} {limit}"
    assert found.seconds < 100.0


def test_goes_on_behind_a_failure() -> None:
    """A cause that was found is reported once; rounds behind it look for others until the end."""
    found = soaked("tags", whole=replace(SOAK, pool=200.0), fault=FAULTS["tags"]())
    (line,) = [one for one in found.lines if one.verdict == "FAIL"]
    assert line.id == "property/tags"
    assert line.search is not None
    assert line.search.rounds > 1
    assert len(line.search.counter_examples) == 1
    assert found.seconds >= 200.0


def test_a_soak_draws_its_seed() -> None:
    """Without a seed of the user's each soak has another, which the record then names."""
    drawn = {budget(PropertyOptions(profile="soak", seconds=9.0), ALL).seed for _ in range(5)}
    assert len(drawn) > 1
    assert budget(PropertyOptions(profile="soak", seconds=9.0, seed=3), ALL).seed == 3


def test_what_was_kept_hangs_on_no_seed(tmp_path: Path) -> None:
    """Old failures are tried first in a soak, but not where a seed says what is tried."""
    drawn = budget(PropertyOptions(profile="soak", seconds=9.0), ALL, tmp_path)
    given = budget(PropertyOptions(profile="soak", seconds=9.0, seed=3), ALL, tmp_path)
    assert (drawn.examples_folder, drawn.reuse) == (tmp_path, True)
    assert (given.examples_folder, given.reuse) == (tmp_path, False)


def test_large_stories_come_first_and_once() -> None:
    """A soak sends the large stories of a law once, and says when a limit leaves no room."""
    law = BY_ID["property/etags"]
    (large,) = law.large
    assert large.cost().sent > 65 * 1024**2
    found = soaked("etags", whole=replace(SOAK, pool=60.0))
    (search,) = found.searches
    assert search.bytes > 2 * 65 * 1024**2  # sent, and read again
    assert search.bytes < 3 * 65 * 1024**2
    assert "no room" not in found.lines[0].reason
    less = soaked("etags", whole=replace(SOAK, pool=60.0, bytes=40 * 1024**2))
    assert "no room for 1 of its large examples" in less.lines[0].reason
    assert less.searches[0].examples > 0


def test_other_profiles_send_no_large_story() -> None:
    """A run that is no soak stays small."""
    found = soaked("etags", whole=replace(SOAK, rounds=False))
    assert found.searches[0].bytes < 40 * 1024**2


@pytest.mark.parametrize("large", [1, 3])
def test_a_round_sends_no_more_large_stories_than_it_may(large: int) -> None:
    """Others are generated in place of further ones; the same story is not sent twice."""
    quick = replace(PROFILES["quick"], large=large, examples=40, pool=1e6)
    (search,) = soaked("etags", whole=quick).searches
    assert 30 < search.examples <= search.planned
    assert large * 5 * 1024**2 <= search.bytes < (large + 1) * 5 * 1024**2


def _other_etag(sound: Handler, request: Request) -> Response:
    """Answer every PUT with the same ETag."""
    answer = sound.handle(request)
    if request.method != "PUT":
        return answer
    return replace(
        answer,
        headers=tuple((name, '"0"' if name == "ETag" else value) for name, value in answer.headers),
    )


def test_a_cause_of_a_large_story_is_made_small() -> None:
    """What a large story shows is looked for in smaller ones, and those are reported."""
    found = soaked("etags", whole=replace(SOAK, pool=300.0), fault=_other_etag)
    assert found.lines[0].verdict == "FAIL"
    examples = found.searches[0].counter_examples
    assert examples
    assert not any("65MiB" in one.text for one in examples)

"""Races: requests sent at the same time end as if they were sent one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.properties import model
from conformance.properties.law import Law, Terms
from conformance.properties.model import KEYS, Operation, World, with_expectations
from conformance.properties.serial import afterwards, at_once, joints, with_late_parts
from conformance.properties.story import Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

_KEY: Final = KEYS[0]
_FIRST: Final = "upload_1"
_SECOND: Final = "upload_2"
_TRIES: Final = 4


def _raced(
    before: Sequence[Operation], racers: Sequence[Operation], sights: Sequence[Operation]
) -> Story:
    """Send the first steps, then the racing requests at once, then read the result."""
    world = World()
    given = []
    for operation in before:
        tree, world = with_expectations(operation, world)
        given.append(tree)
    ways = with_late_parts(joints(world, racers), world, racers)
    return Story(given=tuple(given), steps=(at_once(racers, ways), *afterwards(sights, ways)))


def _begun(stands: str, *parts: tuple[int, str]) -> list[Operation]:
    """Return what makes an object (unless empty) and an upload with parts."""
    old: list[Operation] = [model.Put(_KEY, stands)] if stands else []
    stored = [model.Part(_KEY, _FIRST, number, content) for number, content in parts]
    return [*old, model.Create(_KEY, _FIRST), *stored]


_STANDS: Final = st.sampled_from(("", "old"))
_PARTS: Final = ((1, "a"), (2, "bb"))


@st.composite
def _completes(draw: st.DrawFn) -> Story:
    """Race two or three completions: with one list or several, of one or two uploads."""
    before = _begun(draw(_STANDS), *_PARTS)
    racers: list[Operation] = [
        model.Complete(_KEY, _FIRST, (draw(st.sampled_from(_PARTS)),))
        for _ in range(draw(st.integers(2, 3)))
    ]
    sights: list[Operation] = [model.Get(_KEY), model.ListUploads()]
    if draw(st.booleans()):
        before += [model.Create(_KEY, _SECOND), model.Part(_KEY, _SECOND, 1, "ccc")]
        racers[-1] = model.Complete(_KEY, _SECOND, ((1, "ccc"),))
    return _raced(before, racers, sights)


@st.composite
def _aborts(draw: st.DrawFn) -> Story:
    """Race an abort, a completion, and perhaps the deletion of its object."""
    before = _begun(draw(_STANDS), _PARTS[0])
    racers: list[Operation] = [
        model.Complete(_KEY, _FIRST, (_PARTS[0],)),
        model.Abort(_KEY, _FIRST),
    ]
    if draw(st.booleans()):
        racers.append(model.Delete(_KEY))
    return _raced(before, racers, [model.Get(_KEY), model.ListParts(_KEY, _FIRST)])


@st.composite
def _parts(draw: st.DrawFn) -> Story:
    """Race a completion and one or two parts, of the listed number or another."""
    before = _begun(draw(_STANDS), _PARTS[0])
    racers: list[Operation] = [model.Complete(_KEY, _FIRST, (_PARTS[0],))]
    racers += [
        model.Part(_KEY, _FIRST, draw(st.integers(1, 2)), content)
        for content in ("bb", "ccc")[: draw(st.integers(1, 2))]
    ]
    # S3 was seen to list the parts of an upload for seconds after its completion (AM-001).
    return _raced(before, racers, [model.Get(_KEY)])


@st.composite
def _reads(draw: st.DrawFn) -> Story:
    """Race a write and one or two reads of what it changes."""
    before = _begun(draw(_STANDS), _PARTS[0])
    writes: tuple[Operation, ...] = (
        model.Part(_KEY, _FIRST, 1, "bb"),
        model.Complete(_KEY, _FIRST, (_PARTS[0],)),
        model.Put(_KEY, "new"),
    )
    reads: tuple[Operation, ...] = (model.ListParts(_KEY, _FIRST), model.Get(_KEY))
    racers = [draw(st.sampled_from(writes)), draw(st.sampled_from(reads))]
    if draw(st.booleans()):
        racers.append(draw(st.sampled_from(reads)))
    return _raced(before, racers, [model.ListParts(_KEY, _FIRST), model.Get(_KEY)])


def _law(name: str, title: str, rules: tuple[str, ...], told: SearchStrategy[Story]) -> Law:
    def stories(_terms: Terms) -> SearchStrategy[Story]:
        return told

    return Law(
        name=name,
        title=title,
        why="clients that time out try again, and then two requests are in flight at once",
        rules=rules,
        operations=("CompleteMultipartUpload", "UploadPart", "AbortMultipartUpload"),
        stories=stories,
        tries=_TRIES,
        share=0.4,
        effort=35.0,
    )


LAWS: Final = (
    _law(
        "race-completes",
        "Completions at the same time end as if they were sent one after the other",
        ("race.complete-twice", "race.two-lists", "race.two-uploads"),
        _completes(),
    ),
    _law(
        "race-abort",
        "An abort and a completion at the same time end as if sent one after the other",
        ("race.abort-complete",),
        _aborts(),
    ),
    _law(
        "race-parts",
        "Parts and a completion at the same time end as if sent one after the other",
        ("race.part-complete",),
        _parts(),
    ),
    _law(
        "race-reads",
        "A read during a write returns the state before or after it",
        ("race.part-complete", "part.overwrite"),
        _reads(),
    ),
)

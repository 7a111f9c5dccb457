"""The model promises what the documentation does, and its orders explain what may come of races."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.properties import model
from conformance.properties.model import KEYS, World, with_expectations
from conformance.properties.serial import UNEXPLAINED, afterwards, at_once, joints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.properties.model import Operation

KEY, OTHER = KEYS
UPLOAD = "upload_1"
ONE = ((1, "a"),)


def world(*operations: Operation) -> World:
    """Return the world after these operations."""
    now = World()
    for operation in operations:
        _, now = with_expectations(operation, now)
    return now


BEGUN = (model.Create(KEY, UPLOAD), model.Part(KEY, UPLOAD, 1, "a"))
DONE = (*BEGUN, model.Complete(KEY, UPLOAD, ONE))


@pytest.mark.parametrize(
    ("before", "operation", "statuses", "code"),
    [
        (BEGUN, model.Part(OTHER, UPLOAD, 1, "a"), [404], "NoSuchUpload"),
        (BEGUN, model.ListParts(OTHER, UPLOAD), [404], "NoSuchUpload"),
        (BEGUN, model.Abort(OTHER, UPLOAD), [404], "NoSuchUpload"),
        (BEGUN, model.Complete(KEY, UPLOAD, ONE), [200], ""),
        (BEGUN, model.Complete(KEY, UPLOAD, ((1, "b"),)), [400], "InvalidPart"),
        (BEGUN, model.Complete(KEY, UPLOAD, ((2, "a"),)), [400], "InvalidPart"),
        (BEGUN, model.Complete(KEY, UPLOAD, (*ONE, *ONE)), [400], ""),
        (BEGUN, model.Get(KEY), [404], "NoSuchKey"),
        (DONE, model.Get(KEY), [200], ""),
        (DONE, model.Part(KEY, UPLOAD, 2, "a"), [404], "NoSuchUpload"),
        (DONE, model.Complete(KEY, UPLOAD, ONE), [200], ""),
        (DONE, model.Complete(KEY, UPLOAD, ((2, "a"),)), [404], "NoSuchUpload"),
        ((*DONE, model.Delete(KEY)), model.Complete(KEY, UPLOAD, ONE), [404], "NoSuchUpload"),
        ((*DONE, model.Put(KEY, "x")), model.Complete(KEY, UPLOAD, ONE), [404], "NoSuchUpload"),
        (DONE, model.Abort(KEY, UPLOAD), [204, 404], ""),
        (DONE, model.Copy(KEY, UPLOAD, 1, KEY), [404], ""),
        (BEGUN, model.Copy(KEY, UPLOAD, 1, OTHER), [404], ""),
    ],
)
def test_answers(
    before: Sequence[Operation], operation: Operation, statuses: list[int], code: str
) -> None:
    """Each operation is answered as the sources have it."""
    outcomes = operation.outcomes(world(*before))
    assert [one.status for one in outcomes] == statuses
    assert outcomes[0].fields.get("code", "") == code


def test_refusals_change_nothing() -> None:
    """A refused request leaves the world as it was."""
    before = world(*BEGUN)
    for operation in (
        model.Part(OTHER, UPLOAD, 1, "b"),
        model.Complete(KEY, UPLOAD, ((2, "b"),)),
        model.Abort(OTHER, UPLOAD),
        model.Copy(KEY, UPLOAD, 1, OTHER),
    ):
        assert with_expectations(operation, before)[1] == before


def test_a_part_is_replaced_and_a_source_is_copied() -> None:
    """The last bytes of a number stand; a copy takes the bytes of its source."""
    again = world(*BEGUN, model.Part(KEY, UPLOAD, 1, "bb"))
    assert again.uploads[UPLOAD].parts == {1: "bb"}
    copied = world(*BEGUN, model.Put(OTHER, "xyz"), model.Copy(KEY, UPLOAD, 2, OTHER))
    assert copied.uploads[UPLOAD].parts == {1: "a", 2: "xyz"}


def test_all_orders_are_walked() -> None:
    """Two lists completed at once: one wins, never both, never none."""
    before = world(*BEGUN, model.Part(KEY, UPLOAD, 2, "bb"))
    racers = [model.Complete(KEY, UPLOAD, ONE), model.Complete(KEY, UPLOAD, ((2, "bb"),))]
    ways = joints(before, racers)
    assert {way.statuses for way in ways} == {"200 404", "404 200"}
    assert {way.after.objects[KEY].content for way in ways} == {"a", "bb"}


def test_open_answers_are_walked_too() -> None:
    """An abort that comes behind the completion may answer either way; the object stands."""
    ways = joints(world(*BEGUN), [model.Complete(KEY, UPLOAD, ONE), model.Abort(KEY, UPLOAD)])
    assert {way.statuses for way in ways} == {"200 204", "200 404", "404 204"}


def test_sights_are_held_to_the_statuses() -> None:
    """What is seen afterwards is picked by the answers; others are told apart by a sentence."""
    before = world(*BEGUN, model.Part(KEY, UPLOAD, 2, "bb"))
    racers = [model.Complete(KEY, UPLOAD, ONE), model.Complete(KEY, UPLOAD, ((2, "bb"),))]
    ways = joints(before, racers)
    group = at_once(racers, ways)["concurrently"]
    assert isinstance(group, list)
    assert [one["must"]["status"] for one in group] == [{"one_of": [200, 404]}] * 2  # type: ignore[index, call-overload]  # trees
    (sight,) = afterwards([model.Get(KEY)], ways)
    assert sight["must"] == {
        "status": 200,
        "ETag": {
            "pick": "${status_1} ${status_2}",
            "from": {
                "200 404": {"multipart_etag": ["a"]},
                "404 200": {"multipart_etag": ["bb"]},
            },
            "else": UNEXPLAINED,
        },
    }

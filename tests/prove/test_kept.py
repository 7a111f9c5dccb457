"""What is kept of the proof: renewed fault by fault, written and read line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.prove.kept import KeptFault, KeptMutations, KeptProof, read, renewed, text

from .samples import CHECK, found, proof_of, red_of

if TYPE_CHECKING:
    from pathlib import Path

OLD = KeptFault(
    fault="part.etag/unquoted",
    result="caught",
    caught_by={"a/gone": CHECK},
    disturbed=("copy.range",),
)
OTHER = KeptFault(fault="complete.order/sorted", result="caught", caught_by={"b/c": CHECK})
MUTATIONS = KeptMutations(
    mutations=10, caught=5, warned=1, excused=("mutation/x", "mutation/y"), survived=("mutation/z",)
)
KEPT = KeptProof(faults={OLD.fault: OLD, OTHER.fault: OTHER}, mutations=MUTATIONS)


def test_lines_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Faults stand in the order of their ids, whatever order they were proven in."""
    file = tmp_path / "proof.jsonl"
    file.write_text(text(KEPT), "utf-8")
    assert read(file) == KEPT
    assert [line[:30] for line in text(KEPT).splitlines()] == [
        '{"fault":"complete.order/sorte',
        '{"fault":"part.etag/unquoted",',
        '{"mutations":10,"caught":5,"wa',
    ]


def test_a_line_that_is_none(tmp_path: Path) -> None:
    """What is no result is refused, never passed over."""
    file = tmp_path / "proof.jsonl"
    file.write_text('{"fault":"part.etag/unquoted"}\n', "utf-8")
    with pytest.raises(ValueError, match="result"):
        read(file)


def test_one_fault_is_renewed_and_the_others_stay() -> None:
    """A proof of part of the tests renews what caught the fault, not what else it disturbs."""
    caught = found(OLD.fault, red_of("part.etag", test="a/b[x]"), red_of("part.etag", test="a/b"))
    after = renewed(KEPT, proof_of(caught, whole=False), None, KEPT.faults)
    assert after.faults[OLD.fault].caught_by == {"a/b": CHECK}
    assert after.faults[OLD.fault].disturbed == ("copy.range",)
    assert after.faults[OTHER.fault] == OTHER
    assert after.mutations == MUTATIONS


def test_a_whole_proof_renews_what_is_disturbed() -> None:
    """It looked at the other rules as well, and found one."""
    caught = found(OTHER.fault, red_of("complete.order"), disturbed=("copy.self",))
    after = renewed(KEPT, proof_of(caught), None, KEPT.faults)
    assert after.faults[OTHER.fault].disturbed == ("copy.self",)


def test_order_is_that_of_names_not_of_speed() -> None:
    """Which test was quicker does not change what is kept."""
    reds = (red_of("part.etag", test="b/c[y]"), red_of("part.etag", test="a/b[x]"))
    disturbed = ("copy.self", "copy.range")
    one = renewed(
        KeptProof(), proof_of(found(OLD.fault, *reds, disturbed=disturbed)), None, [OLD.fault]
    )
    other = renewed(
        KeptProof(),
        proof_of(found(OLD.fault, *reds[::-1], disturbed=disturbed[::-1])),
        None,
        [OLD.fault],
    )
    assert text(one) == text(other)
    assert list(one.faults[OLD.fault].caught_by) == ["a/b", "b/c"]


def test_faults_that_are_gone_go() -> None:
    """A result of a fault that there is no more is not kept."""
    after = renewed(KEPT, proof_of(), None, [OTHER.fault])
    assert list(after.faults) == [OTHER.fault]


def test_share_leaves_out_what_can_not_matter() -> None:
    """Six of the eight mutations that can matter are noticed; of none, all are."""
    assert MUTATIONS.share == 0.75
    assert KeptMutations(mutations=0, caught=0, warned=0, excused=(), survived=()).share == 1.0

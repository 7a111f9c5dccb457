"""A few inputs of each kind in every run of the tests; ``tox -e fuzz`` tries them for hours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .__main__ import main
from .inputs import INPUTS


@pytest.mark.parametrize("kind", INPUTS)
def test_no_input_raises(kind: str) -> None:
    """Whatever comes is read, or refused with its mistakes."""
    work, made = INPUTS[kind]

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.deferred(made))
    def attempt(data: Any) -> None:  # noqa: ANN401  # as the strategy makes it
        work(data)

    attempt()


def test_all_kinds_are_fuzzed_unless_some_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind gets its line; a word that is no kind is an error."""
    main(["--seconds", "0"])
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [*INPUTS]
    main(["--seconds", "0", "record"])
    assert capsys.readouterr().out == "record: 0 inputs\n"
    with pytest.raises(SystemExit):
        main(["records"])
    assert "no such kind: records" in capsys.readouterr().err

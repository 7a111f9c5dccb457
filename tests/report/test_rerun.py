"""The re-run line reaches the same endpoint in the same way."""

from __future__ import annotations

import shlex

import click
import pytest

from conformance.cli.run import command as run
from conformance.report.rerun import command_line, rerun, target_arguments

from .samples import run_line


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        (("run", "--target", "moto", "-n", "2"), ["--target", "moto"]),
        (("run", "--endpoint-url=http://x:1", "--out", "y"), ["--endpoint-url=http://x:1"]),
        (("run", "--select", "--target", "--strict"), ["--strict"]),
        (("run", "-n", "4", "my.yaml", "--bucket", "b"), ["my.yaml", "--bucket", "b"]),
        (("run", "--out", "x.yaml"), []),
        (("run", "--json", "my.yaml"), ["my.yaml"]),
        (("run", "-n2", "--out=o", "my.yaml"), ["my.yaml"]),
        (("run", "--record-evidence", "--yes-i-pay", "--bucket", "b"), ["--bucket", "b"]),
        (("run",), []),
    ],
)
def test_only_what_names_the_target_is_kept(command: tuple[str, ...], kept: list[str]) -> None:
    """Selection, workers and the output folder belong to the old run."""
    assert target_arguments(command) == kept


def takes_a_value(name: str) -> bool:
    """Tell whether the word behind an option is taken for its value."""
    kept_with_value = target_arguments(("run", name, "x")) == [name, "x"]
    return kept_with_value or not target_arguments(("run", name, "--strict"))


def test_every_option_is_known() -> None:
    """An option is followed by a value just when the command itself would have it so."""
    options = [one for one in run.get_params(click.Context(run)) if isinstance(one, click.Option)]
    names = {name: one.is_flag for one in options for name in one.opts}
    assert {name for name in names if takes_a_value(name) == names[name]} == set()
    assert {"--json", "--help", "-n", "--out"} <= names.keys()


def test_the_line_is_one_shell_word_an_argument() -> None:
    """Whatever is in an id or a path, the shell sees it as one word."""
    id_ = "a/b[it's $(rm -rf ~),`x`]"
    line = rerun(id_, run_line(command=("run", "--bucket", "a b;c")))
    assert shlex.split(line) == ["s3-conformance", "run", "--select", id_, "--bucket", "a b;c"]


def test_the_command_is_named_once() -> None:
    """A record may hold the command's name among the arguments, or not."""
    assert command_line(("run",)) == "s3-conformance run"
    assert command_line(("s3-conformance", "run")) == "s3-conformance run"

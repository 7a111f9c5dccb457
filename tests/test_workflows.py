"""The workflow files: what they run is what the command understands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from conformance.cli.main import group

FOLDER = Path(__file__).parents[1] / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))


def steps(file: Path) -> list[dict[str, Any]]:
    """Return the steps of all jobs of a workflow."""
    tree = yaml.safe_load(file.read_text("utf-8"))
    return [step for job in tree["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_commands_exist(file: Path) -> None:
    """Each command of ours that a workflow runs has the name and the options that are given."""
    lines = [line for step in steps(file) for line in step.get("run", "").splitlines()]
    found = [line for line in lines if line.strip().startswith("s3-conformance ")]
    for line in found:
        words = re.split(r"\s+", line.strip().partition(">")[0].strip())[1:]
        command = group.get_command(click.Context(group), words[0])
        assert command is not None, line
        assert command.make_context(words[0], words[1:]).params


def test_the_model_is_watched_weekly() -> None:
    """A job runs the comparison once a week and may open issues, and nothing more."""
    tree = yaml.safe_load((FOLDER / "model-watch.yml").read_text("utf-8"))
    (cron,) = tree[True]["schedule"]  # YAML 1.1 reads the key "on" as a boolean
    minute, hour, day, month, weekday = cron["cron"].split()
    assert (day, month) == ("*", "*")
    assert weekday.isdigit()
    assert minute.isdigit()
    assert hour.isdigit()
    assert tree["permissions"] == {"contents": "read", "issues": "write"}
    text = "\n".join(step.get("run", "") for step in steps(FOLDER / "model-watch.yml"))
    assert "s3-conformance coverage --model --against installed" in text
    assert "gh issue create" in text

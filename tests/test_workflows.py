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


def test_a_release_is_built_attested_and_published_without_a_token() -> None:
    """Rights are given to the job that needs them, and no secret is named."""
    file = FOLDER / "release.yml"
    tree = yaml.safe_load(file.read_text("utf-8"))
    assert tree[True] == {"push": {"tags": ["v*"]}}
    assert tree["permissions"] == {}
    build, publish = tree["jobs"]["build"], tree["jobs"]["publish"]
    assert build["permissions"] == {
        "contents": "read", "id-token": "write", "attestations": "write",
    }  # fmt: skip
    assert publish["permissions"] == {"id-token": "write"}
    assert (publish["needs"], publish["environment"]) == ("build", "pypi")
    assert "secrets." not in file.read_text("utf-8")
    scripts = "\n".join(step.get("run", "") for step in steps(file))
    assert "${{" not in scripts
    assert "tox -e package" in scripts
    version = re.search(r"sed -n '(s/[^']*)'", scripts)
    assert version is not None
    pattern = version[1].split("/")[1].replace("\\(", "(").replace("\\)", ")")
    text = (FOLDER.parents[1] / "conformance" / "version.py").read_text("utf-8")
    assert re.search(pattern, text, re.MULTILINE)


def test_the_image_runs_as_nobody_from_a_second_stage() -> None:
    """What builds is not in it, and every file that it copies is sent to the builder."""
    root = FOLDER.parents[1]
    text = (root / "Containerfile").read_text("utf-8")
    assert text.count("\nFROM ") == 2
    last = text.rpartition("\nFROM ")[2]
    assert "\nUSER tester\n" in last
    assert "pip install" not in last
    sent = [line[1:] for line in (root / ".containerignore").read_text().split() if line[0] == "!"]
    assert all((root / name).exists() for name in sent)
    assert {"conformance", "specs", "hatch_build.py", "pyproject.toml", "README.md"} <= set(sent)


def test_the_hook_for_scenario_files_runs_the_command() -> None:
    """Its entry is a command with the option that are given."""
    (hook,) = yaml.safe_load((FOLDER.parents[1] / ".pre-commit-hooks.yaml").read_text("utf-8"))
    name, command = hook["entry"].split()
    assert name == "s3-conformance"
    assert command in group.list_commands(click.Context(group))


def test_the_site_is_published_with_the_least_permissions() -> None:
    """One job makes it and may only read; the other may publish pages, and runs nothing of ours."""
    tree = yaml.safe_load((FOLDER / "site.yml").read_text("utf-8"))
    assert tree["permissions"] == {"contents": "read"}
    build, publish = tree["jobs"]["build"], tree["jobs"]["publish"]
    assert "permissions" not in build
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}
    assert publish["needs"] == "build"
    assert not [step for step in publish["steps"] if "run" in step]
    text = "\n".join(step.get("run", "") for step in build["steps"])
    assert "s3-conformance site reports/published/*/record.jsonl.gz" in text
    assert "git " not in text

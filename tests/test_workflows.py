"""The workflow files: what they run is what the command understands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
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


def test_servers_are_run_nightly_and_nothing_lands_unread() -> None:
    """What runs servers may only read; what may write runs nothing of ours, and opens a request."""
    file = FOLDER / "publish.yml"
    tree = yaml.safe_load(file.read_text("utf-8"))
    (cron,) = tree[True]["schedule"]
    assert cron["cron"].split()[2:] == ["*", "*", "*"]
    assert tree["permissions"] == {}
    servers, offer = tree["jobs"]["servers"], tree["jobs"]["offer"]
    assert servers["permissions"] == {"contents": "read"}
    assert offer["permissions"] == {"contents": "write", "pull-requests": "write"}
    assert offer["needs"] == "servers"
    tested = "\n".join(step.get("run", "") for step in servers["steps"])
    offered = "\n".join(step.get("run", "") for step in offer["steps"])
    assert "s3-conformance targets publish --table reports/README.md --front README.md" in tested
    assert "s3-conformance compare" in tested
    assert "s3-conformance" not in offered.replace('user.name="s3-conformance"', "")
    assert "HEAD:refs/heads/published-nightly" in offered
    assert "main" not in offered.replace("records on main", "")


def test_the_delta_of_two_published_records_is_shown(tmp_path: Path) -> None:
    """The step's own shell lines, with one record that changed, one that did not, and a new one."""
    (shown,) = (
        step["run"]
        for step in steps(FOLDER / "publish.yml")
        if step.get("name") == "Show what changed"
    )
    published = FOLDER.parents[1] / "reports" / "published"
    for name, old, new in (
        ("changed", "rclone", "gofakes3"),
        ("same", "rclone", "rclone"),
        ("fresh", "", "rclone"),
    ):
        for folder, source in (("before", old), ("reports/published", new)):
            if source:
                at = tmp_path / folder / name
                at.mkdir(parents=True)
                shutil.copy(published / source / "record.jsonl.gz", at)
    environ = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }
    done = subprocess.run(  # noqa: S603  # the lines of our own workflow
        ["bash", "-c", shown],  # noqa: S607
        cwd=tmp_path, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    text = (tmp_path / "summary.md").read_text("utf-8")
    assert done.returncode == 0, done.stderr
    assert "## changed\n" in text
    assert "## fresh is new" in text
    assert "## same" not in text
    assert re.search(r"\d+ tests? differ|worse", text)

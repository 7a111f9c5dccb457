"""The action's shell steps, run as they are, with their inputs as GitHub hands them over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
SCENARIO = """\
format: 1
about: for a test
scenarios:
  - id: t
    title: something holds
    rules: [life.create-returns-id]
    why: for a test
    steps:
      - CreateMultipartUpload: {{}}
        must: {{status: {status}}}
"""
GH = """\
#!{python}
import json, sys
from pathlib import Path
store = Path("comments.json")
comments = json.loads(store.read_text()) if store.exists() else []
words = sys.argv[1:]
file = next((w.removeprefix("body=@") for w in words if w.startswith("body=")), "")
body = Path(file).read_text() if file else ""
address = next(w for w in words if w.startswith("repos/"))
if "--jq" in words:
    mark = words[words.index("--jq") + 1].split('startswith("')[1].split('")')[0]
    print("\\n".join(str(n) for n, one in enumerate(comments, 1) if one.startswith(mark)))
elif "PATCH" in words:
    comments[int(address.rpartition("/")[2]) - 1] = body
else:
    comments.append(body)
store.write_text(json.dumps(comments))
"""


def step(name: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a step by the shell and options that GitHub gives it; inputs are empty by default."""
    shell = STEPS[name]
    bin_folder = folder / "bin"
    bin_folder.mkdir(exist_ok=True)
    command = bin_folder / "s3-conformance"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m conformance.cli "$@"\n')
    command.chmod(0o755)
    named = {key: environ.get(key, "") for key in shell.get("env", {})}
    return subprocess.run(  # noqa: S603  # the action's own script
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", shell["run"]],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{bin_folder}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "GITHUB_PATH": str(folder / "path"),
            "RUNNER_TEMP": str(folder),
            **named,
            **environ,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, 2),
        ({"TARGET": " ", "ENDPOINT_URL": "\n"}, 2),
        ({"ARGUMENTS": "--select complete.order"}, 2),
        ({"TARGET": "moto"}, 0),
        ({"ENDPOINT_URL": "http://127.0.0.1:9000"}, 0),
        ({"ARGUMENTS": "-n 2 --profile my.yaml"}, 0),
    ],
)
def test_without_an_endpoint_the_job_fails(
    inputs: dict[str, str], code: int, tmp_path: Path
) -> None:
    """A green job about the built-in reference would say nothing about the server."""
    done = step("Check the inputs", tmp_path, **inputs)
    assert done.returncode == code
    assert ("::error" in done.stdout) == bool(code)


@pytest.mark.parametrize(("status", "code"), [(200, 0), (418, 1)])
def test_a_run_hands_its_exit_code_to_the_gate(status: int, code: int, tmp_path: Path) -> None:
    """Outputs and the job's summary are written, and only the last step fails the job."""
    (tmp_path / "t.yaml").write_text(SCENARIO.format(status=status), "utf-8")
    done = step(
        "Run", tmp_path, TARGET="reference", OUT="o ut", ARGUMENTS="t.yaml --retries '0' -q"
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output").read_text() == f"exit-code={code}\n"
    assert (tmp_path / "summary").read_text("utf-8").startswith("#")
    assert (tmp_path / "o ut" / "record.jsonl").exists()
    assert step("Gate", tmp_path, CODE=str(code)).returncode == code


def test_a_run_that_never_ended_fails_the_gate(tmp_path: Path) -> None:
    """No code is no success."""
    assert step("Gate", tmp_path).returncode == 4


def test_a_pull_request_has_one_comment_however_often_it_runs(tmp_path: Path) -> None:
    """The second run updates it; another job's artifact has its own."""
    (tmp_path / "bin").mkdir()
    gh = tmp_path / "bin" / "gh"
    gh.write_text(GH.format(python=sys.executable))
    gh.chmod(0o755)
    (tmp_path / "o").mkdir()
    for text, name in (("first", "a"), ("second", "a"), ("other", "b"), ("third", "a")):
        (tmp_path / "o" / "summary.md").write_text(text)
        done = step(
            "Comment on the pull request", tmp_path, OUT="o", NAME=name, REPOSITORY="x/y",
            NUMBER="7", GH_TOKEN="none",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    comments = yaml.safe_load((tmp_path / "comments.json").read_text())
    assert [one.splitlines()[1] for one in comments] == ["third", "other"]


@pytest.mark.parametrize(
    ("inputs", "package"),
    [
        ({}, "HERE"),
        ({"EXTRAS": "moto,seaweedfs"}, "HERE[moto,seaweedfs]"),
        ({"EXTRAS": "moto", "VERSION": "1.2.3"}, "s3-conformance[moto]==1.2.3"),
    ],
)
def test_what_is_installed_follows_from_version_and_extras(
    inputs: dict[str, str], package: str, tmp_path: Path
) -> None:
    """Without a version it is the action's own commit."""
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "python"
    fake.write_text('#!/bin/sh\necho "$@" >> calls\nmkdir -p "$3/bin" && cp "$0" "$3/bin/python"\n')
    fake.chmod(0o755)
    done = step("Install", tmp_path, PACKAGE="HERE", **inputs)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "calls").read_text().splitlines()[-1] == f"-m pip install --quiet {package}"
    assert (tmp_path / "path").read_text() == f"{tmp_path}/s3-conformance/bin\n"


def test_no_input_stands_in_a_script() -> None:
    """What an input holds would be executed."""
    for name, one in STEPS.items():
        assert "${{" not in one.get("run", ""), name


def test_actions_of_others_have_a_major_version() -> None:
    """None follows a branch."""
    used = [one["uses"] for one in STEPS.values() if "uses" in one]
    assert used
    assert all(name.rpartition("@v")[2].isdecimal() for name in used)

"""The action and the examples of the guides: their scripts are run as they stand."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from command_helpers import ACCESS_KEY, BAD, GOOD, ROOT, SECRET_KEY, record_in, spec

from conformance.record.reader import read

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.reference.server import ReferenceServer

pytestmark = pytest.mark.slow

ACTION = ROOT / "action.yml"
EXAMPLES = ROOT / "docs" / "guides" / "examples"
EXPRESSION = re.compile(r"\$\{\{\s*([^}]*?)\s*\}\}")


class Shell:
    """Runs the scripts of workflows with the command on its path, as a runner does."""

    def __init__(self, folder: Path, endpoint_url: str) -> None:
        self.folder = folder
        self.endpoint_url = endpoint_url
        self.files = {
            name: folder / name.lower()
            for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_PATH")
        }
        program = folder / "bin" / "s3-conformance"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m conformance.cli "$@"\n', "utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def run(
        self, script: str, shell: str = "bash", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run one script; ``-e`` and ``pipefail`` are what GitHub gives its steps."""
        options = ["-eo", "pipefail", "-c"] if shell == "bash" else ["-ec"]
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
        files = {name: str(file) for name, file in self.files.items()}
        return subprocess.run(  # noqa: S603  # our own scripts
            [shell, *options, script],
            cwd=self.folder,
            env={**os.environ, **keys, **files, "PATH": path, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def read(self, name: str) -> str:
        """Return what was written to one of the runner's files."""
        file = self.files[name]
        return file.read_text("utf-8") if file.exists() else ""


@pytest.fixture
def shell(tmp_path: Path, reference: ReferenceServer) -> Shell:
    """Give a folder with one good and one bad scenario."""
    spec(tmp_path / "bad.yaml", BAD, cases=3)
    good = spec(tmp_path / "good.yaml", GOOD, cases=9)
    good.write_text(good.read_text("utf-8").replace("id: t", "id: u"), "utf-8")
    return Shell(tmp_path, reference.endpoint_url)


def document(path: Path) -> dict[Any, Any]:
    """Read a YAML document."""
    read_document = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(read_document, dict)
    return read_document


def step(name: str) -> dict[str, Any]:
    """Return one step of the action."""
    found = [one for one in document(ACTION)["runs"]["steps"] if one["name"] == name]
    assert len(found) == 1
    return dict(found[0])


def act(shell: Shell, **inputs: str) -> tuple[int, str]:
    """Run the action's own scripts with inputs; return the gate's code and the output."""
    action = document(ACTION)
    given = {name: one["default"] for name, one in action["inputs"].items()} | inputs
    variables = {
        name: EXPRESSION.sub(lambda found: str(given[found[1].removeprefix("inputs.")]), value)
        for name, value in step("Run")["env"].items()
    }
    run = shell.run(step("Run")["run"], **variables)
    assert run.returncode == 0, run.stderr
    code = re.findall(r"exit-code=(\d+)", shell.read("GITHUB_OUTPUT"))[-1]
    return shell.run(step("Gate")["run"], CODE=code).returncode, run.stdout + run.stderr


def test_scripts_of_the_action_hold_no_expression() -> None:
    """An input within a script would be executed: they come as variables alone."""
    for one in document(ACTION)["runs"]["steps"]:
        assert EXPRESSION.search(one.get("run", "")) is None
        assert ("run" in one) == (one.get("shell") == "bash")


def test_the_action_gates_on_the_baseline(shell: Shell) -> None:
    """Red without one, green with it, and red with annotations where it is not true."""
    plain = {"endpoint-url": shell.endpoint_url, "out": "o"}
    code, said = act(shell, arguments="bad.yaml good.yaml", **plain)
    assert (code, "::error" in said) == (1, False)
    assert shell.read("GITHUB_STEP_SUMMARY").startswith("## 3 of 12 tests show that")
    assert shell.run("s3-conformance baseline init o/record.jsonl b.yaml").returncode == 0
    held = plain | {"baseline": "b.yaml"}
    assert act(shell, arguments="bad.yaml 'good.yaml'", **held)[0] == 0
    code, said = act(shell, arguments="good.yaml --select 'u[1] or u[2]'", **held)
    assert code == 1
    assert "::error file=b.yaml,line=" in said
    assert "vanished" in shell.read("GITHUB_STEP_SUMMARY")


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"endpoint-url": "http://127.0.0.1:1", "arguments": "good.yaml"}, 3),
        ({"target": "no-such-target"}, 2),
        ({"target": "$(touch owned)`touch owned`"}, 2),
        ({"arguments": "--select 'u and not u' good.yaml"}, 5),
        ({"baseline": "none.yaml", "arguments": "good.yaml"}, 2),
    ],
)
def test_what_is_no_verdict_fails_the_job_with_its_own_code(
    shell: Shell, inputs: dict[str, str], code: int
) -> None:
    """Nothing that went wrong is a green job, and no input is executed."""
    assert act(shell, **({"endpoint-url": ""} | inputs))[0] == code
    assert not (shell.folder / "owned").exists()


def test_a_run_that_never_ended_fails_the_job(shell: Shell) -> None:
    """A step that was killed leaves no code."""
    assert shell.run(step("Gate")["run"], CODE="").returncode == 4


def test_the_workflow_of_the_guide_runs_and_gates(shell: Shell) -> None:
    """Four parts and their merging, with the very scripts of the example."""
    jobs = document(EXAMPLES / "github-actions.yml")["jobs"]
    shards = jobs["part"]["strategy"]["matrix"]["shard"]
    assert shards == [f"{index}/{len(shards)}" for index in range(1, len(shards) + 1)]
    part = next(one["run"] for one in jobs["part"]["steps"] if one.get("id") == "part")
    gate = next(one["run"] for one in jobs["gate"]["steps"] if one.get("name") == "Merge and gate")
    assert EXPRESSION.search(part + gate) is None
    assert part.count("--target seaweedfs") == 1
    here = part.replace(
        "--target seaweedfs", f"--endpoint-url {shell.endpoint_url} bad.yaml good.yaml"
    )
    for shard in shards:
        done = shell.run(here, SHARD=shard)
        assert done.returncode == 0, done.stdout + done.stderr
    whole = "--out whole bad.yaml good.yaml"
    shell.run(f"s3-conformance run --endpoint-url {shell.endpoint_url} {whole} || true")
    shell.run("s3-conformance baseline init whole/record.jsonl baseline.yaml")
    done = shell.run(gate)
    assert done.returncode == 0, done.stdout + done.stderr
    merged, run = record_in(shell.folder / "merged"), read(shell.folder / "whole" / "record.jsonl")
    assert {one.id: one.observed or one.verdict for one in merged.tests} == {
        one.id: one.verdict for one in run.tests
    }
    for lost in (shell.folder / "part-2").iterdir():
        lost.unlink()
    done = shell.run(gate)
    assert done.returncode == 1
    assert "part 2/4 is missing" in done.stdout


def test_the_indexed_job_of_the_guide_runs_every_part(shell: Shell) -> None:
    """Each pod's own script, with the index that Kubernetes gives it."""
    job = document(EXAMPLES / "kubernetes-indexed-job.yaml")
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
    work = job["spec"]
    assert work["completionMode"] == "Indexed"
    (container,) = work["template"]["spec"]["containers"]
    assert container["command"] == ["/bin/sh", "-ec"]
    (script,) = container["args"]
    assert f'/{work["completions"]}"' in script
    names = {one["name"] for one in container["env"]} | {"JOB_COMPLETION_INDEX"}
    assert set(re.findall(r"\$\{?([A-Z_]{2,})", script)) <= names
    script = script.replace("--endpoint-url", "good.yaml bad.yaml --endpoint-url")
    for index in range(work["completions"]):
        done = shell.run(
            script, "sh",
            JOB_COMPLETION_INDEX=str(index), ENDPOINT_URL=shell.endpoint_url, RECORDS=".",
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    merged = shell.run("s3-conformance merge part-*/record.jsonl --out m")
    assert "12 tests of 4 records" in merged.stdout
    lost = shell.run(
        script, "sh", JOB_COMPLETION_INDEX="0", ENDPOINT_URL="http://127.0.0.1:1", RECORDS="."
    )
    assert lost.returncode != 0

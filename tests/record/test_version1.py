"""Records of schema 1 are read as today's: the ones of November 22, and every command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.record.errors import RecordError
from conformance.record.model import SCHEMA_VERSION, RunLine
from conformance.record.options import PropertyOptions, RecordedOptions
from conformance.record.outcome import outcome
from conformance.record.reader import read
from conformance.record.version1 import load_version1
from conformance.record.writer import write_record
from conformance.targets.options import TargetChoice

KEPT = sorted(Path(__file__).parents[2].glob("benchmarks/data/findings/*.jsonl.gz"))
MOTO = RecordedOptions(target=TargetChoice(target="moto"))
RUN = {
    "type": "run", "schema": 1, "suite_version": "0.1.0", "catalog_digest": "00", "target": "moto",
    "endpoint_url": "http://127.0.0.1:1", "region": "us-east-1", "addressing": "path",
    "command": ["s3-conformance", "run"], "started": "2026-01-01T00:00:00.000Z", "selected": [],
}  # fmt: skip


def run_of(*command: str, target: str = "moto") -> RunLine:
    """Return the first line of a record that was made by this command."""
    line = load_version1(json.dumps(RUN | {"command": [*command], "target": target}))
    assert isinstance(line, RunLine)
    return line


def test_there_are_records_to_read() -> None:
    """Else the tests below would hold of nothing."""
    assert len(KEPT) >= 9


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_kept_records_are_read(path: Path, tmp_path: Path) -> None:
    """As what they came to, and written again they are records of today."""
    record = read(path)
    assert record.run.schema == SCHEMA_VERSION
    assert record.end is not None
    assert outcome(record).exit_code == record.end.exit_code
    assert record.run.options.target == TargetChoice(target=path.name.partition(".")[0])
    write_record(tmp_path / "again.jsonl", record)
    assert read(tmp_path / "again.jsonl") == record


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (("run",), MOTO),
        (("run", "--target", "moto", "-n", "2"), MOTO),
        (
            ("run", "--endpoint-url=http://x:1", "--out", "y"),
            RecordedOptions(target=TargetChoice(endpoint_url="http://x:1"), out="y"),
        ),
        (
            ("run", "-n", "4", "my.yaml", "--bucket", "b", "--profile", "p.yaml"),
            RecordedOptions(
                target=TargetChoice(profile=Path("p.yaml")), files=("my.yaml",), bucket="b"
            ),
        ),
        (
            ("run", "-n2", "--out=o", "--insecure", "my.yaml", "--tls-endpoint-url", "https://x"),
            RecordedOptions(
                target=TargetChoice(tls_endpoint_url="https://x", insecure=True),
                out="o",
                files=("my.yaml",),
            ),
        ),
        (
            ("run", "--endpoint-url", "http://x", "--transport", "tls", "--json", "my.yaml"),
            RecordedOptions(
                target=TargetChoice(endpoint_url="http://x", transport="tls"), files=("my.yaml",)
            ),
        ),
        (
            ("run", "--profile-name", "a", "--alt-profile-name=b", "--level", "must"),
            RecordedOptions(
                target=TargetChoice(target="moto", profile_name="a", alt_profile_name="b"),
                level="MUST",
            ),
        ),
        (
            ("run", "--access-key", "A", "--secret-key", "<redacted>", "--select", "--strict"),
            RecordedOptions(target=TargetChoice(target="moto"), select=("--strict",)),
        ),
        (
            ("run", "--seed", "7", "--properties=thorough", "--property-bytes", "2MiB"),
            RecordedOptions(
                target=TargetChoice(target="moto"),
                properties=PropertyOptions(profile="thorough", seed=7, bytes=2 * 1024**2),
            ),
        ),
        (
            ("run", "--properties", "soak", "--for", "3m", "--property-requests", "5"),
            RecordedOptions(
                target=TargetChoice(target="moto"),
                properties=PropertyOptions(profile="soak", seconds=180.0, requests=5),
            ),
        ),
        (
            ("run", "--target", "a", "--against", "b", "--out", "o"),
            RecordedOptions(target=TargetChoice(target="a")),
        ),
        (
            ("run", "--shard", "1/2", "--out", "o"),
            MOTO,
        ),
    ],
)  # fmt: skip
def test_what_the_command_asked_for(command: tuple[str, ...], options: RecordedOptions) -> None:
    """Option by option, whether its value stands behind it or in it."""
    assert run_of("s3-conformance", *command).options == options


@pytest.mark.parametrize("program", ["pytest", "__main__.py"])
def test_what_pytest_asked_for(program: str) -> None:
    """Its options bear names of their own; those of pytest and other plugins are passed over."""
    words = (
        program, "-q", "-p", "no:cacheprovider", "--pyargs", "conformance.suite", "-n", "2",
        "--s3-profile", "p.yaml", "--s3-strict", "--s3-bucket=b", "--s3-select", "a/**",
        "--tls-endpoint-url", "https://x", "--junitxml", "j.xml", "--s3-out", "o", "-k", "x.yaml",
    )  # fmt: skip
    assert run_of(*words, target="mine").options == RecordedOptions(
        face="pytest",
        target=TargetChoice(profile=Path("p.yaml"), tls_endpoint_url="https://x"),
        select=("a/**",),
        bucket="b",
        out="o",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"command": None},
        {"command": 7},
        {"command": ["run", "--for", "x"]},
        {"command": ["run", "--for", "9" * 5000 + "s"]},
        {"command": ["run", "--addressing", "sideways"]},
        {"command": ["run", "--property-bytes", "9" * 5000 + "KiB"]},
        {"target": {}},
        {"suite_version": None},
    ],
)
def test_a_line_of_another_form_is_a_mistake_with_its_place(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    """Whoever wrote it: never a traceback, never a guess."""
    path = tmp_path / "record.jsonl"
    path.write_text(json.dumps(RUN | changes) + "\n", "utf-8")
    with pytest.raises(RecordError) as caught:
        read(path)
    assert caught.value.line == 1


HOSTILE = {
    "deep": b"[" * 100_000,
    "deep-within": b'{"type": "run", "schema": 1, "command": ' + b"[" * 100_000,
    "infinite": b'{"type": "run", "schema": 1e999}',
    "endless": b'{"type": "run", "schema": ' + b"9" * 5000 + b"}",
    "text": b'"run"',
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_first_line_that_is_hard_to_parse_is_refused(line: bytes, tmp_path: Path) -> None:
    """Its schema is looked for before anything is known of it."""
    path = tmp_path / "record.jsonl"
    path.write_bytes(line + b"\n")
    with pytest.raises(RecordError):
        read(path)

"""``recordings``: what it prints of recorded requests, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.reference.rules import customer_key

if TYPE_CHECKING:
    from pathlib import Path

    from command_helpers import Command

MISSING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified '
    "key does not exist.</Message><Key>key</Key><RequestId>5N922JSJNN2AZHFZ</RequestId>"
    "<HostId>xdfjitmYWvhbl+hRvOY32NUoh77HDMFptR6p4f1iYyT7d1QU=</HostId></Error>"
)


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Write a file of one exchange: a read of a key that is not there."""
    path = tmp_path / "recorded.jsonl"
    exchange = {
        "group": "get_object_versioning",
        "test": "test_missing",
        "n": 0,
        "request": {
            "method": "GET",
            "path": "/anon-reverse-s3-test-bucket/key",
            "query_params": "",
            "headers": {},
            "body": None,
        },
        "response": {
            "status_code": 404,
            "headers": {"Content-Type": "application/xml", "Transfer-Encoding": "chunked"},
            "body": MISSING,
        },
    }
    path.write_text(json.dumps(exchange))
    return path


def test_of_the_sources(command: Command) -> None:
    """Without a file each source has its line, and the command ends with 0."""
    ended = command("recordings")
    assert ended.code == 0, ended.out
    lines = ended.out.splitlines()
    assert any(line.split()[0] == "MS-001" for line in lines)
    same, every = (int(word) for word in lines[-1].split() if word.isdigit())
    assert lines[-1].split()[0] == "all"
    assert same == every > 200


def test_a_new_difference_ends_with_1(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the reference answers otherwise is shown by cause, with S3's words and its own."""
    monkeypatch.setattr(customer_key, "_BAD_MD5", "The MD5 is wrong.")
    ended = command("recordings")
    assert ended.code == 1
    assert " differ in message\n" in ended.out
    assert '\n  reference  "The MD5 is wrong."\n' in ended.out
    assert "\n    MS-007/" in ended.out


def test_json(command: Command, recordings: Path) -> None:
    """Scripts get the figures, by group, and what is new."""
    ended = command("recordings", str(recordings), "--json")
    tree = json.loads(ended.out)
    assert (tree["identical"], tree["total"], tree["new"]) == (1, 1, {})
    assert tree["groups"] == {"get_object_versioning": {"identical": 1, "total": 1}}
    assert ended.code == 0


def test_a_file_with_a_difference(command: Command, recordings: Path) -> None:
    """Another answer than the recorded one is a cause of its own."""
    recordings.write_text(recordings.read_text().replace("NoSuchKey", "NoSuchThing"))
    ended = command("recordings", str(recordings))
    assert ended.code == 1
    assert "new: 1 differ in code\n  S3         NoSuchThing\n  reference  NoSuchKey\n" in ended.out


def test_a_file_that_holds_nothing(command: Command, tmp_path: Path) -> None:
    """A file without exchanges, or none at all, ends with 2."""
    path = tmp_path / "other.jsonl"
    path.write_text("{}")
    ended = command("recordings", str(path))
    assert ended.code == 2
    assert "other.jsonl:1: no recorded exchange" in ended.err
    assert command("recordings", str(tmp_path / "none")).code == 2

"""What servers leave in /tmp although they are told another folder goes with the run, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.targets.launchers import localstack as launch_localstack
from conformance.targets.launchers import seaweedfs as launch_seaweedfs

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_sockets_of_seaweedfs_go_by_their_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of its own four services; another SeaweedFS keeps its own."""
    monkeypatch.setattr(launch_seaweedfs, "SOCKETS", tmp_path)
    other = tmp_path / "seaweedfs-s3-grpc-18333.sock"
    other.touch()
    with launch_seaweedfs._without_sockets({"master": 1000, "s3": 2000, "filer": 3000}):
        (tmp_path / "seaweedfs-master-grpc-11000.sock").touch()
        (tmp_path / "seaweedfs-s3-grpc-12000.sock").touch()
    assert list(tmp_path.iterdir()) == [other]


def test_buckets_of_localstack_go_when_they_came_with_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there before stays, and so does what does not bear our name."""
    storage = tmp_path / "storage"
    monkeypatch.setattr(launch_localstack, "STORAGE", storage)
    (storage / "s3-conformance-older").mkdir(parents=True)
    with launch_localstack._without_storage():
        (storage / "s3-conformance-1-plain" / "key").mkdir(parents=True)
        (storage / "theirs").mkdir()
    assert {path.name for path in storage.iterdir()} == {"s3-conformance-older", "theirs"}
    (storage / "s3-conformance-older").rmdir()
    (storage / "theirs").rmdir()
    with launch_localstack._without_storage():
        (storage / "s3-conformance-2").mkdir()
    assert not storage.exists()
    with launch_localstack._without_storage():
        pass

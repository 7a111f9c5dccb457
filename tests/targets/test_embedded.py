"""Versions that programs carry: of Go modules and of Java archives."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from conformance.targets.launchers.embedded import go_version, jar_version

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("data", "version"),
    [
        (b"\0path\tx/y/cmd\nmod\tx/y\tv1.8.0\th1:abc=\ndep\tz\tv2.0.0\n", "1.8.0"),
        (b"\0path\tx/y\nmod\tx/y\t(devel)\t\n", "(devel)"),
        (b"\0path\tz\nmod\tz\tv3\t\ndep\tx/y\tv1.8.0\th1:abc=\n", ""),
        (b"", ""),
    ],
)
def test_the_main_module_of_a_go_program_counts(tmp_path: Path, data: bytes, version: str) -> None:
    """A dependency of that name is another program's."""
    program = tmp_path / "program"
    program.write_bytes(data)
    assert go_version(program, "x/y") == version


def test_a_program_that_is_not_there_has_no_version(tmp_path: Path) -> None:
    """A version is worth no failed run."""
    assert go_version(tmp_path / "none", "x/y") == ""
    assert jar_version(tmp_path / "none", "g", "a") == ""


def test_an_archive_says_its_version_in_one_of_two_places(tmp_path: Path) -> None:
    """Maven's notes come first, the manifest after them, and an archive may have neither."""
    jar = tmp_path / "a.jar"
    manifest = ("META-INF/MANIFEST.MF", "Main-Class: A\r\nImplementation-Version: 5.2.0\r\n")
    notes = ("META-INF/maven/g/a/pom.properties", "artifactId=a\nversion=4.1.0\n")
    for members, version in (((manifest, notes), "4.1.0"), ((manifest,), "5.2.0"), ((), "")):
        with zipfile.ZipFile(jar, "w") as archive:
            for name, text in members:
                archive.writestr(name, text)
        assert jar_version(jar, "g", "a") == version

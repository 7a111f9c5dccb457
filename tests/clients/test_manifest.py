"""The manifests of clients: complete, pinned, and read with all their mistakes at once."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from conformance.catalog.load import load
from conformance.catalog.problems import SpecError
from conformance.clients.manifest import PROGRAMS, read_clients, shipped_clients
from conformance.clients.model import STEPS

if TYPE_CHECKING:
    from pathlib import Path

CLIENTS = sorted(shipped_clients())
NAMED = re.compile(r"""\bStep\(\s*"([a-z0-9/-]+?)(?:/?["/])""")
QUOTED = re.compile(r"""(?:^|["'\s])([a-z][a-z0-9-]*(?:/[A-Z0-9]*)?)(?:["']|:)""", re.MULTILINE)
CALLS = {
    "list-parts": r"\bsizes\(|> parts\(|\bParts: ",
    "list-uploads": r"\b(uploads|take_list_uploads)\(|\bUploads: ",
    "copy": r"\b(copied_part|copiedPart|take_copy)\(|\b(CopiedPart|Copy): ",
    "abort": r"\babort\((self|Steps|upload)|\bAbort: ",
    "checksum": r"\b(self|this|how|settings)\.[cC]hecksum\b",
    "sse-c": r"\b(self|this|how|settings)\.[kK]ey\b",
    "presigned": r"\bpresigned\(|\bPresigned: ",
    "transfer": r"\bsend\(|\bSend: ",
}
"""What a step alone calls of its program, in all languages; the other steps read and write. A
program in Go is a table of calls."""
COMMENT = re.compile(r'\s*(#|//|""".*"""$)')
LINES = {"Program.cs": 206}
"""Lines of code where they are more than 60: the program of .NET can't be run here, so it is kept
as it was tested, with its steps."""
GOOD = """\
format: 1
about: A client of the tests
client: small
name: Small
version: "1.0"
registry: pypi
packages: [small==1.0]
needs: []
install: ["{python} -m venv venv"]
run: "{python} program.py"
steps: [upload]
skip:
"""


def written(folder: Path, text: str) -> Path:
    """Write a manifest and return the folder of programs."""
    (folder / "small").mkdir()
    (folder / "small" / "manifest.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", CLIENTS)
def test_every_client_answers_for_every_step(name: str) -> None:
    """It takes the step or says why not; its own steps say what they do."""
    client = shipped_clients()[name]
    assert {*client.steps, *client.skip} >= {*STEPS}
    assert {*client.own} <= {*client.steps, *client.skip}
    assert all(client.about(step) for step in client.all_steps)


@pytest.mark.parametrize("name", CLIENTS)
def test_a_program_has_the_calls_of_its_steps(name: str) -> None:
    """What a step calls stands in the program, and it has no call that none of its steps makes."""
    client = shipped_clients()[name]
    siblings = [one for one in shipped_clients().values() if one.folder == client.folder]
    taken = {step for one in siblings for step in one.steps}
    names = ("program.py", "program.mjs", "main.go", "Program.java")
    sources = [client.folder / one for one in names if (client.folder / one).is_file()]
    if not sources:
        assert client.registry == "nuget", "a program of its own kind needs a test of its own"
        return
    (source,) = sources
    text = source.read_text(encoding="utf-8")
    for step, call in CALLS.items():
        wanted = any(one.partition("/")[0] == step for one in taken)
        assert bool(re.search(call, text)) == wanted, (source, step)


@pytest.mark.parametrize("name", CLIENTS)
def test_all_steps_stand_in_the_shared_file(name: str) -> None:
    """Each language has one file with all steps, beside the folders of its programs."""
    client = shipped_clients()[name]
    shared = [PROGRAMS / one for one in client.shares if one.lower().startswith("steps.")]
    if client.registry == "nuget":
        assert shared == []
        return
    (steps,) = shared
    found = set(QUOTED.findall(steps.read_text(encoding="utf-8")))
    assert {step.partition("/")[0] for step in STEPS} <= {one.partition("/")[0] for one in found}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_program_can_be_read_at_a_glance(name: str) -> None:
    """It has at most 60 lines of code, but for the one that is kept as it was tested."""
    folder = shipped_clients()[name].folder
    (source,) = (one for one in folder.iterdir() if one.stem.lower() in ("program", "main"))
    lines = source.read_text(encoding="utf-8").splitlines()
    code = [one for one in lines if one.strip() and not COMMENT.match(one)]
    assert len(code) <= LINES.get(source.name, 60)


@pytest.mark.parametrize("name", ["dotnet-v4", "dotnet-v3"])
def test_the_program_for_dotnet_has_the_steps_of_its_manifest(name: str) -> None:
    """It keeps the calls that were tested, step by step, and so shares no file."""
    client = shipped_clients()[name]
    text = (client.folder / "Program.cs").read_text(encoding="utf-8")
    found = {one.rstrip("/") for one in NAMED.findall(text)}
    assert found == {step.partition("/")[0] for step in client.steps}


@pytest.mark.parametrize("name", CLIENTS)
def test_what_a_manifest_names_is_there(name: str) -> None:
    """Its dialect, the files that it shares, and its version among the pinned packages."""
    client = shipped_clients()[name]
    assert not client.dialect or client.dialect in load().dialects
    assert all((PROGRAMS / one).is_file() for one in client.shares)
    assert any(client.version in one for one in client.packages)
    assert shlex.split(client.run)


@pytest.mark.parametrize("name", ["dotnet-v4", "dotnet-v3"])
def test_the_program_for_dotnet_is_pinned_as_its_manifest_says(name: str) -> None:
    """What can't be built here is still kept whole: both versions, one program, their packages."""
    client = shipped_clients()[name]
    project = ElementTree.parse(client.folder / "client.csproj").getroot()  # noqa: S314  # our own file
    pinned = {
        f"{one.get('Include')} {one.get('Version')}": one.get("Condition", "")
        for one in project.iter("PackageReference")
    }
    (package,) = client.packages
    major = client.version.partition(".")[0]
    assert pinned[package] == f"'$(Sdk)' == '{major}'"
    assert f"-p:Sdk={major}" in client.install[0]
    assert f"bin/sdk{major}/" in client.run
    assert [one.get("Include") for one in project.iter("Compile")] == ["Program.cs"]
    assert client.not_run_since


def test_the_program_for_dotnet_is_the_sample_of_the_documents() -> None:
    """One stream of 13 MB as 5, 5 and 3; three parts listed; an ETag that ends in -3."""
    text = (PROGRAMS / "dotnet" / "Program.cs").read_text(encoding="utf-8")
    for call in (
        "Data(13 * MB)", "request.PartSize = 5 * MB", "InitiateMultipartUploadAsync",
        'EndsWith("-3")', "listed.Parts.Count == 3", "TransferUtility",
    ):  # fmt: skip
        assert call in text


def test_maven_and_manifest_agree() -> None:
    """The versions of pom.xml are those that the manifests name."""
    root = ElementTree.parse(PROGRAMS / "pom.xml").getroot()  # noqa: S314  # our own file
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    found = {
        ":".join(str(one.findtext(f"m:{part}", "", space)) for part in _PARTS)
        for one in root.iterfind(".//m:dependency", space)
    }
    for name in ("java-v2", "java-crt"):
        assert found == {*shipped_clients()[name].packages}


_PARTS = ("groupId", "artifactId", "version")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("small==1.0", "small>=1.0", "names no version as pypi writes it"),
        ("steps: [upload]", "steps: [uplaod]", "did you mean upload"),
        ("registry: pypi", "registry: cpan", "registry of a client's manifest is not cpan"),
        ("format: 1", "format: 2", "this release reads format 1"),
        ('run: "{python} program.py"', 'run: "{pyhton} program.py"', "is not a command"),
        ("name: Small\n", "", "has no name"),
        ("needs: []\n", "needs: []\nnot-run-since: yesterday\n", "is not a date"),
        ("needs: []\n", "needs: []\nshares: [none.py]\n", "none.py does not lie beside"),
        ("skip:\n", "skip:\n  upload: twice\n", "upload is taken and left out"),
        ("skip:\n", "own:\n  upload: x\nskip:\n", "upload is a step of every client already"),
        ("skip:\n", "own:\n  more: x\nskip:\n", "more is neither taken nor left out"),
    ],
)
def test_mistakes_are_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Each with its place; nothing is guessed."""
    assert old in GOOD
    skip = "".join(f"  {step}: not here\n" for step in STEPS if step != "upload")
    with pytest.raises(SpecError) as error:
        read_clients(written(tmp_path, (GOOD + skip).replace(old, new, 1)))
    assert said in str(error.value)
    assert "small/manifest.yaml:" in str(error.value)


def test_a_manifest_that_leaves_a_step_out_is_refused(tmp_path: Path) -> None:
    """Each step needs an answer, and the good manifest has all of them."""
    skip = "".join(f"  {step}: not here\n" for step in STEPS if step != "upload")
    with pytest.raises(SpecError, match="nothing is said of transfer"):
        read_clients(written(tmp_path, GOOD + skip.replace("  transfer: not here\n", "")))
    whole = tmp_path / "whole"
    whole.mkdir()
    assert read_clients(written(whole, GOOD + skip))["small"].steps == ("upload",)

"""What ``import conformance`` offers to others: cheap to import, silent, and all that there is."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import conformance
from conformance import ConformanceError, Record, ReferenceServer, Verdict, read_record, run
from conformance.library import TargetKeywords
from conformance.targets.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = Path(conformance.__file__).parent
FEW = "life.create-returns-id"


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    """Serve the reference endpoint."""
    with ReferenceServer() as made:
        yield made


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def few(server: ReferenceServer) -> Record:
    """Run a few tests on the reference."""
    return run(
        server.endpoint_url,
        access_key=server.access_key,
        secret_key=server.secret_key,
        select=FEW,
    )


def python(code: str) -> str:
    """Run code in a new process, and return what it printed."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ended = subprocess.run(  # noqa: S603  # this interpreter and our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environ
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_importing_is_cheap() -> None:
    """The package alone loads nothing: neither another of its modules nor a dependency."""
    loaded = python(
        "import sys; before = set(sys.modules)\n"
        "import conformance; print(*set(sys.modules) - before)"
    ).split()
    ours = {name for name in loaded if name.startswith("conformance")}
    assert ours == {"conformance", "conformance.version"}
    assert not {"boto3", "botocore", "click", "hypothesis", "pydantic", "pytest"} & set(loaded)


def test_every_public_name_is_there_and_described() -> None:
    """Each loads, is among what ``dir`` shows, and is on the page of the API."""
    page = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    for name in conformance.__all__:
        assert getattr(conformance, name) is not None
        assert name in dir(conformance)
        assert f"| `{name}` |" in page
    with pytest.raises(AttributeError, match="has no attribute 'rum'"):
        _ = conformance.rum


def test_nobody_inside_uses_the_public_face_but_the_fixture() -> None:
    """It is for others; a room that imported it would import every other."""
    users = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.ImportFrom(module="conformance"):
                    public = {one.name for one in node.names} & set(conformance.__all__)
                case ast.ImportFrom(module="conformance.library"):
                    public = {"conformance.library"}
                case ast.Import():
                    public = {one.name for one in node.names} & {"conformance"}
                case _:
                    public = set()
            if public:
                users.add(path.relative_to(PACKAGE).as_posix())
    assert users == {"__init__.py", "pytest_plugin/entry.py"}


def test_target_options_are_keywords() -> None:
    """Each has the name that it has in the command; there is no other."""
    assert {*TargetKeywords.__annotations__, "endpoint_url"} == {row.field for row in OPTIONS}


def test_a_run_is_silent_and_leaves_nothing(
    server: ReferenceServer,
    own_folder: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twice in one process: no output, no file, and whatever the program's arguments are."""
    monkeypatch.setattr(sys, "argv", ["theirs", "--select", "tpyo", "--help"])
    records = [few(server), few(server)]
    assert [record.end and record.end.exit_code for record in records] == [0, 0]
    assert records[0].run.selected == records[1].run.selected
    assert {test.verdict for test in records[0].tests} == {Verdict.PASS, Verdict.SKIP}
    assert capfd.readouterr() == ("", "")
    assert list(own_folder.iterdir()) == []
    assert sys.argv == ["theirs", "--select", "tpyo", "--help"]


@pytest.mark.slow
def test_a_law_leaves_nothing_either(server: ReferenceServer, own_folder: Path) -> None:
    """Hypothesis would keep its tables in the working folder."""
    record = run(
        server.endpoint_url,
        access_key=server.access_key,
        secret_key=server.secret_key,
        select="property/metadata",
    )
    assert [test.verdict for test in record.tests] == [Verdict.PASS]
    assert list(own_folder.iterdir()) == []


def test_a_run_needs_neither_pytest_nor_the_main_thread(server: ReferenceServer) -> None:
    """Where pytest can't be imported all is the same."""
    said = python(
        "import sys, threading\n"
        "sys.modules['pytest'] = sys.modules['xdist'] = sys.modules['click'] = None\n"
        "from conformance import run\n"
        "found = []\n"
        "def work():\n"
        f"    found.append(run({server.endpoint_url!r}, access_key={server.access_key!r},\n"
        f"                     secret_key={server.secret_key!r}, select={FEW!r}))\n"
        "thread = threading.Thread(target=work); thread.start(); thread.join()\n"
        "print(found[0].end.exit_code, len(found[0].tests) > 3)\n"
    )
    assert said == "0 True\n"


def test_with_a_folder_record_and_reports_are_kept(
    server: ReferenceServer, own_folder: Path
) -> None:
    """The record reads back as it was returned."""
    record = run(
        server.endpoint_url,
        access_key=server.access_key,
        secret_key=server.secret_key,
        select=[FEW],
        out="kept",
    )
    assert read_record("kept/record.jsonl").tests == record.tests
    assert read_record(own_folder / "kept" / "record.jsonl").end == record.end
    assert (own_folder / "kept" / "report.html").exists()
    assert [path.name for path in own_folder.iterdir()] == ["kept"]


def test_without_an_endpoint_the_reference_is_tested() -> None:
    """As by the command, in a process of its own that ends with the run."""
    record = run(select=FEW)
    assert record.run.target == "reference"
    assert record.end is not None
    assert record.end.exit_code == 0


def test_mistakes_are_errors_with_one_root(own_folder: Path) -> None:
    """Nothing was sent: nothing is listening there, and no record says so."""
    nowhere = "http://127.0.0.1:9"
    broken = own_folder / "broken.yaml"
    broken.write_text("format: 1\nabout: nothing\n", "utf-8")
    with pytest.raises(ConformanceError, match="tpyo"):
        run(nowhere, select="tpyo")
    with pytest.raises(ConformanceError, match=r"broken\.yaml"):
        run(nowhere, files=[broken])
    with pytest.raises(ConformanceError, match="extreme"):
        run(nowhere, properties="extreme")  # type: ignore[arg-type]  # that is the mistake
    with pytest.raises(ConformanceError, match=r"broken\.yaml"):
        read_record(broken)
    with pytest.raises(ConformanceError, match=r"nobody\.yaml"):
        run(nowhere, profile="nobody.yaml")


def test_an_endpoint_that_is_not_there_is_in_the_record() -> None:
    """Exit code 3, as the command has it, and the reason."""
    record = run("http://127.0.0.1:9", access_key="AKIAEXAMPLE", secret_key="s", select=FEW)
    assert record.end is not None
    assert record.end.exit_code == 3
    assert not record.tests
    assert "127.0.0.1:9" in record.problems[0].text


def test_two_servers_at_once_are_two() -> None:
    """Each has endpoints and keys of its own, and arguments for a client of either account."""
    with ReferenceServer() as one, ReferenceServer() as two:
        assert one.endpoint_url != two.endpoint_url
        assert one.access_key != two.access_key
        plain, secure = one.client_arguments(), one.client_arguments(tls=True, alt=True)
        assert plain["endpoint_url"] == one.endpoint_url
        assert plain["aws_secret_access_key"] == one.secret_key
        assert secure["endpoint_url"] == one.tls_endpoint_url
        assert secure["aws_access_key_id"] == one.alt_access_key
        assert Path(secure["verify"]) == one.ca_file
    assert not one.ca_file.exists()
    assert threading.current_thread() is threading.main_thread()

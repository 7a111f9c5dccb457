"""Scripts that repeat a test: what they hold, and what they answer to."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from record.samples import make_line, record

from conformance.catalog.load import load
from conformance.faults.planting import planted_in
from conformance.faults.registry import rule_faults
from conformance.record.search_line import CounterExample, SearchLine
from conformance.reference.server import ReferenceServer, Settings
from conformance.reproduce.errors import CannotReproduceError
from conformance.reproduce.facts import script_of
from conformance.reproduce.text import Facts, script
from conformance.vocabulary.verdicts import Verdict
from conformance.wire.client import Wire
from conformance.wire.model import Call, Endpoint, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.catalog.model import Test
    from conformance.record.model import Record

ACCESS, SECRET = "AKIAEXAMPLEOFTESTS00", "a-secret-of-the-tests"
KEYS = {"AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET}
SAMPLE = (
    "abort/after-completion",
    "upload-part/sse-c/matches-create[other-key]",
    "framing/accepted[signed-trailer]",
    "complete/duplicate-part",
)


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    """Serve the reference over HTTP and TLS."""
    with ReferenceServer(Settings(access_key=ACCESS, secret_key=SECRET)) as made:
        yield made


def run(text: str, folder: Path, *arguments: str, **environ: str) -> tuple[int, str]:
    """Run a script in a bare interpreter, in a folder of its own."""
    path = folder / "reproduce.py"
    path.write_text(text, "utf-8")
    ended = subprocess.run(  # noqa: S603  # this interpreter and a script of ours
        [sys.executable, "-I", str(path), *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended.returncode, ended.stdout + ended.stderr


def at(server: ReferenceServer) -> tuple[str, ...]:
    """Return the options that lead to a server."""
    found = ["--endpoint", server.endpoint_url]
    if server.tls_endpoint_url:
        found += ["--tls-endpoint", server.tls_endpoint_url, "--ca-file", str(server.ca_file)]
    return tuple(found)


def buckets(server: ReferenceServer) -> int:
    """Return how many buckets there are."""
    endpoint = Endpoint(urls={"http": server.endpoint_url})
    with Wire(endpoint, {"main": Identity(ACCESS, SECRET)}) as wire:
        answer = wire.send(Call(operation="ListBuckets", members={})).answer
    assert answer is not None
    return len(answer.members.get("Buckets", ()))


def test_a_script_imports_the_standard_library_alone() -> None:
    """Whatever the test sends: a draw over the whole catalogue parses, and imports nothing else."""
    catalog = load()
    for test in catalog.tests[::90]:
        tree = ast.parse(script(test, catalog))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            roots = {name.partition(".")[0] for name in names}
            assert roots <= {*sys.stdlib_module_names, "__future__"}, test.id


def test_a_script_says_what_s3_documents_with_the_link() -> None:
    """A maintainer reads rule, source and how to run it before any code."""
    catalog = load()
    about = ast.get_docstring(ast.parse(script(_test("complete/duplicate-part"), catalog))) or ""
    assert "What Amazon S3 documents:" in about
    assert "https://" in about
    assert "python3 -I reproduce.py" in about


def _test(name: str) -> Test:
    return next(test for test in load().tests if test.id == name)


@pytest.mark.slow
def test_a_script_ends_in_0_on_the_reference_and_leaves_nothing(
    server: ReferenceServer, tmp_path: Path
) -> None:
    """Plain, over TLS with customer keys, in signed chunks, after an abort."""
    catalog = load()
    for name in SAMPLE:
        found = [test for test in catalog.tests if test.id.startswith(name)]
        assert found, name
        code, said = run(script_of(catalog, found[0].id), tmp_path, *at(server), **KEYS)
        assert code == 0, said
        assert SECRET not in said
    assert buckets(server) == 0


@pytest.mark.slow
def test_a_script_ends_in_1_where_the_server_differs(tmp_path: Path) -> None:
    """A fault that the test catches by the suite is caught by its script, too."""
    catalog = load()
    fault = rule_faults(catalog)["abort.after-complete/object-deleted"]
    settings = Settings(access_key=ACCESS, secret_key=SECRET)
    with ReferenceServer(settings, shape=lambda face: planted_in(face, (fault,))) as broken:
        test = _test("abort/after-completion")
        code, said = run(script(test, catalog), tmp_path, *at(broken), **KEYS)
    assert code == 1, said
    assert "DIFFERS" in said


@pytest.mark.parametrize(
    ("arguments", "environ", "word"),
    [
        ((), KEYS, "--endpoint"),
        (("--endpoint", "http://127.0.0.1:9"), {}, "AWS_ACCESS_KEY_ID"),
        (("--endpoint", "ftp://127.0.0.1"), KEYS, "--endpoint"),
        (("--endpoint", "http://127.0.0.1:9"), KEYS, "no answer"),
    ],
)
def test_wrong_use_ends_in_2_and_says_why(
    arguments: tuple[str, ...], environ: dict[str, str], word: str, tmp_path: Path
) -> None:
    """Neither 0 nor 1: nothing was checked."""
    text = script(_test("abort/after-completion"), load())
    code, said = run(text, tmp_path, *arguments, **environ)
    assert code == 2
    assert word in said


def test_a_second_identity_comes_from_the_environment_or_is_missed(
    server: ReferenceServer, tmp_path: Path
) -> None:
    """A test that somebody else sends a request of says which variables it wants."""
    catalog = load()
    test = next(
        one
        for one in catalog.tests
        if one.bucket == "plain" and any(step.edits.get("as") == "alt" for step in one.steps)
    )
    code, said = run(script(test, catalog), tmp_path, *at(server), **KEYS)
    assert code == 2
    assert "S3_CONFORMANCE_ALT_ACCESS_KEY" in said


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("property/keys", "--record"),
        ("abort/after-completio", "abort/after-completion"),
        ("no-such-thing", "list"),
    ],
)
def test_what_has_no_script_says_why(name: str, word: str) -> None:
    """A property without a record, a slip of the pen, nonsense."""
    with pytest.raises(CannotReproduceError, match=word):
        script_of(load(), name)


def test_a_movable_clock_is_no_matter_of_a_script() -> None:
    """Only a server that the run starts itself has one."""
    test = next(one for one in load().tests if "movable-clock" in one.needs)
    with pytest.raises(CannotReproduceError, match="clock"):
        script_of(load(), test.id)


def test_a_body_that_is_held_back_has_no_script() -> None:
    """A script sends each body whole."""
    with pytest.raises(CannotReproduceError, match="half of a body"):
        script_of(load(), "race/held-back-part")


EXAMPLE = """\
format: 1
about: found
scenarios:
  - id: found/keys/abc
    title: "a title \\"\\"\\" \\n import os; os.abort()"
    rules: [life.create-returns-id]
    why: "why \\\\ \\"\\"\\" x"
    steps:
      - CreateMultipartUpload: {Metadata: {name: "'); import os #"}}
        must: {status: 200}
        note: "note\\nimport os"
"""


def _found(text: str) -> Record:
    example = CounterExample(
        id="found/keys/abc", file="x.yaml", text=text, requests=1, reason='"""\nraise SystemExit(9)'
    )
    search = SearchLine(
        profile="quick", seed=0, examples=1, requests=1, bytes=1, counter_examples=(example,)
    )
    return record(replace(make_line("property/keys", Verdict.FAIL), search=search))


def test_a_property_has_the_script_of_its_counter_example() -> None:
    """Hostile texts of the record stay texts: the script has the statements that it always has."""
    made = _found(EXAMPLE)
    for name in ("property/keys", "found/keys/abc"):
        text = script_of(load(), name, made)
        tree = ast.parse(text)
        plain = ast.parse(script(_test("abort/after-completion"), load()))
        kinds = {type(node) for node in tree.body}
        assert kinds <= {type(node) for node in plain.body}
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert "abort" not in attributes
        assert "SystemExit" not in {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


@pytest.mark.parametrize("text", ["", "format: 1", "a: [", "x" * 2_000_000, "- !!python/object:os"])
def test_a_hostile_counter_example_is_refused(text: str) -> None:
    """One clear sentence, and no script."""
    with pytest.raises(CannotReproduceError):
        script_of(load(), "property/keys", _found(text))


def test_keys_of_the_target_are_in_no_script() -> None:
    """Values of a profile are asked for; only those of servers that we start have a default."""
    test = next(one for one in load().tests if "kms-key" in one.needs)
    text = script(test, load(), Facts(observed="a\nb"))
    assert "--value" in text

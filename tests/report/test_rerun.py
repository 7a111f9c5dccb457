"""The line that repeats a test asks the same of the same endpoint, whichever face recorded it."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from lxml import html as parser

from conformance.cli import main
from conformance.properties.law import AREA
from conformance.pytest_plugin.plugin import pytest_addoption, run_options
from conformance.record.options import PropertyOptions, RecordedOptions
from conformance.record.search_line import CounterExample, SearchLine
from conformance.report.html import report_page as html
from conformance.report.rerun import command_line, counter_example, create_bucket, folder, rerun
from conformance.runs.errors import UsageError
from conformance.runs.run_header import recorded_options
from conformance.targets.options import OPTIONS, TargetChoice
from conformance.targets.profile import Profile
from conformance.vocabulary.verdicts import Verdict

from .samples import a_test, record, run_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.runs.options import RunOptions
    from conformance.runs.target import Target

RUNNING = Profile(name="mine", endpoint_url="http://127.0.0.1:1")
LAUNCHED = Profile(name="reference", launcher="reference")


def recorded(options: RunOptions, profile: Profile = RUNNING) -> RecordedOptions:
    """Return what the record of a run on that target keeps."""
    return recorded_options(
        options, cast("Target", SimpleNamespace(profile=profile, name=profile.name))
    )


@pytest.fixture
def by_command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., RunOptions]:
    """Return what the command asks for when it is given these words."""
    kept: list[RunOptions] = []

    def keep(options: RunOptions) -> None:
        kept.append(options)
        raise UsageError("that is enough")

    monkeypatch.setattr("conformance.cli.run.make_selection", keep)
    for row in OPTIONS:
        for name in (row.variable, *row.of_sdks):
            monkeypatch.delenv(name, raising=False)

    def ask(*words: str) -> RunOptions:
        monkeypatch.setattr(sys, "argv", ["s3-conformance", "run", *words])
        with pytest.raises(SystemExit):
            main(["run", *words])
        return kept.pop()

    return ask


@pytest.fixture
def by_pytest(monkeypatch: pytest.MonkeyPatch) -> Callable[..., RunOptions]:
    """Return what pytest asks for when it is given these words."""
    for row in OPTIONS:
        for name in (row.variable, *row.of_sdks):
            monkeypatch.delenv(name, raising=False)
    known = argparse.ArgumentParser()
    group = SimpleNamespace(addoption=known.add_argument)
    pytest_addoption(cast("Any", SimpleNamespace(getgroup=lambda *_: group)))

    def ask(*words: str) -> RunOptions:
        given = vars(known.parse_args(words))
        config = SimpleNamespace(getoption=lambda name, default=None: given.get(name, default))
        monkeypatch.setattr(sys, "argv", ["/bin/pytest", "--pyargs", "conformance.suite", *words])
        return run_options(cast("Any", config))

    return ask


def again(by_command: Callable[..., RunOptions], line: str) -> RunOptions:
    """Return what the line asks for when a shell gives it to the command."""
    name, run, *words = shlex.split(line)
    assert (name, run) == ("s3-conformance", "run")
    return by_command(*words)


WORDS = {
    "target": "moto",
    "profile": "my profile.yaml",
    "endpoint_url": "http://127.0.0.1:9000",
    "tls_endpoint_url": "https://127.0.0.1:9443",
    "ca_file": "ca's.pem",
    "insecure": None,
    "region": "eu-west-1",
    "addressing": "virtual-host",
    "transport": "tls",
    "profile_name": "prod",
    "alt_profile_name": "other",
    "connect_timeout": "2.5",
    "timeout": "7.0",
    "answer_timeout": "90.0",
    "run_timeout": "600.0",
}


def test_every_recorded_option_is_tried_below() -> None:
    """An option that joins the table joins these tests."""
    assert WORDS.keys() == {row.field for row in OPTIONS if row.recorded}


@pytest.mark.parametrize("face", ["command", "pytest"])
@pytest.mark.parametrize("field", [*WORDS])
def test_each_target_option_comes_back(
    face: str,
    field: str,
    by_command: Callable[..., RunOptions],
    by_pytest: Callable[..., RunOptions],
) -> None:
    """By its own name in each face; what was typed is asked for again by the line."""
    (row,) = [one for one in OPTIONS if one.field == field]
    ask, flag = (by_command, row.flag) if face == "command" else (by_pytest, row.pytest_flag)
    value = WORDS[field]
    asked = recorded(ask(flag, *([] if value is None else [value])))
    assert asked.face == face
    repeated = recorded(again(by_command, rerun("a/b", run_line(options=asked))))
    assert repeated.target == asked.target
    assert getattr(asked.target, field) == (
        True if value is None else type(getattr(asked.target, field))(value)
    )


def test_the_same_run_of_both_faces_is_repeated_by_one_line(
    by_command: Callable[..., RunOptions], by_pytest: Callable[..., RunOptions]
) -> None:
    """Strict, bucket and profile bear other names in pytest, and none of them is lost."""
    first = by_command("--profile", "p.yaml", "--strict", "--bucket", "a b", "--select", "x/y")
    second = by_pytest(
        "--s3-profile=p.yaml", "--s3-strict", "--s3-bucket", "a b", "--s3-select", "x/y"
    )
    lines = {
        rerun("a/b[c]", run_line(options=recorded(options), strict=options.strict))
        for options in (first, second)
    }
    assert lines == {
        "s3-conformance run --select 'a/b[c]' --profile p.yaml --bucket 'a b' --strict"
    }
    repeated = again(by_command, lines.pop())
    assert (repeated.target, repeated.bucket, repeated.strict) == (first.target, "a b", True)


def test_what_nothing_named_is_named_in_the_line(by_command: Callable[..., RunOptions]) -> None:
    """Else a variable of the reader's would lead the line to another endpoint."""
    asked = recorded(by_command(), LAUNCHED)
    line = rerun("a[b]", run_line(options=asked))
    assert line == "s3-conformance run --select 'a[b]' --target reference"


def test_what_a_variable_said_stands_in_the_line(
    by_command: Callable[..., RunOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line works for a reader who has no such variable."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:5000")
    monkeypatch.setenv("S3_CONFORMANCE_SECRET_KEY", "hush")
    monkeypatch.setenv("S3_CONFORMANCE_ACCESS_KEY", "AKIA")
    line = rerun("a[b]", run_line(options=recorded(by_command())))
    assert line == "s3-conformance run --select 'a[b]' --endpoint-url http://127.0.0.1:5000"


def test_what_is_for_a_running_endpoint_alone_is_left_out(
    by_command: Callable[..., RunOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that a started server has no use for would make the line a mistake."""
    monkeypatch.setenv("S3_CONFORMANCE_REGION", "eu-west-1")
    asked = recorded(by_command("--target", "reference"), LAUNCHED)
    assert asked.target == TargetChoice(target="reference")


def test_keys_are_kept_nowhere(by_command: Callable[..., RunOptions]) -> None:
    """They are asked for again where the line is run."""
    options = by_command(
        "--endpoint-url", "http://h:1", "--access-key", "AKIA", "--secret-key", "hush",
        "--session-token=hush",
    )  # fmt: skip
    assert "hush" not in repr(recorded(options)) + " ".join(options.command)
    assert "AKIA" not in repr(recorded(options))


def test_options_of_properties_are_kept_for_them_alone(
    by_command: Callable[..., RunOptions],
) -> None:
    """A seed generates the same examples again; other tests have none."""
    words = ("--properties", "soak", "--for", "2m", "--seed", "7", "--property-bytes", "1KiB")
    options = by_command(*words, "--property-requests", "9", "my.yaml")
    line = run_line(options=recorded(options))
    assert "--seed" not in rerun("a[b]", line)
    repeated = again(by_command, rerun(f"{AREA}a-property", line))
    assert repeated.properties == options.properties
    assert repeated.files == (Path("my.yaml"),)


def test_a_soak_is_repeated_with_the_seed_that_it_drew(
    by_command: Callable[..., RunOptions],
) -> None:
    """Another seed would generate other examples."""
    options = by_command("--properties", "soak", "--for", "90s")
    target = cast("Target", SimpleNamespace(profile=LAUNCHED, name="reference"))
    line = run_line(options=recorded_options(options, target, drawn=77))
    words = rerun(f"{AREA}a-property", line)
    assert words.endswith("--target reference --properties soak --for 90s --seed 77")


@pytest.mark.parametrize(
    ("options", "found", "line"),
    [
        (
            RecordedOptions(target=TargetChoice(target="moto"), out="a b/", files=("my.yaml",)),
            "a b/",
            "run 'a b/counter-examples/x.yaml' --target moto",
        ),
        (
            RecordedOptions(target=TargetChoice(target="moto"), properties=PropertyOptions(seed=3)),
            "",
            "run counter-examples/x.yaml --target moto",
        ),
    ],
)
def test_a_counter_example_goes_to_the_same_target(
    options: RecordedOptions, found: str, line: str
) -> None:
    """Its path begins at the folder of the record, where the command names that."""
    made = run_line(options=options)
    assert folder(made) == found
    assert counter_example("counter-examples/x.yaml", made) == f"s3-conformance {line}"


@pytest.mark.parametrize(("out", "here"), [("o", False), ("", True)])
def test_the_page_says_where_a_counter_example_can_be_repeated(out: str, here: bool) -> None:
    """The line of the page has the target, and a path that works where the page says."""
    found = CounterExample(
        id="x", file="counter-examples/x.yaml", text="format: 1", requests=3, reason="differs"
    )
    search = SearchLine(
        profile="quick", seed=0, examples=1, requests=3, bytes=0, counter_examples=(found,)
    )
    made = record(
        a_test(f"{AREA}a-law", Verdict.FAIL, search=search),
        run={"options": RecordedOptions(target=TargetChoice(target="moto"), out=out)},
    )
    page = html.render(made)
    path = "counter-examples/x.yaml" if here else "o/counter-examples/x.yaml"
    assert f"s3-conformance run {path} --target moto</pre>" in page
    assert ("in the folder of this report" in page) is here


def test_the_page_says_how_to_make_the_bucket_of_a_curl_line() -> None:
    """A run removes its buckets; outside us-east-1 the region has to be said twice."""
    elsewhere = run_line()
    words = shlex.split(create_bucket(elsewhere))
    assert words[:5] == ["aws", "s3api", "create-bucket", "--bucket", "$BUCKET"]
    assert words[5:9] == ["--region", "eu-west-1", "--endpoint-url", elsewhere.endpoint_url]
    assert words[9:] == ["--create-bucket-configuration", "LocationConstraint=eu-west-1"]
    usual = run_line(region="us-east-1", endpoint_url="", tls_endpoint_url="https://x:1")
    assert shlex.split(create_bucket(usual))[5:] == [
        "--region",
        "us-east-1",
        "--endpoint-url",
        "https://x:1",
    ]
    (foot,) = parser.document_fromstring(html.render(record(a_test()))).xpath("//footer")
    assert create_bucket(elsewhere) in foot.text_content()
    assert "the bucket that it names was removed" in foot.text_content()


def test_a_test_without_a_case_is_named_alone() -> None:
    """Its id is also that of its scenario, which may have further tests."""
    line = run_line(options=RecordedOptions())
    assert rerun("a/b", line) == "s3-conformance run --select test:a/b"


def test_the_line_is_one_shell_word_an_argument() -> None:
    """Whatever is in an id or a path, the shell sees it as one word."""
    id_ = "a/b[it's $(rm -rf ~),`x`]"
    options = replace(RecordedOptions(), bucket="a b;c", files=("$(x).yaml",))
    words = shlex.split(rerun(id_, run_line(options=options)))
    assert words[2:] == ["--select", id_, "$(x).yaml", "--bucket", "a b;c"]


def test_what_was_typed_is_shown_as_it_was() -> None:
    """Whichever program it was typed for."""
    assert command_line(("s3-conformance", "run")) == "s3-conformance run"
    assert command_line(("pytest", "-k", "a b")) == "pytest -k 'a b'"


def test_a_clients_step_is_run_again_by_its_client() -> None:
    """One line for all steps of a client, on the same target; dialects are selected by id."""
    options = RecordedOptions(target=TargetChoice(target="moto"))
    run = run_line(options=options)
    line = rerun("clients/boto3/checksum/CRC32", run)
    assert line == "s3-conformance clients --client boto3 --target moto"
    line = rerun("client/upload-http[dialect-boto3]", run)
    assert line.startswith("s3-conformance run --select")

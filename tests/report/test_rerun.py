"""The re-run line reaches the same endpoint in the same way."""

from __future__ import annotations

import shlex

import click
import pytest
from lxml import html as parser

from conformance.cli.run import command as run
from conformance.properties.law import AREA
from conformance.record.model import CounterExample, SearchLine
from conformance.report.html import report_page as html
from conformance.report.rerun import (
    command_line,
    counter_example,
    create_bucket,
    folder,
    rerun,
    target_arguments,
)
from conformance.vocabulary.verdicts import Verdict

from .samples import a_test, record, run_line


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        (("run", "--target", "moto", "-n", "2"), ["--target", "moto"]),
        (("run", "--endpoint-url=http://x:1", "--out", "y"), ["--endpoint-url=http://x:1"]),
        (("run", "--select", "--target", "--strict"), ["--strict"]),
        (("run", "-n", "4", "my.yaml", "--bucket", "b"), ["my.yaml", "--bucket", "b"]),
        (("run", "--out", "x.yaml"), []),
        (("run", "--json", "my.yaml"), ["my.yaml"]),
        (("run", "-n2", "--out=o", "my.yaml"), ["my.yaml"]),
        (("run", "--record-evidence", "--yes-i-pay", "--bucket", "b"), ["--bucket", "b"]),
        (("run", "--transport", "tls", "--out", "y"), ["--transport", "tls"]),
        (
            ("run", "--profile-name", "a", "--alt-profile-name=b", "--level", "must"),
            ["--profile-name", "a", "--alt-profile-name=b"],
        ),
        (("run", "--access-key", "A", "--secret-key", "<redacted>"), []),
        (("run", "--insecure", "my.yaml"), ["--insecure", "my.yaml"]),
        (("run",), []),
    ],
)
def test_only_what_names_the_target_is_kept(command: tuple[str, ...], kept: list[str]) -> None:
    """Selection, workers and the output folder belong to the old run."""
    assert target_arguments(command) == kept


def takes_a_value(name: str) -> bool:
    """Tell whether the word behind an option is taken for its value."""
    kept_with_value = target_arguments(("run", name, "x")) == [name, "x"]
    return kept_with_value or not target_arguments(("run", name, "--strict"))


def test_every_option_is_known() -> None:
    """An option is followed by a value just when the command itself would have it so."""
    options = [one for one in run.get_params(click.Context(run)) if isinstance(one, click.Option)]
    names = {name: one.is_flag for one in options for name in one.opts}
    assert {name for name in names if takes_a_value(name) == names[name]} == set()
    assert {"--json", "--help", "-n", "--out"} <= names.keys()


NOT_OF_ONE_TEST = {
    "--access-key",
    "--secret-key",
    "--session-token",
    "--against",
    "--baseline",
    "--help",
    "-h",
    "--json",
    "--level",
    "--out",
    "--record-evidence",
    "--select",
    "--shard",
    "--spend-limit",
    "--workers",
    "-n",
    "--yes-i-pay",
}
"""Keys, and what decides which tests are run, where it is written and what follows from it."""


def test_every_option_that_decides_what_is_asked_is_kept() -> None:
    """An option is in the line of a law, or listed here as one that has no say in it."""
    options = [one for one in run.get_params(click.Context(run)) if isinstance(one, click.Option)]
    for option in options:
        for name in option.opts:
            words = (name,) if option.is_flag else (name, "x")
            line = shlex.split(rerun(f"{AREA}a-law", run_line(command=("run", *words))))
            assert (name in line[4:]) is (name not in NOT_OF_ONE_TEST), name


def test_options_of_laws_are_kept_for_laws_alone() -> None:
    """A seed makes the same examples again; other tests have none."""
    line = run_line(command=("run", "--seed", "7", "--properties=thorough"))
    assert rerun("a[b]", line) == "s3-conformance run --select 'a[b]'"
    words = shlex.split(rerun(f"{AREA}a-law", line))
    assert words[4:] == ["--seed", "7", "--properties=thorough"]


@pytest.mark.parametrize(
    ("command", "found", "line"),
    [
        (
            ("run", "--target", "moto", "--out", "a b/", "my.yaml"),
            "a b/",
            "run 'a b/counter-examples/x.yaml' --target moto",
        ),
        (("run", "--out=o", "--seed", "3"), "o", "run o/counter-examples/x.yaml"),
        (("run", "--target", "moto"), "", "run counter-examples/x.yaml --target moto"),
        (
            ("run", "--target", "a", "--against", "b", "--out", "o"),
            "",
            "run counter-examples/x.yaml --target a",
        ),
    ],
)
def test_a_counter_example_goes_to_the_same_target(
    command: tuple[str, ...], found: str, line: str
) -> None:
    """Its path begins at the folder of the record, where the command names that."""
    made = run_line(command=command)
    assert folder(made) == found
    assert counter_example("counter-examples/x.yaml", made) == f"s3-conformance {line}"


@pytest.mark.parametrize(("out", "here"), [(("--out", "o"), False), ((), True)])
def test_the_page_says_where_a_counter_example_can_be_repeated(
    out: tuple[str, ...], here: bool
) -> None:
    """The line of the page has the target, and a path that works where the page says."""
    found = CounterExample(
        id="x", file="counter-examples/x.yaml", text="format: 1", requests=3, reason="differs"
    )
    search = SearchLine(
        profile="quick", seed=0, examples=1, requests=3, bytes=0, counter_examples=(found,)
    )
    made = record(
        a_test(f"{AREA}a-law", Verdict.FAIL, search=search),
        run={"command": ("run", "--target", "moto", *out)},
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
    assert rerun("a/b", run_line(command=("run",))) == "s3-conformance run --select test:a/b"


def test_the_line_is_one_shell_word_an_argument() -> None:
    """Whatever is in an id or a path, the shell sees it as one word."""
    id_ = "a/b[it's $(rm -rf ~),`x`]"
    line = rerun(id_, run_line(command=("run", "--bucket", "a b;c")))
    assert shlex.split(line) == ["s3-conformance", "run", "--select", id_, "--bucket", "a b;c"]


def test_the_command_is_named_once() -> None:
    """A record may hold the command's name among the arguments, or not."""
    assert command_line(("run",)) == "s3-conformance run"
    assert command_line(("s3-conformance", "run")) == "s3-conformance run"

"""The table of target options: what each face makes of it, and what stands over what."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from conformance.cli.main import COMMANDS, group
from conformance.targets.option_table import as_table, with_table
from conformance.targets.option_values import read_options, with_environment
from conformance.targets.options import OPTIONS, TargetChoice, TargetOptions
from conformance.vocabulary.text import OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.targets.options import TargetOption

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "command.md"
TEXTS = [row for row in OPTIONS if row.kind == "text" and not row.choices]


def test_every_field_has_its_row() -> None:
    """An option without a row would be known to nobody who spells options."""
    options = {one.name for one in fields(TargetOptions)} - {"given_as"}
    kept = {one.name for one in fields(TargetChoice)}
    assert {row.field for row in OPTIONS} == options
    assert {row.field for row in OPTIONS if row.recorded} == kept
    assert not [row.field for row in OPTIONS if row.secret and (row.recorded or row.pytest_flag)]


@pytest.mark.parametrize("name", ["run", "probe", "clean", "replay"])
def test_the_commands_have_them_all(name: str) -> None:
    """A command that reaches a target takes every option, with the help of the table."""
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert name in COMMANDS
    known = {word: one for one in command.params for word in one.opts}
    for row in OPTIONS:
        option = known[row.flag]
        assert isinstance(option, click.Option)
        assert (option.help, option.is_flag) == (row.help, row.kind == "switch")


def test_the_page_has_the_table() -> None:
    """``python -m conformance.targets.option_table`` makes it anew."""
    page = PAGE.read_text("utf-8")
    assert with_table(page) == page
    for row in OPTIONS:
        assert f"`{row.flag}`" in as_table()
        assert f"`{row.variable}`" in as_table()


@pytest.mark.parametrize("row", TEXTS, ids=lambda row: row.field)
@pytest.mark.parametrize("empty", ["", " \t"])
def test_a_text_without_text_is_refused_wherever_it_comes_from(
    row: TargetOption, empty: str
) -> None:
    """Left out instead, a variable that is not set would choose another endpoint."""
    name, flag, variable = row.field, row.flag, row.variable
    with pytest.raises(OptionError, match=f"the value of {flag} is empty"):
        read_options({name: empty})
    with pytest.raises(OptionError, match=f"the value of {flag} is empty"):
        replace(TargetOptions(), **{name: empty})  # type: ignore[arg-type]  # a text field
    with pytest.raises(OptionError, match=f"the value of {variable} is empty"):
        with_environment(TargetOptions(), {variable: empty})


def test_paths_are_refused_when_empty_too() -> None:
    """Made into a path it would be the working folder."""
    for name in ("profile", "ca_file"):
        with pytest.raises(OptionError, match="is empty"):
            read_options({name: ""})


@pytest.mark.parametrize(
    ("options", "environ", "expected"),
    [
        ({}, {}, {}),
        ({}, {"AWS_ENDPOINT_URL": "http://a"}, {"endpoint_url": "http://a"}),
        (
            {},
            {"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://b"},
            {"endpoint_url": "http://b"},
        ),
        (
            {},
            {"AWS_ENDPOINT_URL_S3": "http://b", "S3_CONFORMANCE_ENDPOINT_URL": "http://c"},
            {"endpoint_url": "http://c"},
        ),
        (
            {"endpoint_url": "http://d"},
            {"S3_CONFORMANCE_ENDPOINT_URL": "http://c", "S3_CONFORMANCE_REGION": "eu-west-1"},
            {"endpoint_url": "http://d", "region": "eu-west-1"},
        ),
        ({"target": "moto"}, {"AWS_ENDPOINT_URL": "http://a"}, {"target": "moto"}),
        ({"target": "moto"}, {"S3_CONFORMANCE_ENDPOINT_URL": "http://c"}, {"target": "moto"}),
        (
            {},
            {"S3_CONFORMANCE_TARGET": "moto", "AWS_ENDPOINT_URL": "http://a"},
            {"target": "moto"},
        ),
        (
            {},
            {"S3_CONFORMANCE_TARGET": "moto", "S3_CONFORMANCE_ENDPOINT_URL": "http://c"},
            {"target": "moto", "endpoint_url": "http://c"},
        ),
        ({}, {"AWS_ENDPOINT_URL": " "}, {}),
        ({}, {"AWS_ENDPOINT_URL": "http://a", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, {}),
        (
            {},
            {"S3_CONFORMANCE_CA_FILE": "a.pem", "S3_CONFORMANCE_INSECURE": "1"},
            {"ca_file": Path("a.pem"), "insecure": True},
        ),
        ({"insecure": True}, {"S3_CONFORMANCE_INSECURE": "0"}, {"insecure": True}),
        (
            {"profile_name": "mine"},
            {"S3_CONFORMANCE_ACCESS_KEY": "A", "S3_CONFORMANCE_SECRET_KEY": "s"},
            {"profile_name": "mine"},
        ),
        (
            {"access_key": "A", "secret_key": "s"},
            {"S3_CONFORMANCE_SESSION_TOKEN": "t", "S3_CONFORMANCE_PROFILE_NAME": "other"},
            {"access_key": "A", "secret_key": "s"},
        ),
        (
            {"access_key": "A"},
            {"S3_CONFORMANCE_SECRET_KEY": "s", "S3_CONFORMANCE_SESSION_TOKEN": "t"},
            {"access_key": "A", "secret_key": "s", "session_token": "t"},
        ),
    ],
)
def test_options_stand_over_our_variables_and_these_over_those_of_sdks(
    options: Mapping[str, object], environ: Mapping[str, str], expected: Mapping[str, object]
) -> None:
    """What says which endpoint counts as one thing, and so does what makes a key pair."""
    found = with_environment(read_options(options), environ)
    said = {row.field: getattr(found, row.field) for row in OPTIONS}
    assert {name: value for name, value in said.items() if value not in (None, False)} == expected
    assert found.named is bool({"target", "endpoint_url"} & expected.keys())
    by_variable = {"target", "endpoint_url"} & found.of_environment.keys()
    assert bool(found.where()) is (not found.named or bool(by_variable))


def test_a_record_s_endpoint_is_moved_by_no_variable() -> None:
    """Keys may come from the environment; where requests go is the record's to say."""
    environ = {"AWS_ENDPOINT_URL": "http://a", "S3_CONFORMANCE_TARGET": "moto"}
    keys = {"S3_CONFORMANCE_ACCESS_KEY": "A"}
    found = with_environment(TargetOptions(), environ | keys, endpoint=False)
    assert (found.named, found.access_key) == (False, "A")


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
def test_amazon_is_not_tested_because_an_sdk_s_variable_names_it(name: str) -> None:
    """It costs money; who means it says so with an option or a variable of ours."""
    url = "https://s3.eu-west-1.amazonaws.com"
    with pytest.raises(OptionError, match=f"{name} names Amazon S3.*--endpoint-url"):
        with_environment(TargetOptions(), {name: url})
    ours = with_environment(TargetOptions(), {name: url, "S3_CONFORMANCE_ENDPOINT_URL": url})
    assert ours.endpoint_url == url


@pytest.mark.parametrize(
    ("variable", "words"),
    [("ADDRESSING", "none of path, virtual-host"), ("INSECURE", "none of 1, true, yes")],
)
def test_a_variable_is_held_to_the_choices(variable: str, words: str) -> None:
    """By its own name, since nobody typed an option."""
    name = f"S3_CONFORMANCE_{variable}"
    with pytest.raises(OptionError, match=f"{name}: 'maybe' is {words}"):
        with_environment(TargetOptions(), {name: "maybe"})


def test_secrets_are_shown_nowhere() -> None:
    """Neither in a trace back nor in what a record keeps."""
    options = TargetOptions(access_key="A", secret_key="HUSH", session_token="HUSH")
    assert "HUSH" not in repr(options) + repr(options.choice())

"""Options from a file and from variables: which counts, and what a checkout may not choose."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from command_helpers import GOOD, Command, spec

from conformance.cli.config_file import read_config
from conformance.cli.configured import variable, with_file_and_variables
from conformance.cli.run import command as run_command
from conformance.targets.options import OPTIONS
from conformance.vocabulary.text import OptionError

if TYPE_CHECKING:
    from pathlib import Path

RUN = with_file_and_variables(run_command)


def written(folder: Path, text: str, name: str = "s3-conformance.toml") -> Path:
    """Write a file of options."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_options_are_read_by_their_long_names(tmp_path: Path) -> None:
    """Texts, numbers, switches and lists; paths are those beside the file."""
    path = written(
        tmp_path,
        'target = "moto"\nmaxfail = 3\nstrict = true\nbaseline = "b.yaml"\n'
        'select = ["a.b or c/**", "needs:tls"]\nmentioning = "BadDigest"\n',
    )
    found = read_config(path, RUN)
    assert found.target == {"target": "moto"}
    assert found.places == {"target": f"{path}:1 (target)"}
    assert found.defaults == {
        "most_failures": "3", "strict": True, "baseline": str(tmp_path / "b.yaml"),
        "select": ["a.b or c/**", "needs:tls"], "mentioning": ["BadDigest"],
    }  # fmt: skip


def test_every_option_of_a_run_can_be_in_the_file_but_those_that_confirm_or_choose(
    tmp_path: Path,
) -> None:
    """One that is added later can be there, too."""
    refused = []
    for param in RUN.params:
        names = [name for name in param.opts if name.startswith("--")]
        if not names:
            continue
        value = "true" if getattr(param, "is_flag", False) else '"1"'
        path = written(tmp_path, f"{names[0].removeprefix('--')} = {value}\n")
        try:
            read_config(path, RUN)
        except OptionError:
            refused.append(names[0])
    assert set(refused) == {
        "--profile-name", "--alt-profile-name", "--access-key", "--secret-key",
        "--session-token", "--insecure", "--yes-i-pay", "--config",
    }  # fmt: skip


def test_all_mistakes_come_with_their_lines(tmp_path: Path) -> None:
    """An unknown key has the nearest one as a hint."""
    path = written(
        tmp_path,
        '# ours\ntagret = "moto"\nstrict = "yes"\nsecret-key = "x"\nresolve = "a"\n'
        'maxfail = [1, 2]\nregion = " "\n',
    )
    with pytest.raises(OptionError) as caught:
        read_config(path, RUN)
    lines = str(caught.value).splitlines()
    assert lines[0] == f"{path}:2: unknown option 'tagret'; did you mean target?"
    assert [line.partition(": ")[0].rpartition(":")[2] for line in lines] == [
        "2", "3", "4", "5", "6", "7",
    ]  # fmt: skip
    assert "a checkout must not choose credentials" in lines[2]


def test_a_table_of_pyproject_is_read_by_its_own_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys of other tables are none of ours."""
    text = '[project]\nname = "mine"\n\n[tool.s3-conformance]\nname = "x"\n'
    path = written(tmp_path, text, "pyproject.toml")
    with pytest.raises(OptionError, match=r"pyproject.toml:5: unknown option 'name'"):
        read_config(path, RUN)
    path.write_text('[project]\nname = "mine"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_config(None, RUN).path == ""
    with pytest.raises(OptionError, match=r"has no table \[tool.s3-conformance\]"):
        read_config(path, RUN)


def test_a_profile_that_a_checkout_names_can_not_choose_credentials(tmp_path: Path) -> None:
    """Else two files would do what one may not."""
    (tmp_path / "p.yaml").write_text("name: x\ncredentials: {profile: prod}\n", "utf-8")
    path = written(tmp_path, 'profile = "p.yaml"\n')
    with pytest.raises(OptionError, match=r":1: .*p.yaml sets credentials"):
        read_config(path, RUN)
    (tmp_path / "p.yaml").write_text("name: x\n# insecure: true\n", "utf-8")
    assert read_config(path, RUN).target == {"profile": str(tmp_path / "p.yaml")}


def test_what_is_typed_counts_before_a_variable_and_that_before_the_file(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is put aside by the one before it."""
    spec(tmp_path / "t.yaml", GOOD, cases=3)
    written(tmp_path, 'mentioning = "t[1]"\ntarget = "moto"\n')

    def planned(*words: str) -> tuple[str, list[str]]:
        result = command("run", "--dry-run", "--json", *words, "t.yaml")
        assert result.code == 0, result.err
        plan = json.loads(result.out)
        return plan["target"], plan["tests"]

    assert planned() == ("moto", ["t[1]"])
    monkeypatch.setenv("S3_CONFORMANCE_MENTIONING", "t[2]\nt[3]")
    monkeypatch.setenv("S3_CONFORMANCE_TARGET", "reference")
    assert planned() == ("reference", ["t[2]", "t[3]"])
    assert planned("-k", "t[3]", "--target", "seaweedfs") == ("seaweedfs", ["t[3]"])
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.delenv("S3_CONFORMANCE_TARGET")
    assert planned()[0] == "moto"


def test_every_option_of_a_run_has_its_variable() -> None:
    """But those that confirm costs, and the switch that runs nothing."""
    of_target = {row.flag for row in OPTIONS}
    without = set()
    for param in RUN.params:
        for name in param.opts:
            if name.startswith("--") and name not in of_target and param.envvar != variable(name):
                without.add(name)
    assert without == {"--yes-i-pay", "--dry-run"}


def test_a_mistake_in_the_file_ends_in_2(command: Command, tmp_path: Path) -> None:
    """Nothing is started."""
    written(tmp_path, 'color = "red"\n')
    result = command("run", "--dry-run")
    assert result.code == 2
    assert "'red' is not one of" in result.err

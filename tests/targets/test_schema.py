"""The published schema of profiles, and that it and the loader are of one mind."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from conformance.catalog import yaml12
from conformance.catalog.problems import Problems, SpecError
from conformance.targets.profile_file import load_profile
from conformance.targets.schema import PATH, schema_text

TARGETS = Path(__file__).parents[2] / "specs" / "targets"
FIRST = "format: 1\nname: mine\n"
HERE = "endpoint_url: http://127.0.0.1:9000\n"


def is_valid(text: str) -> bool:
    """Tell whether an editor would take the file."""
    node = yaml12.read("p.yaml", text, Problems())
    assert node is not None
    validator = jsonschema.Draft202012Validator(json.loads(PATH.read_text("utf-8")))
    return bool(validator.is_valid(yaml12.plain(node)))


def test_no_drift() -> None:
    """The file is what ``python -m conformance.targets.schema`` makes of the model."""
    assert PATH.read_text("utf-8") == schema_text()


@pytest.mark.parametrize("path", sorted(TARGETS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_profiles_are_valid(path: Path) -> None:
    """Every profile that comes with the package, the template for a user's own among them."""
    assert is_valid(path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (FIRST + HERE, True),
        (FIRST + "launcher: moto\n", True),
        (FIRST + "tls_endpoint_url: https://h\ncredentials: {env: MINE}\n", True),
        (FIRST, False),
        (FIRST + "launcher: null\n", False),
        (FIRST + "launcher: frob\n", False),
        (FIRST + "endpoint_url: ftp://h\n", False),
        (HERE, False),
        (FIRST + HERE + "secret_key: hush\n", False),
        (FIRST + HERE + "addressing: dns\n", False),
        (FIRST + HERE + "limits: {answer_seconds: 0}\n", False),
        (FIRST + HERE + "limits: {answers: 3}\n", False),
        (FIRST + HERE + "lacks: [tls]\n", False),
        (FIRST + HERE + "credentials: {}\n", False),
        (FIRST + HERE + "credentials: {env: MINE, profile: mine}\n", False),
        (FIRST + HERE + "values: {kms: arn}\n", False),
    ],
)
def test_editor_and_loader_agree(tmp_path: Path, text: str, good: bool) -> None:
    """What the one takes the other takes, and what it refuses, too."""
    path = tmp_path / "p.yaml"
    path.write_text(text, "utf-8")
    assert is_valid(text) is good
    if good:
        assert load_profile(path, ()).name == "mine"
    else:
        with pytest.raises(SpecError):
            load_profile(path, ())

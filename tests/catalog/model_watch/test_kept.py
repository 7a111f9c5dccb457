"""The kept edition of the service model."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.model_watch.kept import (
    ModelError,
    family_in,
    installed_family,
    kept_family,
    render,
    write,
)
from conformance.vocabulary.service_model import FILE

from .models import family, tree

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    """The file holds all that a family is."""
    (tmp_path / FILE).write_text(render(family()))
    assert kept_family(tmp_path) == family()


def test_the_installed_edition_is_written(tmp_path: Path) -> None:
    """The command keeps the installed botocore's model."""
    assert write(tmp_path) == tmp_path / FILE
    assert kept_family(tmp_path) == installed_family()


def test_the_project_keeps_an_edition() -> None:
    """The project's own file is there, in the form that the command gives it."""
    kept = kept_family()
    assert len(kept.members) > 300
    assert kept.botocore


def test_a_folder_without_one_answers_for_nothing(tmp_path: Path) -> None:
    """Specs of somebody's own have no such file, and nothing to answer for."""
    assert not kept_family(tmp_path).members


@pytest.mark.parametrize("packed", [False, True])
def test_a_service_model_is_read(tmp_path: Path, *, packed: bool) -> None:
    """A service-2.json is taken as botocore ships it, packed or not."""
    raw = json.dumps(tree()).encode()
    file = tmp_path / "service-2.json"
    file.write_bytes(gzip.compress(raw) if packed else raw)
    assert family_in(file) == family(version="")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"{}", b"{", b"\xff\xfe", b"\x1f\x8b", b'{"metadata": {"serviceId": "SQS"}}',
        b'{"metadata": {"serviceId": "S3"}, "operations": {"ListParts": 5}, "shapes": {}}',
    ],
)  # fmt: skip
def test_another_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    """What is no service model of S3 is told so."""
    file = tmp_path / "other.json"
    file.write_bytes(raw)
    with pytest.raises(ModelError, match=r"other\.json is"):
        family_in(file)

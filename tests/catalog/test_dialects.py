"""Dialects in the catalogue: read from their files, named by scenarios, and checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.catalog.problems import SpecError
from conformance.vocabulary.dialects import SPELLINGS

from .conftest import SPECS

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """\
format: 1
about: One client's form
scenarios:
  - id: create/answers
    title: CreateMultipartUpload answers
    rules: [life.create]
    why: without an id no part can be sent
    matrix:
      client: {{every: dialect{but}}}
    dialect: $client
    steps:
      - CreateMultipartUpload: {{}}
        save: {{upload: UploadId}}
        must: {{status: 200}}
      - UploadPart: {{UploadId: $upload, PartNumber: 1}}
        dialect: {own}
      - ListParts: {{UploadId: $upload}}
        not-sent-by: [small]
"""


def test_a_file_is_read_whole() -> None:
    """Sizes, variants, spelling and what is unsigned come out as the wire wants them."""
    dialect = load(specs=SPECS).dialects["small"]
    assert dialect.operations == {"CreateMultipartUpload", "UploadPart"}
    assert dialect.variants == {"stream"}
    first, http, stream = dialect.forms
    assert first.query == (("uploads", ""),)
    assert first.over == ("http", "tls")
    assert http.over == ("http",)
    assert stream.chunk_bytes == (65536, 8192)
    assert stream.sizes == "upper"
    assert stream.unsigned == {"user-agent"}
    assert stream.authorization == SPELLINGS["spaced"]


def test_an_axis_over_every_dialect(tmp_path: Path) -> None:
    """Each dialect makes a test; what its client never sends is left out by name."""
    path = tmp_path / "a.yaml"
    path.write_text(SCENARIO.format(but="", own="own"), encoding="utf-8")
    (test,) = load([path], specs=SPECS).tests
    assert test.id == "create/answers[small]"
    assert test.dialect == "small"
    assert test.left_out == ("ListParts",)
    create, part = test.steps
    assert create.spoken is not None
    assert part.spoken is None
    assert "CreateMultipartUpload, as small writes it," in test.sentences[0]


def test_a_step_speaks_a_dialect_of_its_own(tmp_path: Path) -> None:
    """A variant is named behind a colon; an axis that leaves out every dialect is a mistake."""
    path = tmp_path / "a.yaml"
    path.write_text(SCENARIO.format(but="", own="small:stream"), encoding="utf-8")
    (test,) = load([path], specs=SPECS).tests
    assert test.steps[1].spoken is not None
    assert test.steps[1].spoken.name == "small:stream"
    path.write_text(SCENARIO.format(but=", but: [small]", own="own"), encoding="utf-8")
    with pytest.raises(SpecError, match="every dialect is left out"):
        load([path], specs=SPECS)


def test_dialects_of_the_project_are_dated_and_whole() -> None:
    """Each names client, version and day, and a signature's place in all that is signed so."""
    for dialect in load().dialects.values():
        assert dialect.client
        assert dialect.version
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", dialect.captured)
        for form in dialect.forms:
            names = [name.lower() for name, _ in form.headers]
            assert ("authorization" in names) is not form.presigned
            assert "host" in names

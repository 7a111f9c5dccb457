"""The seeds of what tests generate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.load import load
from conformance.catalog.seeds import seeds

if TYPE_CHECKING:
    from pathlib import Path

_SCENARIO = """\
format: 1
about: seeds
let:
  inner: {random: 10, seed: deep}
scenarios:
  - id: seeds/all
    title: Seeds are found wherever a body is made
    rules: [life.create-returns-id]
    why: a reader of the record must be able to make the same bytes
    steps:
      - PutObject: {Body: {concat: [$inner, {random: 5}]}, with: {sse_c: {seed: key-seed}}}
        must: {status: 200}
      - concurrently:
          - PutObject: {Body: "x"}
            headers: {Content-MD5: {digest: {random: 3, seed: header}, algorithm: MD5}}
            must: {status: 200}
"""


def test_seeds_of_bodies_and_keys(tmp_path: Path) -> None:
    """Members, edits, nested calls, simultaneous steps and customer keys all count."""
    (tmp_path / "one.yaml").write_text(_SCENARIO)
    assert {"deep", "", "header", "key-seed"} <= set(seeds(load([tmp_path]).tests))

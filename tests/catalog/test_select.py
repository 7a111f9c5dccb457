"""The language of --select."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.catalog.select import SelectionError, exactly, select

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog

ALL = 14


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        ("ssec.part-match", 4),
        ("ssec.*", 4),
        ("life.guess", 4),
        ("create/answers", 8),
        ("create/*", 8),
        ("upload-part/**", 4),
        ("**/matches-create", 4),
        ("abort/frees[1]", 1),
        ("create/answers[short,*]", 4),
        ("**[*-key]", 2),
        ("operation:UploadPart", 6),
        ("operation:*Multipart*", 10),
        ("needs:sse-c", 4),
        ("catches:D02", 4),
        ("impact:data-loss", 6),
        ("not ssec.*", 10),
        ("not not ssec.*", 4),
        ("ssec.* or life.abort", 6),
        ("ssec.* or life.abort and abort/frees[1]", 5),
        ("(ssec.* or life.abort) and abort/frees[1]", 1),
        ("not (ssec.* or life.abort)", 8),
        ("ssec.* and life.abort", 0),
        ("not ssec.* and not life.abort", 8),
        ("**", ALL),
    ],
)
def test_expressions(catalog: Catalog, expression: str, count: int) -> None:
    """Ids, globs, fields and the three words select what they say."""
    assert len(select(catalog, [expression])) == count


def test_exactly_one_test() -> None:
    """Also a test whose id is its scenario's, which has tests of other buckets beside it."""
    shipped = load()
    plain = [test.id for test in shipped.tests if "[" not in test.id]
    first = {test.scenario.id: test.id for test in shipped.tests if "[" in test.id}
    assert any(len(select(shipped, [name])) > 1 for name in plain)
    for name in (*plain, *first.values()):
        assert [test.id for test in select(shipped, [exactly(name)])] == [name]


def test_several_expressions_are_alternatives(catalog: Catalog) -> None:
    """Each --select adds to the others, in the catalogue's order, and none selects everything."""
    chosen = select(catalog, ["abort/frees[2]", "ssec.*"])
    assert [test.id for test in chosen][-1] == "abort/frees[2]"
    assert len(chosen) == 5
    assert len(select(catalog)) == ALL


def test_level_keeps_the_stronger(catalog: Catalog) -> None:
    """A level keeps the tests of that level and of those above it."""
    assert len(select(catalog, level="MUST")) == 12
    assert len(select(catalog, level="SHOULD")) == ALL
    assert select(catalog, ["life.abort"], "MUST") == ()


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("ssec.*  or acl.*", "nothing matches acl.*"),
        (
            "not ssec.prat-match",
            "nothing matches ssec.prat-match\n    hint: did you mean ssec.part",
        ),
        ("operation:UploadPrt", "nothing matches operation:UploadPrt\n    hint: did you mean Upl"),
        ("upload-part", "nothing matches upload-part\n    hint: did you mean upload-part/**?"),
        ("ssec", "nothing matches ssec\n    hint: did you mean ssec.**?"),
        ("upload-part/*", "nothing matches upload-part/*"),
        ("catchs:D01", "nothing to select by catchs:\n    hint: did you mean catches?"),
        ("life.later", "no test shows life.later yet\n    hint: nobody here can wait"),
        ("", "an empty selection"),
        ("ssec.* and", "ends where a term is wanted"),
        ("(ssec.*", "a parenthesis is not closed"),
        ("ssec.* )", "and, or or nothing is wanted before )"),
        ("ssec.* life.*", "and, or or nothing is wanted before life.*"),
        ("or ssec.*", "a term is wanted before or"),
    ],
)
def test_mistakes_are_named(catalog: Catalog, expression: str, message: str) -> None:
    """A term that matches nothing, or a malformed expression, never selects in silence."""
    with pytest.raises(SelectionError) as raised:
        select(catalog, [expression])
    assert message in str(raised.value)


def test_all_mistakes_of_all_expressions(catalog: Catalog) -> None:
    """Mistakes of several expressions come together."""
    with pytest.raises(SelectionError) as raised:
        select(catalog, ["nope.* or none/**", "ssec.*", "zilch"])
    assert [line for line in str(raised.value).splitlines() if line.startswith("--select")] == [
        "--select 'nope.* or none/**': nothing matches nope.*",
        "--select 'nope.* or none/**': nothing matches none/**",
        "--select 'zilch': nothing matches zilch",
    ]

"""The front of the site as a Markdown table, for pages that people read elsewhere. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from conformance.report.markdown import escaped
from conformance.site.model import IMPACT_SYMBOLS, STANDINGS
from conformance.site.survey import CLIENTS
from conformance.vocabulary.marks import between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.site.model import Cell, Question
    from conformance.site.survey import Survey

BEGIN: Final = "<!-- made by `s3-conformance site --table`: begin -->"
END: Final = "<!-- made by `s3-conformance site --table`: end -->"
_IMPACTS: Final = {
    "data-loss": "may lose data",
    "security": "weakens security",
    "interop": "may break clients",
    "cosmetic": "cosmetic",
}


def front_table(survey: Survey) -> str:
    """Return what the front says: a row a workload and feature, a column a server, and the signs.

    Clients are left out: they have a table of their own on the site.
    """
    heads = [f"{escaped(one.name)}" for one in survey.compared]
    rows = [f"| | {' | '.join(heads)} |", f"|---|{':-:|' * len(heads)}"]
    for title, questions in _groups(survey):
        rows.append(f"| **{escaped(title)}** |{' |' * len(heads)}")
        for question in questions:
            cells = [_shown(survey.cell(server, question)) for server in survey.compared]
            rows.append(f"| {escaped(question.title)} | {' | '.join(cells)} |")
    return "\n".join([*rows, "", _signs()]) + "\n"


def _groups(survey: Survey) -> Iterator[tuple[str, list[Question]]]:
    yield "Workloads", list(survey.workloads)
    features = (one for one in survey.features if one.group != CLIENTS)
    for group, some in groupby(features, key=lambda one: one.group):
        yield group, list(some)


def _shown(cell: Cell) -> str:
    """Return the symbol, with the share of tests that passed where not all did."""
    plain = cell.share is None or cell.standing == "works"
    return cell.symbol if plain else f"{cell.symbol}\N{NO-BREAK SPACE}{cell.share}"


def _signs() -> str:
    works, ignored, refuses, unknown = (
        f"{symbol} {words}"
        for symbol, words in (
            STANDINGS[name] for name in ("works", "ignored", "refuses", "not-tested")
        )
    )
    deviates = ", ".join(f"{sign} {_IMPACTS[name]}" for name, sign in IMPACT_SYMBOLS.items())
    return (
        f"{works} · works, with deviations of which the worst: {deviates} · {ignored} · "
        f"{refuses} · {unknown}. Numbers: of 100 of its tests that were completed, so many passed."
    )


def with_front(page: str, made: str) -> str:
    """Return the page with what is between its two marks replaced; ValueError without marks."""
    return between(page, BEGIN, END, made)

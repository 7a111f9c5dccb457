"""The part of a baseline that only programs write: its catalogue, and digests of its tests.

``catalogue`` names the version, ``partial`` is there when tests were left out, and ``expects`` at
the end of the file has a line for each test: its id, then its digests as words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.baseline.since import Since, digests
from conformance.catalog.history.tables import before_digests, expected_line
from conformance.catalog.yaml_scalars import folded, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.catalog.lint.shape import Form
    from conformance.catalog.problems import Problems
    from conformance.record.model import Record, RunLine
    from conformance.vocabulary.expected import Expected

SECTION: Final = "expects"
OWN_FILES: Final = "own scenario files"
_INDENT: Final = "  "
_COMMENT: Final = "# What each test expected, as digests; `baseline upgrade` renews them."


def read_since(form: Form, problems: Problems) -> Since:
    """Return what a baseline says of its catalogue.

    A baseline with a list of judged tests and without digests is older than digests are: what its
    tests expected is in a table of that time.
    """
    catalogue, partial = form.text("catalogue"), form.flag("partial")
    if SECTION not in form.node.entries:
        table = before_digests() if "judged" in form.node.entries and not catalogue else None
        if table is None:
            return Since(catalogue=catalogue, partial=partial)
        return Since(catalogue=table.version, partial=partial, expected=table.expected)
    expected: dict[str, Expected] = {}
    for node in form.texts(SECTION):
        try:
            name, words = expected_line(str(node.value))
        except ValueError as error:
            hint = "`baseline upgrade` writes this section"
            problems.add(node.mark, "wrong-kind", f"no digests of a test: {error}", hint)
            continue
        if words is None:
            problems.add(node.mark, "wrong-kind", f"{name} has no digests")
        else:
            expected[name] = words
    return Since(catalogue=catalogue, partial=partial, expected=expected)


def since_of(*records: Record) -> Since:
    """Return the catalogue of records, as a baseline made from them states it."""
    first = records[0]
    expected: dict[str, Expected] = {}
    for record in records:
        for test in record.tests:
            if (words := digests(test.expects)) is not None:
                expected.setdefault(test.id, words)
    return Since(
        catalogue=catalogue_of(first.run), partial=bool(first.run.left_out), expected=expected
    )


def catalogue_of(run: RunLine) -> str:
    """Return the name of a run's catalogue in a baseline."""
    return run.catalog_version or OWN_FILES


def head_lines(since: Since) -> Iterator[str]:
    """Yield the lines for the head of a baseline."""
    if since.catalogue:
        yield f"catalogue: {scalar(since.catalogue)}"
    if since.partial:
        yield "partial: true"


def section_lines(expected: Mapping[str, Expected]) -> Iterator[str]:
    """Yield the section with the digests; nothing without any."""
    if not expected:
        return
    yield _COMMENT
    yield f"{SECTION}:"
    for name, words in sorted(expected.items()):
        yield from f"{_INDENT}- {folded(f'{name} {words}', _INDENT, key='-')}".split("\n")


def with_since(text: str, since: Since) -> str:
    """Return the text of a baseline with another head and section; all else stays as it is."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = list(_without(text.splitlines()))
    at = next((n for n, line in enumerate(lines) if line.startswith("format:")), -1) + 1
    lines[at:at] = head_lines(since)
    lines += section_lines(since.expected)
    return "".join(f"{line}{end}" for line in lines)


def _without(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines that are neither of the head's two keys nor of the section."""
    within = False
    for line in lines:
        if line.startswith(f"{SECTION}:") or line == _COMMENT:
            within = True
        elif within and line and not line.startswith((" ", "-", "#")):
            within = False
        if not within and not line.startswith(("catalogue:", "partial:")):
            yield line

"""The table of target options for the page of the command.

``python -m conformance.targets.option_table`` writes it to its place in the source tree.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.targets.options import OPTIONS
from conformance.vocabulary.marks import between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.targets.options import TargetOption

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "command.md"
BEGIN: Final = "<!-- made by `python -m conformance.targets.option_table`: begin -->"
END: Final = "<!-- made by `python -m conformance.targets.option_table`: end -->"


def as_table() -> str:
    """Return the options as a Markdown table."""
    return "\n".join(_lines()) + "\n"


def with_table(page: str) -> str:
    """Return the page with what is between its marks made again; ValueError without marks."""
    return between(page, BEGIN, END, as_table())


def _lines() -> Iterator[str]:
    yield "| option | pytest | environment | in the record | meaning |"
    yield "|---|---|---|---|---|"
    for row in OPTIONS:
        variables = ", ".join(f"`{name}`" for name in (row.variable, *row.of_sdks))
        pytest_flag = f"`{row.pytest_flag}`" if row.pytest_flag else ""
        yield f"| `{row.flag}` | {pytest_flag} | {variables} | {_kept(row)} | {row.help} |"


def _kept(row: TargetOption) -> str:
    return "never, it is a secret" if row.secret else "yes" if row.recorded else "no"


def main() -> None:
    """Write the table to its page in the source tree."""
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

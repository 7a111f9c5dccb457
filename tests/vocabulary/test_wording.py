"""Everything a person reads is in plain words; what is not yet is counted, and only gets less."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import conformance
from conformance.catalog.lint.wording import texts
from conformance.catalog.load import load
from conformance.vocabulary.wording import discouraged

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ALLOWED = Path(__file__).with_name("wording-allowed.txt")
PACKAGE = Path(conformance.__file__).parent
MADE = ("capabilities", "coverage", "incompatibilities", "proof", "rules", "sources", "dialects")
"""Pages made from the specs, whose texts are looked at there."""
SENTENCE = re.compile(r"[A-Za-z]{2,} +[a-z]{2,} +[A-Za-z]{2,}")
"""Three words in a row: a text, and no name, key or pattern."""
LABEL = re.compile(r"\s*[A-Za-z][A-Za-z ]*: +")
"""A word or two with a colon, before a value."""
TEMPLATE_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
FIELD = re.compile(r"\{[^{}]*\}")


def documents() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every page that is written by hand."""
    folders = ("changelog.d", "reports", "benchmarks", ".github")
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "action.yml"]
    pages += [page for folder in folders for page in (ROOT / folder).glob("**/*.md")]
    for page in sorted(pages):
        made = page.parent.name == "reference" and page.stem in MADE
        if not made and page.name != "style.md" and "published" not in page.parts:
            code = r"```.*?```|(?m:^ {4}[^\n]*$)"
            text = re.sub(code, "", page.read_text("utf-8"), flags=re.DOTALL)
            yield page.relative_to(ROOT).as_posix(), text


def templates() -> Iterator[tuple[str, str]]:
    """Yield the text of every template, without its code."""
    for path in sorted(PACKAGE.rglob("*.j2")):
        text = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>",
            " ",
            path.read_text("utf-8"),
            flags=re.DOTALL,
        )
        yield path.relative_to(PACKAGE).as_posix(), text


def messages() -> Iterator[tuple[str, str]]:
    """Yield the sentences in the code: constants and f-strings, and the help of commands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name == "wording.py":
            continue  # the list itself
        tree = ast.parse(path.read_text("utf-8"))
        name = path.relative_to(PACKAGE).as_posix()
        quiet = {id(node) for node in _docstrings(tree, keep=name.startswith("cli/"))}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = FIELD.sub(" ", node.value)
                shown = SENTENCE.search(text) or LABEL.fullmatch(text)
                if id(node) not in quiet and shown:
                    yield name, text


def _docstrings(tree: ast.Module, *, keep: bool) -> Iterator[ast.Constant]:
    """Yield the docstrings, which are for developers, but for those that are a command's help."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        is_help = keep and isinstance(node, ast.FunctionDef) and node.decorator_list
        for statement in [] if is_help else node.body:
            value = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(value, ast.Constant):
                yield value


def specs() -> Iterator[tuple[str, str]]:
    """Yield the texts of the catalogue, all under one name: files move, sentences stay."""
    for _, text in texts(load()):
        yield "specs", text


def found() -> Counter[tuple[str, str]]:
    """Count the discouraged words by place."""
    counts: Counter[tuple[str, str]] = Counter()
    for place, text in (*documents(), *templates(), *messages(), *specs()):
        counts.update((place, one.found) for one in discouraged(text))
    return counts


def allowed() -> Counter[tuple[str, str]]:
    """Read what is allowed to be there still: place, word and number, divided by tabs."""
    rows = [line.split("\t") for line in ALLOWED.read_text("utf-8").splitlines()]
    return Counter({(place, word): int(number) for place, word, number in rows})


def written(counts: Counter[tuple[str, str]]) -> str:
    """Return the text of the list."""
    return "".join(
        f"{place}\t{word}\t{number}\n" for (place, word), number in sorted(counts.items())
    )


def test_no_discouraged_word_is_new() -> None:
    """A text for people has only the words that ``docs/style.md`` takes, or was there before."""
    new = found() - allowed()
    assert not new, f"docs/style.md has better words:\n{written(new)}"


def test_the_list_only_shrinks() -> None:
    """What was rewritten leaves the list; ``python tests/vocabulary/test_wording.py`` writes it."""
    gone = allowed() - found()
    assert not gone, f"run python {Path(__file__).relative_to(ROOT)}; gone:\n{written(gone)}"


def test_words_are_found_whole_and_code_is_not_read() -> None:
    """A word within another, in backticks or in an address is none of ours."""
    assert [one.found for one in discouraged("It is held to rules and not judged.")] == [
        "held to",
        "not judged",
    ]
    assert not list(discouraged("`law` lawful https://law.example/judge amended $laws"))


if __name__ == "__main__":
    least = found() if not ALLOWED.exists() else found() & allowed()
    ALLOWED.write_text(written(least), "utf-8")
    sys.stdout.write(f"{sum(least.values())} words are left\n")

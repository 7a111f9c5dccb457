"""Reads the ledger: known incompatibilities, statements of the pages, excuses.

The ledger says what the catalogue has to answer for beside its own rules; `coverage` holds the
two together. What scenarios name of it in ``catches`` is checked here as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.catalog.drafts import file_form
from conformance.catalog.ledger_model import Excuse, Incompatibility, Ledger, Statement
from conformance.catalog.lint.shape import SCENARIO_ID, Form, check_known, words_of
from conformance.catalog.yaml12 import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as Map

    from conformance.catalog.drafts import DraftFile
    from conformance.catalog.facts import Facts
    from conformance.catalog.place import Place
    from conformance.catalog.problems import Mark, Problems
    from conformance.catalog.yaml12 import Mapping, Node

INCOMPATIBILITY_ID: Final = re.compile(r"[A-Z][0-9]{2}")
THREAD: Final = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+#[0-9]+")

INCOMPATIBILITY_REQUIRED: Final = ("id", "statement", "threads")
INCOMPATIBILITY_KEYS: Final = (*INCOMPATIBILITY_REQUIRED, "notes", "excused")
STATEMENT_REQUIRED: Final = ("id", "page", "statement")
STATEMENT_KEYS: Final = (*STATEMENT_REQUIRED, "rules", "excused")
EXCUSE_REQUIRED: Final = ("reason",)
EXCUSE_KEYS: Final = (*EXCUSE_REQUIRED, "facts", "rules", "members")


@dataclass(slots=True)
class LedgerDraft:
    """The ledger as read, with the places of the ids that it names."""

    incompatibilities: dict[str, Incompatibility] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    excuses: dict[str, Excuse] = field(default_factory=dict)
    sources: list[Scalar] = field(default_factory=list)
    """Every node that names a source, a rule."""
    rules: list[Scalar] = field(default_factory=list)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    """Kinds whose file is missing or could not be read."""

    def ledger(self) -> Ledger:
        """Return the ledger as the rest of the catalogue knows it."""
        return Ledger(
            incompatibilities=self.incompatibilities,
            statements=self.statements,
            excuses=self.excuses,
        )

    def check(self, facts: Facts, problems: Problems) -> None:
        """Report names of sources and rules that the catalogue does not have."""
        for kind, nodes, known in (
            ("source", self.sources, facts.sources),
            ("rule", self.rules, facts.rules),
        ):
            if f"{kind}s" not in facts.unread:
                _check(nodes, kind, known, problems)

    def check_catches(self, draft: DraftFile, problems: Problems) -> None:
        """Report incompatibilities that a scenario catches and the ledger does not have."""
        if "incompatibilities" in self.unread:
            return
        for scenario in draft.scenarios:
            for words in (scenario.words, *(case.words for case in scenario.cases)):
                _check(words["catches"], "incompatibility", self.incompatibilities, problems)

    def is_new(self, kind: str, key: str, mark: Mark, problems: Problems) -> bool:
        """Return whether an id is given for the first time; report it otherwise."""
        if not key:
            return False
        first = self.places.setdefault((kind, key), mark.place)
        if first == mark.place:
            return True
        problems.add(mark, "duplicate-id", f"{key} is given already", f"at {first}")
        return False


def read_incompatibilities(root: Node, ledger: LedgerDraft, problems: Problems) -> None:
    """Read the file of known incompatibilities."""
    form = file_form(
        root, "a file of incompatibilities", ("about", "incompatibilities"), (), problems
    )
    for node in form.maps("incompatibilities") if form else ():
        row = _incompatibility(node, problems)
        if ledger.is_new("incompatibility", row.id, _mark(node, "id"), problems):
            ledger.incompatibilities[row.id] = row


def read_statements(root: Node, ledger: LedgerDraft, problems: Problems) -> None:
    """Read the file of the pages' statements."""
    form = file_form(root, "a file of statements", ("about", "statements"), (), problems)
    for node in form.maps("statements") if form else ():
        statement = _statement(node, ledger, problems)
        if ledger.is_new("statement", statement.id, _mark(node, "id"), problems):
            ledger.statements[statement.id] = statement


def read_excuses(root: Node, ledger: LedgerDraft, problems: Problems) -> None:
    """Read the file of excuses: groups of facts and rules that have one reason in common."""
    form = file_form(root, "a file of excuses", ("about", "excuses"), ("later",), problems)
    for key in ("excuses", "later"):
        for node in form.maps(key) if form else ():
            _excuses(node, ledger, problems, later=key == "later")


READERS: Final[dict[str, Callable[[Node, LedgerDraft, Problems], None]]] = {
    "incompatibilities": read_incompatibilities,
    "statements": read_statements,
    "excuses": read_excuses,
}


def _incompatibility(node: Mapping, problems: Problems) -> Incompatibility:
    form = Form(
        node,
        "an incompatibility",
        problems,
        required=INCOMPATIBILITY_REQUIRED,
        optional=INCOMPATIBILITY_KEYS,
    )
    threads = form.texts("threads")
    for thread in threads:
        if not THREAD.fullmatch(str(thread.value)):
            text = f"{thread.value} is not a thread"
            problems.add(thread.mark, "bad-thread", text, "write owner/repository#number")
    return Incompatibility(
        id=form.identifier("id", INCOMPATIBILITY_ID),
        statement=form.text("statement"),
        threads=words_of(threads),
        notes=form.text("notes"),
        excused=form.text("excused"),
        place=form.mark("id").place,
    )


def _statement(node: Mapping, ledger: LedgerDraft, problems: Problems) -> Statement:
    form = Form(node, "a statement", problems, required=STATEMENT_REQUIRED, optional=STATEMENT_KEYS)
    rules = form.texts("rules")
    excused = form.text("excused")
    if bool(rules) == bool(excused):
        text = "names rules and an excuse" if rules else "names no rule and no excuse"
        problems.add(
            form.mark("id"), "statement-without-rule", text, "give it rules, or excused with why"
        )
    ledger.sources += _scalars(form, "page")
    ledger.rules += rules
    return Statement(
        id=form.identifier("id", SCENARIO_ID),
        page=form.text("page"),
        statement=form.text("statement"),
        rules=words_of(rules),
        excused=excused,
        place=form.mark("id").place,
    )


def _excuses(node: Mapping, ledger: LedgerDraft, problems: Problems, *, later: bool) -> None:
    form = Form(node, "an excuse", problems, required=EXCUSE_REQUIRED, optional=EXCUSE_KEYS)
    facts, rules, members = form.texts("facts"), form.texts("rules"), form.texts("members")
    ledger.sources += facts
    ledger.rules += rules
    reason = form.text("reason")
    for scalar in (*facts, *rules, *members):
        subject = str(scalar.value)
        if ledger.is_new("excuse", subject, scalar.mark, problems):
            ledger.excuses[subject] = Excuse(
                subject=subject,
                reason=reason,
                later=later,
                of_the_model=scalar in members,
                place=scalar.mark.place,
            )


def _mark(node: Mapping, key: str) -> Mark:
    return node.entries[key].mark if key in node.entries else node.mark


def _scalars(form: Form, key: str) -> tuple[Scalar, ...]:
    """Return the value of a key as a list of one text, when it is a text."""
    node = form.get(key)
    return (node,) if isinstance(node, Scalar) and isinstance(node.value, str) else ()


def _check(nodes: Iterable[Scalar], kind: str, known: Map[str, object], problems: Problems) -> None:
    def say(mark: Mark, name: str, hint: str) -> None:
        problems.add(mark, f"unknown-{kind}", f"no {kind} is named {name}", hint)

    check_known(nodes, known, say)

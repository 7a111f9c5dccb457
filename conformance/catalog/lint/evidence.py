"""Checks what the parts of a catalogue say of each other: ids, evidence, coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.lint.shape import words_of
from conformance.catalog.problems import Mark, Problems, did_you_mean
from conformance.vocabulary.unwritten import TODO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Map

    from conformance.catalog.draft_steps import DraftStep
    from conformance.catalog.drafts import DraftFile, DraftScenario
    from conformance.catalog.facts import Facts
    from conformance.catalog.model import Catalog
    from conformance.catalog.yaml12 import Scalar


class EvidenceLint:
    """Looks ids up; says nothing of kinds of which a file could not be read.

    With ``drafts`` a scenario may say `TODO` in the place of rules and sources, see `unfinished`.
    """

    def __init__(self, facts: Facts, problems: Problems, *, drafts: bool = False) -> None:
        self.facts = facts
        self.problems = problems
        self._drafts = drafts

    def check_facts(self) -> None:
        """Check what rules, capabilities and bucket kinds name."""
        for rule in self.facts.rules.values():
            self._known("source", rule.sources)
            self._known("rule", rule.same_as)
        for capability in self.facts.capabilities.values():
            if capability.bucket is not None:
                self._known("bucket", (capability.bucket,))
        for bucket in self.facts.buckets.values():
            self._known("capability", bucket.needs)

    def check_file(self, draft: DraftFile) -> None:
        """Check what the scenarios of a file name, and the evidence for their ``must``."""
        for scenario in draft.scenarios:
            rows = [scenario.words, *(case.words for case in scenario.cases)]
            for words in rows:
                self._known("rule", words["rules"])
                self._known("source", words["sources"])
                self._known("capability", words["needs"])
            self._known("bucket", scenario.buckets)
            if scenario.ignored is not None:
                self._known("capability", (scenario.ignored,))
            for step in _flat((*scenario.given, *scenario.steps)):
                self._known("source", step.sources)
            self._check_musts(scenario)

    def check_coverage(self, drafts: Iterable[DraftFile], *, whole: bool) -> None:
        """Check that each rule is asserted or says why not; the former in whole catalogues only."""
        asserted = {
            str(node.value)
            for draft in drafts
            for scenario in draft.scenarios
            for words in (scenario.words, *(case.words for case in scenario.cases))
            for node in words["rules"]
        }
        for name, draft in self.facts.rules.items():
            if draft.rule.open and name in asserted:
                self.problems.add(
                    draft.open_mark,
                    "open-but-asserted",
                    f"a scenario shows {name} already",
                    "leave open out",
                )
            elif whole and not draft.rule.open and name not in asserted:
                self.problems.add(
                    draft.mark,
                    "rule-not-asserted",
                    f"no scenario shows {name}",
                    "say in open why not yet",
                )

    def _known(self, kind: str, nodes: Iterable[Scalar]) -> None:
        facts = self.facts
        tables: dict[str, tuple[str, Map[str, object]]] = {
            "rule": ("rules", facts.rules),
            "source": ("sources", facts.sources),
            "capability": ("capabilities", facts.capabilities),
            "bucket": ("buckets", facts.buckets),
        }
        group, known = tables[kind]
        if group in facts.unread:
            return
        for node in nodes:
            name = str(node.value)
            if name == TODO and self._drafts and kind in ("rule", "source"):
                continue
            if name not in known:
                what = "bucket kind" if kind == "bucket" else kind
                self.problems.add(
                    node.mark,
                    f"unknown-{kind}",
                    f"no {what} is named {name}",
                    did_you_mean(name, known),
                )

    def _check_musts(self, scenario: DraftScenario) -> None:
        if {"rules", "sources"} & self.facts.unread:
            return
        musts = [step for step in _flat(scenario.steps) if "must" in step.node.entries]
        for case in scenario.cases or (None,):
            rules = [*scenario.words["rules"], *(case.words["rules"] if case else ())]
            named = [*scenario.words["sources"], *(case.words["sources"] if case else ())]
            of_rules = [
                source
                for rule in words_of(rules)
                if rule in self.facts.rules
                for source in self.facts.rules[rule].rule.sources
            ]
            around = {*words_of(named), *of_rules}
            firm_around = not around or self._firm(around)
            for step in musts:
                own = words_of(step.sources)
                # What a step cites itself is its evidence, whatever its rules cite.
                if not (self._firm(own) if own else firm_around):
                    self._report(step.node.key_mark("must"), case.name if case else "")

    def _firm(self, sources: Iterable[str]) -> bool:
        """Return whether one of the sources is more than inferred; unknown ones are reported."""
        known = self.facts.sources
        return any(name not in known or known[name].grade != "inferred" for name in sources)

    def _report(self, mark: Mark, case: str) -> None:
        self.problems.add(
            mark,
            "must-needs-evidence",
            f"this must cites inferred sources only{f', in case {case}' if case else ''}",
            "write should or observe, or name a source that was recorded or documented",
        )


def _flat(steps: Iterable[DraftStep]) -> list[DraftStep]:
    flat: list[DraftStep] = []
    for step in steps:
        flat.extend(_flat(step.concurrently) if step.concurrently else (step,))
    return flat


def unfinished(catalog: Catalog) -> Iterator[str]:
    """Yield ``file:line: warning[draft]: …`` for each rule or source that a draft leaves open."""
    wanted = {
        "rules": "name the rule that it shows, or write a new one",
        "sources": "name where Amazon S3's answer is documented or was recorded",
    }
    for scenario in catalog.scenarios:
        for word, text in wanted.items():
            if TODO in getattr(scenario, word):
                place = f"{scenario.place.file}:{scenario.place.line}"
                yield f"{place}: warning[draft]: {scenario.id} is a draft, {word}: {TODO}: {text}"

"""Checks matcher maps: known matchers, with arguments of the right kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from conformance.catalog.binding import is_call
from conformance.catalog.lint.calls import check_call, check_calls, is_runtime
from conformance.catalog.lint.shape import kind_of
from conformance.catalog.problems import Problems, did_you_mean
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence
from conformance.vocabulary.format import MATCHERS, MatcherArgument
from conformance.vocabulary.patterns import PatternError, matcher

Check: TypeAlias = Callable[[Node], None]


def check_matched(
    node: Node, literal: Check, problems: Problems, item: Check | None = None
) -> None:
    """Check an expected value: by ``literal``, or the matchers that stand in its place.

    ``item`` checks an item of it, where the value is a list.
    """
    if not isinstance(node, Mapping) or is_call(node):
        literal(node)
        return
    matchers = [key for key in node.entries if key in MATCHERS]
    if not matchers:
        # A map without any matcher is a literal, save where only a matcher can be a map.
        misspelt = item is None and next((key for key in node.entries if _near(key)), None)
        if not misspelt:
            literal(node)
        else:
            text = f"{misspelt} is not a matcher"
            problems.add(node.key_mark(misspelt), "bad-matcher", text, _near(misspelt))
        return
    for key, value in node.entries.items():
        if key not in MATCHERS:
            text = f"{key} stands beside {matchers[0]}, but is not a matcher"
            problems.add(node.key_mark(key), "bad-matcher", text, _near(key))
        elif not is_runtime(value):
            _ArgumentLint(literal, item or literal, problems).check(key, value)


def _near(key: str) -> str:
    return did_you_mean(key, MATCHERS)


class _ArgumentLint:
    """Checks the argument of one matcher."""

    def __init__(self, literal: Check, item: Check, problems: Problems) -> None:
        self.literal = literal
        self.item = item
        self.problems = problems

    def check(self, key: str, value: Node) -> None:
        """Check by the kind of argument that the matcher takes."""
        _CHECKS[MATCHERS[key].argument](self, key, value)

    def anything(self, _key: str, value: Node) -> None:
        check_calls(value, self.problems)

    def wrong(self, key: str, value: Node, wanted: str) -> None:
        text = f"{key} takes {wanted}, not {_shown(value)}"
        self.problems.add(value.mark, "bad-matcher", text)

    def true(self, key: str, value: Node) -> None:
        if not (isinstance(value, Scalar) and value.value is True):
            self.wrong(key, value, "true")

    def pattern(self, key: str, value: Node) -> None:
        if not isinstance(value, Scalar) or not isinstance(value.value, str):
            self.wrong(key, value, "a regular expression")
            return
        # References are put in, quoted, when the test runs; any text stands for them here.
        text = re.sub(r"\$\{[^}]*\}", "x", value.value).replace("$$", "$")
        try:
            matcher(text)
        except PatternError as error:
            self.problems.add(value.mark, "bad-regex", f"not a regular expression: {error}")

    def alternatives(self, key: str, value: Node) -> None:
        if isinstance(value, Mapping) and is_call(value):
            check_call(value, self.problems)  # `pick`, say, gives one list or another
            return
        if not isinstance(value, Sequence):
            self.wrong(key, value, "a list")
            return
        if key != "unordered" and not value.items:
            self.problems.add(value.mark, "bad-matcher", f"{key} of nothing never matches")
        inner = self.item if key == "unordered" else self.literal
        for each in value.items:
            if not is_runtime(each):
                check_matched(each, inner, self.problems, self.item)

    def length(self, _key: str, value: Node) -> None:
        def number(inner: Node) -> None:
            if is_call(inner):
                check_calls(inner, self.problems)
            elif not (
                (isinstance(inner, Scalar) and type(inner.value) is int) or is_runtime(inner)
            ):
                self.wrong("length", inner, "a number or a matcher of one")

        check_matched(value, number, self.problems)

    def bound(self, key: str, value: Node) -> None:
        if isinstance(value, Mapping) and is_call(value):
            check_call(value, self.problems)
        elif not isinstance(value, Scalar) or value.value is None or isinstance(value.value, bool):
            self.wrong(key, value, "a number or text")

    def inverse(self, _key: str, value: Node) -> None:
        check_matched(value, self.literal, self.problems, self.item)

    def part(self, key: str, value: Node) -> None:
        if isinstance(value, Mapping | Sequence) and not (
            value.entries if isinstance(value, Mapping) else value.items
        ):
            self.problems.add(value.mark, "bad-matcher", f"{key} of nothing always matches")
        for each in value.items if isinstance(value, Sequence) else [value]:
            if not isinstance(each, Scalar):  # text is a substring or a key as well
                check_matched(each, self.item, self.problems, self.item)


def _shown(node: Node) -> str:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return str(node.value).lower()
    return kind_of(node)


_CHECKS: Final[dict[MatcherArgument, Callable[[_ArgumentLint, str, Node], None]]] = {
    "true": _ArgumentLint.true,
    "pattern": _ArgumentLint.pattern,
    "alternatives": _ArgumentLint.alternatives,
    "items": _ArgumentLint.alternatives,
    "length": _ArgumentLint.length,
    "bound": _ArgumentLint.bound,
    "matcher": _ArgumentLint.inverse,
    "part": _ArgumentLint.part,
    "any": _ArgumentLint.anything,
}

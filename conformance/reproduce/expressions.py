"""Converts values of a scenario to Python expressions: those known now, and those not yet.

What a test knows before it is run is worked out by the engine's own code, and stands in the script
as it is. What an answer has to give first stands in a request as a `Stand-in`: a word without any
letter that an encoding would change, so that it can be found again wherever the wire has put it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from conformance.catalog.references import Reference, parse, unescape
from conformance.engine import functions
from conformance.engine.bodies import byte_count
from conformance.engine.values import Scope, evaluate
from conformance.reproduce.errors import CannotReproduceError
from conformance.vocabulary.format import MATCHERS

if TYPE_CHECKING:
    from conformance.catalog.model import Tree
    from conformance.engine.value import Value

STAND_IN: Final = re.compile(r"zq([0-9]{4})qz")
_MIB: Final = 1024**2
_SHORT: Final = 200
"""Bytes up to which a body stands in the script as it is."""
_CALLED: Final = {
    "wrong": "wrong", "unquoted": "unquoted", "url": "quote", "base64": "base64_of",
    "etag": "etag", "multipart_etag": "multipart_etag", "size": "len",
}  # fmt: skip
"""Functions of one argument, by their names in the script."""


@dataclass
class Names:
    """The values known before a test runs, and placeholders for the others."""

    scope: Scope
    stand_ins: dict[str, str] = field(default_factory=dict)
    """Stand-in to the expression of its value."""
    used: set[str] = field(default_factory=set)
    """Names that expressions ask for."""
    zonal: frozenset[str] = frozenset()
    """Expressions of the names of directory buckets."""

    def evaluated(self, tree: object) -> Value:
        """Return the value of a tree whose names are all known."""
        return evaluate(tree, self.scope)

    def is_known(self, tree: object) -> bool:
        """Return whether a tree can be evaluated before the run."""
        if isinstance(tree, Mapping):
            names = [key for key in tree if isinstance(key, str) and "$" in key]
            moving = next(iter(tree), None) == "time"
            return not moving and all(map(self.is_known, [*tree.values(), *names]))
        if isinstance(tree, list | tuple):
            return all(map(self.is_known, tree))
        if not isinstance(tree, str) or "$" not in tree:
            return True
        return all(name in self.scope.names for name in _references(tree))

    def stand_in(self, expression: str) -> str:
        """Return a placeholder for the value of an expression."""
        for word, known in self.stand_ins.items():
            if known == expression:
                return word
        word = f"zq{len(self.stand_ins):04}qz"
        self.stand_ins[word] = expression
        return word

    def put_in(self, tree: Tree) -> Tree:
        """Return a tree that the engine can evaluate now, with placeholders for unknown values."""
        if self.is_known(tree):
            return tree
        if isinstance(tree, str):
            pieces = parse(tree)
            if isinstance(pieces, Reference):
                return self.stand_in(self.reference(pieces))
            return "".join(
                piece if isinstance(piece, str) else self._inside(piece) for piece in pieces
            )
        if isinstance(tree, dict):
            if next(iter(tree), None) in functions.BY_NAME:
                return self.stand_in(self.expression(tree))
            return {str(self.put_in(key)): self.put_in(item) for key, item in tree.items()}
        if isinstance(tree, list):
            return [self.put_in(item) for item in tree]
        return tree

    def _inside(self, reference: Reference) -> str:
        if reference.name in self.scope.names:
            return f"${{{reference}}}"
        return self.stand_in(self.reference(reference))

    def reference(self, reference: Reference) -> str:
        """Return the expression of a reference."""
        self.used.add(reference.name)
        if not reference.path:
            return f"v.{reference.name}"
        return f"at(v.{reference.name}, {', '.join(map(repr, reference.path))})"

    def expression(self, tree: object) -> str:
        """Return the expression of a value without matchers."""
        if isinstance(tree, Mapping) and next(iter(tree), None) in ("random", "concat", "slice"):
            return self._call(str(next(iter(tree))), tree)
        if self.is_known(tree):
            return self.literal(evaluate(tree, self.scope))
        if isinstance(tree, str):
            return self._text(tree)
        if isinstance(tree, Mapping):
            name = next(iter(tree), None)
            if name in functions.BY_NAME:
                return self._call(str(name), tree)
            pairs = (f"{self._key(key)}: {self.expression(item)}" for key, item in tree.items())
            return f"{{{', '.join(pairs)}}}"
        if isinstance(tree, list | tuple):
            return f"[{', '.join(map(self.expression, tree))}]"
        return repr(tree)

    def _key(self, key: object) -> str:
        return self.expression(key) if isinstance(key, str) and "$" in key else repr(key)

    def literal(self, value: Value) -> str:
        """Return a known value as a Python literal."""
        if isinstance(value, datetime):
            raise CannotReproduceError("a time of the catalogue has no literal")
        if isinstance(value, bytes) and len(value) > _SHORT:
            if not any(value):
                return f"bytes({_size(len(value))})"
            if len(set(value)) == 1:
                return f"{value[:1]!r} * {_size(len(value))}"
            return f"bytes.fromhex({value.hex()!r})"
        if isinstance(value, str) and len(value) > _SHORT and len(set(value)) == 1:
            return f"{value[:1]!r} * {len(value)}"
        if isinstance(value, list | tuple):
            return f"[{', '.join(map(self.literal, value))}]"
        if isinstance(value, Mapping):
            pairs = (f"{key!r}: {self.literal(one)}" for key, one in value.items())
            return f"{{{', '.join(pairs)}}}"
        return repr(value)

    def _text(self, tree: str) -> str:
        pieces = parse(tree)
        if isinstance(pieces, Reference):
            return self.reference(pieces)
        written = []
        for piece in pieces:
            if isinstance(piece, str):
                written.append(repr(unescape(piece)))
            elif piece.name in self.scope.names:
                written.append(repr(str(evaluate(f"${piece}", self.scope))))
            else:
                written.append(f"text({self.reference(piece)})")
        return " + ".join(written)

    def _call(self, name: str, tree: Mapping[str, object]) -> str:
        """Return the call of a function whose value has to wait, or is a large body."""
        subject = tree[name]
        if name in _CALLED:
            return f"{_CALLED[name]}({self.expression(subject)})"
        more = {str(key): self.expression(item) for key, item in tree.items() if key != name}
        write = {
            "random": self._random, "concat": self._concat, "slice": self._slice,
            "join": lambda s, m: f"joined({self.expression(s)}, {m.get('with', repr(''))})",
            "pick": lambda s, m: f"pick({self.expression(s)}, {m['from']}, {m.get('else')})",
            "time": lambda s, m: f"moment({self.expression(s)}, {m.get('as', repr('iso8601'))})",
            "sum": lambda s, _: f"sum(map(int, {self.expression(s)}))",
            "pad": self._pad,
        }.get(name)  # fmt: skip
        if write is None:
            raise CannotReproduceError(
                f"{{{name}: …}} of what an answer gives is not in the script"
            )
        return write(subject, more)

    def _random(self, subject: object, more: Mapping[str, str]) -> str:
        if not self.is_known(subject):
            raise CannotReproduceError("a body has a size that an answer gives")
        size = byte_count(evaluate(subject, self.scope))
        return f"random_bytes({_size(size)}, {_as_text(more.get('seed', repr('')))})"

    def _concat(self, subject: object, _more: Mapping[str, str]) -> str:
        if isinstance(subject, list):
            return f"b''.join([{', '.join(self._octets(item) for item in subject)}])"
        return f"b''.join({self.expression(subject)})"

    def _slice(self, subject: object, more: Mapping[str, str]) -> str:
        return f"{_tight(self._octets(subject))}[{more.get('from', '')}:{more.get('to', '')}]"

    def _pad(self, subject: object, more: Mapping[str, str]) -> str:
        whole = _tight(self.expression(subject))
        return f"{whole} + 'k' * ({more['to']} - len({whole}.encode()))"

    def _octets(self, tree: object) -> str:
        written = self.expression(tree)
        return (
            written
            if written.startswith(("random_bytes(", "b'", "bytes"))
            else f"octets({written})"
        )

    def expected(self, tree: object) -> str:
        """Return the expression of an expectation: a value or matchers."""
        if isinstance(tree, Mapping) and tree and all(key in MATCHERS for key in tree):
            matchers = [self._matcher(str(key), item) for key, item in tree.items()]
            return matchers[0] if len(matchers) == 1 else f"both({', '.join(matchers)})"
        if isinstance(tree, Mapping) and next(iter(tree), None) not in functions.BY_NAME:
            pairs = (f"{self._key(key)}: {self.expected(item)}" for key, item in tree.items())
            return f"{{{', '.join(pairs)}}}"
        if isinstance(tree, list | tuple):
            return f"[{', '.join(map(self.expected, tree))}]"
        return self.expression(tree)

    def _matcher(self, name: str, tree: object) -> str:
        if name in ("any_of", "one_of"):
            if not isinstance(tree, list):
                raise CannotReproduceError(f"{name} of what an answer gives is not in the script")
            return f"{name}({', '.join(map(self.expected, tree))})"
        called = {"not": "unlike"}.get(name, name)
        plain = name in ("same_as", "bytes_of", "matches", "present", "absent")
        return f"{called}({self.expression(tree) if plain else self.expected(tree)})"


def _references(text: str) -> list[str]:
    pieces = parse(text)
    found = [pieces] if isinstance(pieces, Reference) else pieces
    return [piece.name for piece in found if isinstance(piece, Reference)]


def _size(size: int) -> str:
    """Write a size as people read it."""
    if size and size % _MIB == 0:
        return f"{size // _MIB} * 1024**2"
    return str(size) if size < 10_000 else f"{size:_}"


def _as_text(written: str) -> str:
    """Return an expression that is text: seeds may be numbers."""
    return (
        repr(str(int(written)))
        if written.isdigit()
        else (written if written.startswith(("'", '"')) else f"text({written})")
    )


def _tight(written: str) -> str:
    """Put an expression into brackets where it is not one word."""
    return written if re.fullmatch(r"[\w.]+(\([^()]*\))?", written) else f"({written})"

"""Checks the arguments of ``{sse_c: {seed: a}}``, all of them known before the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.catalog.customer_keys import ARGUMENTS, DROPS, KEY_BYTES, CustomerKey
from conformance.catalog.lint.shape import kind_of
from conformance.catalog.problems import did_you_mean
from conformance.catalog.yaml12 import Mapping, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Tree
    from conformance.catalog.problems import Problems

_MAX_KEY_BYTES: Final = 1024
_EXAMPLE: Final = "as in {sse_c: {seed: a}}"


def read_customer_key(node: Mapping, problems: Problems) -> CustomerKey | None:
    """Read one ``sse_c`` call; None, with its mistakes reported, when it makes no key."""
    arguments = node.entries["sse_c"]
    before = len(problems)
    for extra in list(node.entries)[1:]:
        text = f"sse_c takes one map, and no {extra} beside it"
        problems.add(node.key_mark(extra), "bad-call", text, _EXAMPLE)
    if not isinstance(arguments, Mapping):
        text = f"sse_c takes a map, not {kind_of(arguments)}"
        problems.add(arguments.mark, "bad-call", text, _EXAMPLE)
        return None
    if "seed" not in arguments.entries:
        problems.add(arguments.mark, "bad-call", "sse_c needs a seed", _EXAMPLE)
    for name, value in arguments.entries.items():
        if name not in ARGUMENTS:
            mark, hint = arguments.key_mark(name), did_you_mean(name, ARGUMENTS)
            problems.add(mark, "bad-call", f"sse_c takes no {name}", hint)
        elif value.live:
            problems.add(value.mark, "bad-call", f"{name} of sse_c is known before the run")
        elif not _CHECKS[name][0](plain(value)):
            problems.add(value.mark, "bad-call", f"{name} of sse_c is {_CHECKS[name][1]}")
    return _key(plain(arguments)) if len(problems) == before else None


def _key(arguments: Tree) -> CustomerKey:
    given = arguments if isinstance(arguments, dict) else {}
    size, md5 = given.get("key_bytes"), given.get("key_md5")
    return CustomerKey(
        seed=str(given["seed"]),
        copy_source=given.get("copy_source") is True,
        drop=_drops(given.get("drop", [])),
        algorithm=str(given.get("algorithm", "AES256")),
        key_bytes=size if isinstance(size, int) else KEY_BYTES,
        key_md5=md5 if isinstance(md5, str) else None,
    )


def _drops(value: Tree) -> tuple[str, ...]:
    return tuple(str(item) for item in (value if isinstance(value, list) else [value]))


def _is_text(value: Tree) -> bool:
    return isinstance(value, str)


_CHECKS: Final[dict[str, tuple[Callable[[Tree], bool], str]]] = {
    "seed": (lambda v: isinstance(v, str) or type(v) is int, "a text that names the key"),
    "copy_source": (lambda v: isinstance(v, bool), "true or false"),
    "drop": (lambda v: set(_drops(v)) <= set(DROPS), f"a list out of {', '.join(DROPS)}"),
    "algorithm": (_is_text, "text"),
    "key_bytes": (
        lambda v: type(v) is int and 0 <= v <= _MAX_KEY_BYTES,
        f"a number of bytes up to {_MAX_KEY_BYTES}",
    ),
    "key_md5": (_is_text, "text"),
}

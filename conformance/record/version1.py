"""Records of schema 1, read as records of today.

Schema 1 kept the command line alone; what it asked for is read out of that here, and nowhere else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from conformance.record.lines import load_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.record.model import Line

_TARGET: Final = {
    "--target": "target",
    "--profile": "profile",
    "--endpoint-url": "endpoint_url",
    "--tls-endpoint-url": "tls_endpoint_url",
    "--ca-file": "ca_file",
    "--region": "region",
    "--addressing": "addressing",
    "--transport": "transport",
    "--profile-name": "profile_name",
    "--alt-profile-name": "alt_profile_name",
}
_SWITCHES: Final = frozenset(
    {"--help", "--insecure", "--json", "--record-evidence", "--strict", "--yes-i-pay"}
)
"""Options of the command that have no value behind them."""
_OF_PYTEST: Final = {
    "--target": "--target",
    "--endpoint-url": "--endpoint-url",
    "--tls-endpoint-url": "--tls-endpoint-url",
    "--s3-profile": "--profile",
    "--s3-select": "--select",
    "--s3-bucket": "--bucket",
    "--s3-out": "--out",
}
"""Options of pytest's that had a value, by the command's names."""
_PACKAGE: Final = "conformance.suite"
_SPEC_ENDINGS: Final = (".yaml", ".yml")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}
_SIZES: Final = {"": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}

_Tree = dict[str, Any]
_Words = list[tuple[str, str]]
"""Options with their values, in order; files under the name of nothing."""


def load_version1(data: bytes | str) -> Line:
    """Return the line that ``data`` holds; ValueError, in one short sentence, when it is none."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if isinstance(tree, dict):
        upgrade = _UPGRADES.get(str(tree.get("type")))
        try:
            tree = tree if upgrade is None else upgrade(tree)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            raise ValueError(f"a {tree.get('type')} line that is not of schema 1") from None
    return load_tree(tree)


def _run(tree: _Tree) -> _Tree:
    words = _words([str(word) for word in tree["command"]])
    found = dict(words)
    target = {field: found[name] for name, field in _TARGET.items() if name in found}
    if not {"target", "profile", "endpoint_url", "tls_endpoint_url"} & target.keys():
        target["target"] = tree["target"]
    return tree | {
        "schema": 2,
        "catalog_version": tree["suite_version"],
        "options": {
            "face": "pytest" if _by_pytest(tree["command"]) else "command",
            "target": target | {"insecure": "--insecure" in found},
            "files": [value for name, value in words if not name],
            "select": [value for name, value in words if name == "--select"],
            "level": found.get("--level", "").upper(),
            "bucket": found.get("--bucket"),
            "properties": _properties(found),
            # Of these the record lay elsewhere, or was merged into one that does.
            "out": "" if {"--against", "--shard"} & found.keys() else found.get("--out", ""),
        },
    }


def _by_pytest(command: Sequence[object]) -> bool:
    return any(str(word).split("::")[0] == _PACKAGE for word in command)


def _words(command: Sequence[str]) -> _Words:
    """Return the options of either face, by the command's names."""
    if not _by_pytest(command):
        return _grouped(command, lambda name: name not in _SWITCHES)
    grouped = _grouped(command, lambda name: name in _OF_PYTEST)
    found = [(_OF_PYTEST[name], value) for name, value in grouped if name in _OF_PYTEST]
    return found + [("--strict", "") for name, _ in grouped if name == "--s3-strict"]


def _grouped(command: Sequence[str], takes_value: Callable[[str], bool]) -> _Words:
    """Return each option with the word behind it that is its value, and every file alone."""
    found: _Words = []
    words = iter(command)
    for word in words:
        name, equals, value = word.partition("=")
        if word.startswith("--"):
            behind = next(words, "") if not equals and takes_value(name) else value
            found.append((name, behind))
        elif word.startswith("-") and len(word) == 2 and word != "-h" and takes_value(word):
            next(words, None)
        elif word.endswith(_SPEC_ENDINGS) and not word.startswith("-"):
            found.append(("", word))
    return found


def _properties(found: Mapping[str, str]) -> _Tree | None:
    names = {"--properties", "--for", "--seed", "--property-requests", "--property-bytes"}
    if not names & found.keys():
        return None
    size = found.get("--property-bytes", "")
    digits = size.rstrip("KMGiB")
    span = found.get("--for", "")
    return {
        "profile": found.get("--properties", "quick"),
        "seconds": int(span[:-1]) * _UNITS[span[-1]] if span else None,
        "seed": found.get("--seed"),
        "requests": found.get("--property-requests"),
        "bytes": int(digits) * _SIZES[size[len(digits) :]] if digits else None,
    }


def _test(tree: _Tree) -> _Tree:
    """Take who broke a test out of the text in which it stood."""
    cause = str(tree.get("cause", ""))
    verdict = tree.get("observed") or tree["verdict"]
    broken = {"FAIL": "endpoint", "BLOCKED": "set-up"}.get(str(verdict), "")
    changes = {"fault": broken}
    if cause.startswith("transport:"):
        kind, _, operation = cause.removeprefix("transport:").partition(" ")
        text = f"{operation}: no answer ({kind})"
        changes = {"fault": "transport", "fault_kind": kind, "cause": text}
    elif cause.startswith("engine:"):
        kind = cause.removeprefix("engine:")
        text = f"fault of the suite: {kind}"
        changes = {"fault": "suite", "fault_kind": kind, "cause": text}
    elif cause.startswith("flaky:"):
        text = f"not the same twice:{cause.removeprefix('flaky:')}"
        changes = {"fault": "endpoint", "fault_kind": "flaky", "cause": text}
    return tree | changes


_UPGRADES: Final[Mapping[str, Callable[[_Tree], _Tree]]] = {"run": _run, "test": _test}

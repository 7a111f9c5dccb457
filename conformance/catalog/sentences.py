"""A test in numbered plain-English sentences, for people who know the API and no YAML."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

from conformance.catalog import customer_keys
from conformance.catalog.phrases import Phrases, Saved
from conformance.vocabulary.format import ERROR_FIELDS, FRAMING_BREAKS, SIGN_FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.catalog.model import Expectation, Step, Tree

_STRENGTHS: Final = {
    "must": "must answer",
    "should": "should answer",
    "observe": "observed, not tested:",
    "disputed": "is disputed to answer",
}
_SAID: Final[dict[tuple[str, object], str]] = {
    ("as", "main"): "",
    ("as", "alt"): "the second identity's signature",
    ("addressing", "path"): "the bucket in the path",
    ("addressing", "virtual-host"): "the bucket in the host name",
    ("addressing", "other-zone"): "the host of another zone",
    ("transport", "tls"): "TLS",
    ("transport", "http"): "plain HTTP",
    ("expect-continue", True): "the body held back until 100 Continue",
    ("expect-continue", False): "",
    (
        "ends-last",
        True,
    ): "half of the body sent before the others begin, and the rest when they have ended",
    ("ends-last", False): "",
}
_NAMED: Final = {
    "as": "the identity",
    "addressing": "the addressing",
    "transport": "the transport",
    "expect-continue": "Expect: 100-continue",
    "ends-last": "the order of the ends",
    "method": "the method",
    "body": "the raw body",
}
_FRAMINGS: Final = {
    "plain": "a plain body",
    "unsigned-payload": "an unsigned payload",
    "unsigned-trailer": "aws-chunked with an unsigned {} trailer",
    "signed-chunks": "signed chunks",
    "signed-trailer": "signed chunks with a {} trailer",
}
_KEY_MEMBERS: Final = ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5")


def step_sentences(given: tuple[Step, ...], judged: tuple[Step, ...]) -> tuple[str, ...]:
    """Return steps as numbered sentences, those of the set-up before those that are tested."""
    phrases = Phrases()
    said: list[str] = []
    for role, steps in (("Given: ", given), ("", judged)):
        for step in steps:
            number = len(said) + 1
            said.append(f"{number}. {role}{_step(step, number, phrases)}")
    return tuple(said)


def _step(step: Step, number: int, phrases: Phrases) -> str:
    if step.concurrently:
        inner = [
            f"({letter}) {_one(each, phrases)}"
            for letter, each in zip(string.ascii_lowercase, step.concurrently, strict=False)
        ]
        for each in step.concurrently:
            _keep(each, number, phrases)
        return f"At once: {'; '.join(inner)}{_note(step)}."
    sentence = f"{_one(step, phrases)}."
    _keep(step, number, phrases)
    return sentence


def _keep(step: Step, number: int, phrases: Phrases) -> None:
    """Remember what a step saves, for the sentences after it."""
    for name, path in step.save.items():
        phrases.saved[name] = Saved(path, number, repeated=bool(step.repeat))


def _note(step: Step) -> str:
    return f" ({step.note})" if step.note else ""


def _one(step: Step, phrases: Phrases) -> str:
    for name in step.repeat:
        phrases.saved.pop(name, None)
    details = [*_members(step.members, phrases), *_edits(step.edits, phrases)]
    sentence = f"{_condition(step, phrases)}{step.operation}"
    if step.spoken is not None:
        sentence += f", as {step.spoken.name} writes it,"
    if details:
        sentence += f" with {', '.join(details)}"
    for name, values in step.repeat.items():
        sentence += f", for each {name} of {phrases.value(values)}"
    expected = [_expectation(each, phrases) for each in step.expectations]
    if step.eventually and expected:
        expected[0] = f"within {step.eventually:g} s {expected[0]}"
    return (f"{sentence}: {'; '.join(expected)}" if expected else sentence) + _note(step)


def _condition(step: Step, phrases: Phrases) -> str:
    """Say when a step is left out."""
    saved = phrases.saved.get(step.when)
    return f"where step {saved.step} answers with {saved.path}, " if saved is not None else ""


def _members(members: Mapping[str, Tree], phrases: Phrases) -> Iterator[str]:
    rest = dict(members)
    for prefix, whose in (("", ""), ("CopySource", "the source's ")):
        group = [rest.get(prefix + name) for name in _KEY_MEMBERS]
        texts = [value if isinstance(value, str) else "" for value in group]
        key, digest = (customer_keys.name_of(text) for text in texts[1:])
        if texts[0] == "AES256" and key is not None and key == digest:
            yield f"{whose}{key}"
            for name in _KEY_MEMBERS:
                del rest[prefix + name]
    for name, value in rest.items():
        said = phrases.value(value)
        yield said if said.startswith(f"the {name} of ") else f"{name} {said}"


def _edits(edits: Mapping[str, Tree], phrases: Phrases) -> Iterator[str]:
    for key, value in edits.items():
        if key in {"headers", "late-headers", "query"} and isinstance(value, dict):
            yield from _pairs(key, value, phrases)
        elif key == "sign":
            yield from _sign(value, phrases)
        elif key == "framing":
            yield from _framing(value, phrases)
        elif key == "shape":
            yield from _shape(value, phrases)
        elif not isinstance(value, (list, dict)) and (key, value) in _SAID:
            yield from filter(None, (_SAID[key, value],))
        else:
            yield f"{_NAMED[key]} {phrases.value(value)}"


def _pairs(key: str, pairs: Mapping[str, Tree], phrases: Phrases) -> Iterator[str]:
    what = "query parameter" if key == "query" else "header"
    late = " after signing" if key == "late-headers" else ""
    for name, value in pairs.items():
        if value is None:
            yield f"no {what} {name}{late}"
        else:
            yield f"{what} {name} {phrases.value(value)}{late}"


def _sign(value: Tree, phrases: Phrases) -> Iterator[str]:
    options = value if isinstance(value, dict) else {"mode": value}
    names = ("mode", "fault", "expires", "session")
    mode, fault, expires, session = (options.get(key) for key in names)
    match mode:
        case None:
            pass
        case "anonymous":
            yield "no signature"
        case "presigned":
            yield "a presigned URL"
        case "header":
            yield "a signature in the header"
        case _:
            yield f"a signature in mode {phrases.value(mode)}"
    if fault is not None:
        yield f"a signature that is wrong: {SIGN_FAULTS.get(str(fault), phrases.value(fault))}"
    if session is not None:
        yield "the keys of no session" if session == "none" else f"keys {phrases.value(session)}"
    if expires is not None:
        yield f"an expiry of {phrases.value(expires)} s"


def _framing(value: Tree, phrases: Phrases) -> Iterator[str]:
    options = value if isinstance(value, dict) else {"mode": value}
    mode, broken = options.get("mode"), options.get("broken")
    if mode is not None:
        algorithm = phrases.value(options["algorithm"]) if "algorithm" in options else "checksum"
        yield _FRAMINGS.get(str(mode), f"{phrases.value(mode)} framing").format(algorithm)
    if "chunk" in options:
        yield f"chunks of {phrases.value(options['chunk'])}"
    if options.get("sizes") == "upper":
        yield "chunk sizes in upper-case hex"
    if "trailer-end" in options:
        yield f"a trailer that ends in {phrases.value(options['trailer-end'])}"
    if options.get("transfer-chunked") is True:
        yield "Transfer-Encoding: chunked"
    if broken is not None:
        yield f"changed so that {FRAMING_BREAKS.get(str(broken), phrases.value(broken))}"


def _shape(value: Tree, phrases: Phrases) -> Iterator[str]:
    options = value if isinstance(value, dict) else {}
    said = {
        "names": "header names in {} case",
        "headers": "headers in the order {}",
        "query": "parameters in the order {}",
        "signs": "a signature that also covers {}",
        "authorization": "the Authorization header in {} spelling",
        "host": "the Host header {}",
    }
    for key, text in said.items():
        if key in options:
            names = options[key]
            shown = ", ".join(map(str, names)) if isinstance(names, list) else str(names)
            yield text.format(shown)
    document = options.get("document")
    if isinstance(document, dict):
        pieces = [document.get(key) for key in ("start", "part", "end")]
        flat = [each for one in pieces for each in (one if isinstance(one, list) else [one])]
        yield f"the document in the form {phrases.value(''.join(map(str, flat)))}"
        if document.get("quote", '"') != '"':
            yield f"quotation marks as {phrases.value(document['quote'] or 'nothing')}"


def _expectation(expectation: Expectation, phrases: Phrases) -> str:
    fields = dict(expectation.fields)
    status = _alternatives(fields.pop("status", None), phrases)
    code = _alternatives(fields.pop("code", None), phrases)
    rest = [said for key, value in fields.items() for said in _field(key, value, phrases)]
    parts = [_STRENGTHS[expectation.strength], *filter(None, (status, code))]
    return " ".join([*parts, "with", ", ".join(rest)] if rest else parts)


def _alternatives(value: Tree, phrases: Phrases) -> str:
    """Say a status or code: the first of a list is what S3 answers, the others pass too."""
    if value is None:
        return ""
    if isinstance(value, list) and value:
        first, *others = (phrases.expected(each) for each in value)
        return f"{first} (or {', '.join(others)})" if others else first
    return phrases.expected(value)


def _field(key: str, value: Tree, phrases: Phrases) -> Iterator[str]:
    if key in {"headers", "error", "xml"} and isinstance(value, dict):
        names = {"headers": "header ", "error": "error field ", "xml": ""}
        for name, each in value.items():
            yield _pair(f"{names[key]}{name}", each, phrases)
    elif key in ERROR_FIELDS:
        yield _pair(key, value, phrases)
    else:
        yield _pair(key, value, phrases)


def _pair(name: str, value: Tree, phrases: Phrases) -> str:
    if isinstance(value, dict) and value.get("absent") is True:
        return f"no {name}"
    if isinstance(value, dict) and value.get("present") is True and len(value) == 1:
        return f"some {name}"
    return f"{name} {phrases.expected(value)}"

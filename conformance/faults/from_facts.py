"""For each refusal that a fact states and a MUST cites: a reference that answers differently."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from conformance.catalog.expected import asserts, expected, judged
from conformance.catalog.service import operation_names
from conformance.faults.edits import refused
from conformance.faults.model import Fault
from conformance.faults.operations import FAMILY_AND_READS, NONE, named_in_directory
from conformance.faults.switches import Authentication, Refusal
from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from conformance.catalog.model import Catalog, Rule, Source
    from conformance.faults.model import Switch
    from conformance.reference.domain.messages import Request
    from conformance.reference.http.authentication import Holders, Proof
    from conformance.reference.http.exchange import Authenticate
    from conformance.reference.http.head import Head
    from conformance.reference.http.target import Target

ANSWERED: Final = (500, "InternalError")
"""What such a reference answers instead."""
FIRM: Final = ("recorded", "verified")
"""Grades of what was seen; a scenario may only recommend what the others alone support."""
_LITERAL: Final = re.compile(r"[^\"'`<>{}\[\]()…:]{12,}")
"""A piece of a message without what may stand for a value; the longest tells it from others."""
_REMARK: Final = re.compile(r"\(.*?\)")
"""What a source says of a message, in brackets."""
_WHOLE_WORD: Final = re.compile(r"\s*\b[A-Z]*\d+\s*$|\s*value \d+.*$")


def fact_faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield a fault for each fact that states a refusal and that a tested MUST cites.

    It is caught when a test fails that shows the rule that cites the fact, and that cites the
    fact or expects its very status and code.
    """
    standing = _standing(catalog)
    for source in catalog.sources.values():
        rules = standing.get(source.id)
        if rules and source.status is not None and source.status >= 400:
            name, _ = rules.most_common(1)[0]
            yield _fault(source, catalog.rules[name])


def _standing(catalog: Catalog) -> Mapping[str, Counter[str]]:
    """Return by fact the MUST rules that tests show by it, with the number of those tests.

    Where no test cites the fact, those tests count that expect what it tells.
    """
    cited: dict[str, Counter[str]] = defaultdict(Counter)
    through: dict[str, Counter[str]] = defaultdict(Counter)
    for test in catalog.tests:
        pairs = judged(test)
        names = {*test.sources, *(name for step, _ in pairs for name in step.sources)}
        answers = {expected(*pair) for pair in pairs if pair[1].strength == "must"}
        for name in test.rules:
            rule = catalog.rules[name]
            for fact in rule.sources if rule.level == "MUST" else ():
                source = catalog.sources.get(fact)
                if fact in names:
                    cited[fact][name] += 1
                elif source is not None and any(asserts(answer, source) for answer in answers):
                    through[fact][name] += 1
    return {**through, **cited}


def _fault(source: Source, rule: Rule) -> Fault:
    text = _literal(source.message)
    operations = _operations(source.operation)
    if "directory" in rule.applies_to:
        operations = (*operations, *named_in_directory(operations))
    refusal = Refusal((*operations, NONE), source.code, _other(source.status), text)
    switches: tuple[Switch, ...] = (refusal,)
    if source.code:
        switches = (refusal, Authentication(_unlike(source.code, text), (source.code,)))
    return Fault(
        id=f"{rule.id}/otherwise-{source.id.lower()}",
        kind="answers",
        says=f"What {source.id} reports as {source.code or source.status} is answered with 500",
        rules=(rule.id,),
        should=source.grade not in FIRM,
        switches=switches,
    )


def _operations(told: str) -> tuple[str, ...]:
    """Return the operations that a source means by what it calls them.

    What was seen on another operation, and is said to be the same here, counts for both.
    """
    words = set(re.findall(r"[A-Z][A-Za-z]+", told))
    named = [name for name in sorted(operation_names()) if {name, _short(name)} & words]
    alike = () if named and "same" not in told else FAMILY_AND_READS
    return tuple(dict.fromkeys((*named, *alike)))


def _short(name: str) -> str:
    return name.removesuffix("MultipartUpload") or name


def _literal(message: str) -> str:
    pieces = _LITERAL.findall(_REMARK.sub("", message).replace("...", "…"))
    longest = max(pieces, key=len).strip() if pieces else ""
    return _WHOLE_WORD.sub("", longest)


def _other(status: int | None) -> Callable[[Request, S3Error], S3Error]:
    """Return what answers refusals of that status otherwise."""

    def change(request: Request, error: S3Error) -> S3Error:
        del request
        if error.status != status:
            return error
        other, code = ANSWERED
        return refused(error, status=other, code=code)

    return change


def _unlike(code: str, text: str) -> Callable[[Authenticate], Authenticate]:
    """Return authentication that refuses that otherwise, too."""

    def wrap(authenticate: Authenticate) -> Authenticate:
        def other(
            head: Head, target: Target, accounts: Holders, region: str, now: datetime
        ) -> Proof:
            try:
                return authenticate(head, target, accounts, region, now)
            except S3Error as error:
                if error.code != code or text not in error.message:
                    raise
                raise S3Error(*ANSWERED, error.message) from None

        return other

    return wrap

"""For each refusal that a fact tells and a MUST stands on: a reference that answers otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.reference.faults.edits import refused
from conformance.reference.faults.model import Fault
from conformance.reference.faults.switches import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Catalog, Source
    from conformance.reference.messages import Request, S3Error

_OTHERWISE: Final = (418, "AnotherError")
_LITERAL: Final = re.compile(r"[^\"'`<>{}\[\]()…:]{12,}")
"""The longest piece of a message without what stands for a value tells it from others."""


def fact_faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield one fault a fact and operation, for facts that a tested MUST cites as a refusal."""
    asserted = {rule for test in catalog.tests for rule in test.rules}
    cited = {source for test in catalog.tests for source in test.sources}
    for source in catalog.sources.values():
        rules = tuple(
            rule.id
            for rule in catalog.rules.values()
            if source.id in rule.sources and rule.id in asserted and rule.level == "MUST"
        )
        if rules and source.id in cited and _tells_refusal(source):
            yield Fault(
                id=f"{rules[0]}/otherwise-{source.id.lower()}",
                kind="answers",
                says=f"{source.operation} answers {source.code} otherwise than {source.id} tells",
                rules=(rules[0],),
                switches=(
                    Refusal(
                        (source.operation, ""), source.code, _otherwise, _literal(source.message)
                    ),
                ),
            )


def _tells_refusal(source: Source) -> bool:
    return bool(source.code) and source.status is not None and source.status >= 400


def _literal(message: str) -> str:
    pieces = _LITERAL.findall(message.replace("...", "…"))
    return max(pieces, key=len).strip() if pieces else ""


def _otherwise(request: Request, error: S3Error) -> S3Error:
    del request
    status, code = _OTHERWISE
    return refused(error, status=status, code=code)

"""If-Match and If-None-Match on writes: which values S3 takes, and what they compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.checks import argument, no_such_key
from conformance.reference.routing import not_implemented

if TYPE_CHECKING:
    from conformance.reference.pipeline import Context

_MATCH: Final = "If-Match"
_NONE_MATCH: Final = "If-None-Match"


def supported_conditions(context: Context) -> None:
    """501 for conditions that no write takes, before anything else (PREC-003).

    Both headers at once (PRE-010), If-None-Match with anything but ``*`` (PRE-011, PREC-025) and
    If-Match with ``*`` (PRE-012).
    """
    headers = context.request.headers
    match, none_match = headers.get(_MATCH), headers.get(_NONE_MATCH)
    if match is not None and none_match is not None:
        text = "Multiple conditional request headers present in the request"
        raise _unsupported(f"{_MATCH},{_NONE_MATCH}", text)
    if none_match is not None and none_match != "*":
        raise _unsupported(_NONE_MATCH, _not_accepted(_NONE_MATCH))
    if match == "*":
        raise _unsupported(_MATCH, _not_accepted(_MATCH))


def condition_syntax(context: Context) -> None:
    """InvalidArgument for an empty If-Match, which is looked at later (PREC-004, PREC-024)."""
    if context.request.headers.get(_MATCH) == "":
        text = f"The value provided for the {_MATCH} query parameter cannot be empty for this API."
        raise argument(text, _MATCH)


def hold_conditions(context: Context, *, since: int | None = None) -> None:
    """Hold a write's condition against what is at the key now (PRE-001, PRE-006, PRE-008).

    ``since`` is when an upload began, in ticks: a condition that holds by now, though the key was
    written or deleted after that, is a ConditionalRequestConflict (PRE-003, PRE-007).
    """
    match = context.request.headers.get(_MATCH)
    none_match = context.request.headers.get(_NONE_MATCH)
    if match is None and none_match is None:
        return
    current = context.bucket.current(context.key)
    if current is not None and current.delete_marker:
        current = None
    if match is not None:
        if current is None:
            raise no_such_key(context.key)
        if unquoted(match) != current.etag:
            raise precondition_failed(_MATCH)
    elif current is not None:
        raise precondition_failed(_NONE_MATCH)
    if since is not None and context.bucket.changed.get(context.key, 0) > since:
        raise S3Error(
            409,
            "ConditionalRequestConflict",
            "The conditional request cannot succeed due to a conflicting operation against this "
            "resource.",
            (("Condition", _NONE_MATCH if match is None else _MATCH), ("Key", context.key)),
        )


def unquoted(etag: str) -> str:
    """Return the ETag without its quotes, of which none, one or both may be there (PRE-013)."""
    return etag.strip().removeprefix('"').removesuffix('"')


def precondition_failed(condition: str) -> S3Error:
    """Return the 412 that names the header which did not hold (XML-015)."""
    text = "At least one of the pre-conditions you specified did not hold"
    return S3Error(412, "PreconditionFailed", text, (("Condition", condition),))


def _not_accepted(header: str) -> str:
    return f"We don't accept the provided value of {header} header for this API"


def _unsupported(header: str, text: str) -> S3Error:
    return not_implemented(
        ("Header", header),
        ("additionalMessage", text),
        headers=(("Cache-Control", "no-store"),),  # PREC-025
    )

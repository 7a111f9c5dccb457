"""Reads the parts of an answer that scenarios use: status, members, headers, errors, XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element  # wraps what defusedxml has parsed

from conformance.catalog.references import PathStep, path_steps
from conformance.engine.errors import EngineError
from conformance.engine.matchers import ABSENT
from conformance.engine.values import dig
from conformance.wire.parse import xml_root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.engine.value import Value
    from conformance.wire.model import Answer

MAY_EMBED: Final = frozenset({"CompleteMultipartUpload", "UploadPartCopy", "CopyObject"})
"""Operations whose error document may come inside a 200 answer (CMP-031, XML-017)."""

_STATUS_OF_CODE: Final[Mapping[str, int]] = {
    "AccessDenied": 403,
    "ConditionalRequestConflict": 409,
    "InternalError": 500,
    "InvalidObjectState": 403,
    "MethodNotAllowed": 405,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "NoSuchVersion": 404,
    "NotImplemented": 501,
    "OperationAborted": 409,
    "PreconditionFailed": 412,
    "RequestTimeTooSkewed": 403,
    "ServiceUnavailable": 503,
    "SignatureDoesNotMatch": 403,
    "SlowDown": 503,
}
"""Codes that do not come with 400 when they come alone."""

_NOT_ABOUT_IT: Final = frozenset(
    {
        "ExpiredToken",
        "RequestTimeTooSkewed",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "TokenRefreshRequired",
    }
)
"""Codes that speak of clocks, load and sessions, not of what was asked."""

_COUNT: Final = re.compile(r"count\((.+)\)")
_NAME: Final = re.compile(r"name\((.+)\)")
_ATTRIBUTE: Final = re.compile(r"(.+)/@([\w:.-]+)")


def status(operation: str, answer: Answer) -> tuple[int, str]:
    """Return the status of an answer, or of the error in its 200; and a note in that case.

    An error inside a 200 answer counts with the status of its code where S3 may answer so
    (XML-017); anywhere else it is a broken answer, which counts as no status at all (0).
    """
    if not answer.embedded_error:
        return answer.status, ""
    code = answer.error_code or "an unnamed error"
    if operation not in MAY_EMBED:
        return 0, f"status {answer.status} with an <Error> document ({code}) inside"
    counted = _STATUS_OF_CODE.get(answer.error_code, 400)
    return counted, f"{code} came inside a {answer.status} answer and counts as {counted} (XML-017)"


def succeeded(operation: str, answer: Answer, *, readable: bool = True) -> bool:
    """Return whether an answer is a 2xx without an error document, and readable if asked for."""
    good = 200 <= status(operation, answer)[0] < 300
    return good and not (readable and answer.problem)


def broke_down(status: int) -> bool:
    """Return whether a status is a server error: 5xx, but not 501."""
    return 500 <= status < 600 and status != 501


def says_nothing(operation: str, answer: Answer, *, to_head: bool) -> bool:
    """Return whether an answer tells nothing about the request: a server error, or not from S3.

    That is a 5xx other than 501, a 3xx, 408 or 429, an error code about time or load, a success
    that nobody can read, and a refusal without an S3 error code (a proxy's or a console's page).
    """
    counted = status(operation, answer)[0]
    if 200 <= counted < 300:
        return bool(answer.problem)
    if counted == 501:
        return False
    if not 400 <= counted < 500 or counted in {408, 429} or answer.error_code in _NOT_ABOUT_IT:
        return True
    return not answer.error_code and not to_head


def summary(operation: str, answer: Answer) -> str:
    """Summarise an answer in a few words: ``200``, ``400 InvalidPart``."""
    counted, note = status(operation, answer)
    shown = str(counted or answer.status)
    inside = f" (inside a {answer.status} answer)" if note else ""
    return f"{shown} {answer.error_code}".rstrip() + inside


def read(operation: str, answer: Answer) -> dict[str, Value]:
    """Return everything that paths can refer to: members, ``status``, ``headers`` and so on.

    Header names are in lower case; a header that came several times is joined with commas.
    """
    headers: dict[str, str] = {}
    for name, value in answer.headers:
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    error: dict[str, Value] = dict(answer.error_fields)
    if answer.error_code:
        error = {"Code": answer.error_code, "Message": answer.error_message, **error}
    return {
        **answer.members,
        "status": status(operation, answer)[0],
        "code": answer.error_code or None,
        "message": answer.error_message or None,
        "error": error,
        "headers": headers,
        "body": answer.body,
        "interim": list(answer.interim),
    }


def saved(fields: Mapping[str, Value], path: str) -> Value:
    """Return the values that ``save`` names in a `read` answer; LookupError if one is missing.

    ``answer`` is the whole of it.
    """
    steps: tuple[PathStep, ...] = path_steps("." + path)
    if steps and steps[0] == "answer":
        return dig(fields, steps[1:])
    found = dig(fields, steps)
    if found is None:
        raise LookupError(f"there is no {path}")
    return found


class Document:
    """The XML of an answer, for the XPath of scenarios: names stand without their namespaces.

    What ElementTree knows of XPath works, from the document down (``/ListPartsResult/Part[2]``,
    ``//Part``, ``/*``), with ``count(…)``, ``name(…)`` and a last step ``@attribute`` besides.
    ``problem`` says why there is nothing to look at.
    """

    def __init__(self, body: bytes) -> None:
        self.problem = ""
        self._top = Element("document")
        root = xml_root(body)
        if root is None:
            self.problem = "the body is not XML"
        else:
            self._top.append(root)

    def find(self, expression: str, *, several: bool = False) -> object:
        """Return the text of the first match, a count or a name; `ABSENT` without a match.

        With ``several``, the list of the texts or names of all matches. EngineError for what is no
        XPath of this kind.
        """
        if counted := _COUNT.fullmatch(expression):
            return len(self._all(counted[1]))
        if named := _NAME.fullmatch(expression):
            names = [element.tag for element in self._all(named[1])]
            if several:
                return names
            return names[0] if names else ABSENT
        attribute = _ATTRIBUTE.fullmatch(expression)
        found = self._all(attribute[1] if attribute else expression)
        texts = [
            _attribute(element, attribute[2]) if attribute else _string(element)
            for element in found
        ]
        texts = [text for text in texts if text is not None]
        if several:
            return texts
        return texts[0] if texts else ABSENT

    def _all(self, expression: str) -> list[Element]:
        if not expression.startswith("/"):
            raise EngineError(f"the XPath {expression!r} does not begin with a slash")
        try:
            return self._top.findall("." + expression)
        except (SyntaxError, KeyError, TypeError) as error:
            raise EngineError(
                f"{expression!r} is not an XPath that is known here: {error}"
            ) from None


def _string(element: Element) -> str:
    return "".join(element.itertext()) if len(element) else element.text or ""


def _attribute(element: Element, name: str) -> str | None:
    local = name.rpartition(":")[2]
    return next(
        (value for key, value in element.attrib.items() if key.rpartition("}")[2] == local), None
    )

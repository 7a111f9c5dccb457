"""Which finding blocks a test: the deviation of the set-up step that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.findings.failures import failures
from conformance.findings.kinds import kind_of
from conformance.findings.model import FindingKey
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from conformance.findings.model import RuleBook
    from conformance.record.model import TestLine

RULES: Final = {
    "AbortMultipartUpload": "life.abort-frees",
    "CompleteMultipartUpload": "life.complete-assembles",
    "CreateMultipartUpload": "life.create-returns-id",
    "ListMultipartUploads": "list-uploads.shape",
    "ListParts": "list-parts.shape",
    "UploadPart": "part.etag",
    "UploadPartCopy": "copy.result",
}
"""The rule that a server breaks for which an operation does not work at all.

The rules of the test are about what it would have shown, and not about its set-up.
"""


def blocking(test: TestLine, book: RuleBook) -> str:
    """Return ``rule/kind`` of the finding that blocks a test; empty if no set-up answer did.

    A rule that the catalogue does not have, or an operation without one, is named by the operation.
    """
    if (test.observed or test.verdict) is not Verdict.BLOCKED:
        return ""
    failed = next(iter(failures(test, Verdict.FAIL)), None)
    if failed is None or failed.exchange is None or failed.exchange.role != "given":
        return ""
    rule = RULES.get(failed.operation, "")
    return str(FindingKey(rule if rule in book.rules else failed.operation, kind_of(failed)))

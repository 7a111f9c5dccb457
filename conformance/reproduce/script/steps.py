"""What a test is made of, and what it leaves to be removed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conformance.reproduce.script.answers import Form, Said
from conformance.reproduce.script.sending import Request
from conformance.reproduce.script.values import Values, quote

Fields = Callable[[Values], "dict[str, Any]"]
WRITES = ("PutObject", "CopyObject", "CompleteMultipartUpload")


@dataclass(frozen=True)
class Step:
    """One request, and what is documented of its answer."""

    name: str
    operation: str
    request: Callable[[Values], Request]
    must: Fields | None = None
    should: Fields | None = None
    succeeds: str = ""
    """``must`` or ``should``: how strongly a 2xx answer is assumed."""
    strength: str = "must"
    """The strongest word of the step."""
    save: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """Name to the place of the value in the answer; ``name[]`` adds to a list."""
    role: str = "step"
    """``bucket`` and ``set-up`` prepare what the ``step``s show."""
    when: str = ""
    """It is left out where this was not saved."""
    eventually: float = 0.0
    """Seconds within which the answer must be the documented one."""
    expects_501: bool = False
    together: tuple[Step, ...] = ()
    """Steps that are sent at once, in place of this one."""
    repeat: str = ""
    """Name under which the request finds one item after the other."""
    items: Callable[[Values], list[Any]] | None = None


@dataclass(frozen=True)
class Test:
    """All that is fixed of one test."""

    steps: list[Step]
    forms: dict[str, Form]
    prefers_tls: bool = False
    claimed: bool = False
    """The server says that it has all that the test needs: refused set-up is a deviation."""
    feature: str = ""
    """The steps show that this is honoured, or refused, and not ignored."""
    request_form: bool = False
    """The test is about how a request is written."""
    own_bucket: bool = False
    """It needs a bucket set up for it."""
    values: dict[str, str] = field(default_factory=dict)
    """What only the owner of the endpoint knows, with a default or without."""
    zone: str = ""


@dataclass
class Left:
    """What the script made and has to remove."""

    buckets: list[str] = field(default_factory=list)
    uploads: dict[tuple[str, str, str], None] = field(default_factory=dict)
    objects: dict[tuple[str, str, str], None] = field(default_factory=dict)

    def note(self, step: Step, request: Request, said: Said) -> None:
        """Learn from an answer what is there now."""
        bucket, (path, _, query) = request.bucket, request.target.partition("?")
        good = 200 <= said.status < 300
        if step.operation == "CreateBucket" and said.status < 400 and bucket not in self.buckets:
            self.buckets.append(bucket)
        if not good:
            return
        upload = re.search(rb"<(?:\w+:)?UploadId>([^<]+)<", said.fields["body"])
        version = said.fields["headers"].get("x-amz-version-id", "")
        named = re.search(r"(?:^|&)uploadId=([^&]*)", query)
        if step.operation == "CreateMultipartUpload" and upload:
            self.uploads[bucket, path, quote(upload[1].decode())] = None
        if step.operation in ("AbortMultipartUpload", "CompleteMultipartUpload") and named:
            self.uploads.pop((bucket, path, named[1]), None)
        if step.operation in WRITES:
            self.objects[bucket, path, version] = None
        if step.operation == "DeleteObject" and version and "versionId=" not in query:
            self.objects[bucket, path, version] = None

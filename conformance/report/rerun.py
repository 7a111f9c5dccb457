"""The commands that run one test of a record, or a counter-example, again.

They are made of what the record says was asked (`RunLine.options`), whichever face asked for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.catalog.select import exactly
from conformance.record.options import asking_words, property_words
from conformance.report.shell import quote

if TYPE_CHECKING:
    from conformance.record.model import RunLine

_PROPERTIES: Final = "property/"
_CLIENTS: Final = "clients"


def rerun(test_id: str, run: RunLine) -> str:
    """Return ``s3-conformance run --select ID``, this test alone, on the same target."""
    return rerun_all((test_id,), run)


def rerun_all(test_ids: tuple[str, ...], run: RunLine) -> str:
    """Return the line that runs several tests again, on the same target.

    A step of a real client is run again with all steps of that client.
    """
    clients = dict.fromkeys(_client(name) for name in test_ids)
    if clients and all(clients):
        named = [word for client in clients for word in ("--client", client)]
        words = [*named, *asking_words(run.options, strict=False)]
        return command_line(("s3-conformance", "clients", *words))
    words = [*run.options.files, *asking_words(run.options, strict=run.strict)]
    if any(name.startswith(_PROPERTIES) for name in test_ids):
        words += property_words(run.options.properties)
    return _line("--select", " or ".join(map(exactly, test_ids)), *words)


def reproduce(test_ids: tuple[str, ...], record: str = "record.jsonl") -> str | None:
    """Return the command that writes the first test as a script of one file; None without tests.

    Nor is there one for a step of a real client, whose requests are its own.
    ``record`` is the record's path; by default its name, for whoever stands in its folder.
    """
    if not test_ids or _client(test_ids[0]):
        return None
    words = ("s3-conformance", "reproduce", test_ids[0], "--record", record)
    return f"{command_line(words)} > reproduce.py"


def _client(test_id: str) -> str:
    """Return the real client whose step a test is; empty for any other test."""
    root, _, rest = test_id.partition("/")
    return rest.partition("/")[0] if root == _CLIENTS else ""


def counter_example(file: str, run: RunLine) -> str:
    """Return the command that runs a counter-example against the target of the run.

    ``file`` is relative to the record's folder. Where the recorded command names that folder the
    line works where the run was begun, otherwise in the folder itself: see `folder`.
    """
    where = folder(run)
    path = f"{where.rstrip('/')}/{file}" if where else file
    return _line(path, *asking_words(run.options, strict=run.strict))


def folder(run: RunLine) -> str:
    """Return the folder of the record as the command named it; empty when it did not."""
    return run.options.out


def create_bucket(run: RunLine) -> str:
    """Return the line that makes a bucket ``$BUCKET`` at the endpoint of the run."""
    endpoint = run.endpoint_url or run.tls_endpoint_url
    words = ["--region", run.region, "--endpoint-url", endpoint]
    if run.region != "us-east-1":
        words += ["--create-bucket-configuration", f"LocationConstraint={run.region}"]
    return f'aws s3api create-bucket --bucket "$BUCKET" {" ".join(quote(word) for word in words)}'


def command_line(command: tuple[str, ...]) -> str:
    """Return recorded words as a shell line, to be shown."""
    return " ".join(map(quote, command))


def _line(*words: str) -> str:
    return command_line(("s3-conformance", "run", *words))

"""The table of lint rules: each mistake that a spec file can hold, by name.

Every name has its broken file and the message that it brings in ``tests/invalid/``.
"""

from __future__ import annotations

from typing import Final

LINT_RULES: Final[dict[str, str]] = {
    # Files
    "file-unreadable": "a named file or folder exists, can be read and is UTF-8",
    "long-line": "a line has at most 100 characters",
    "format-version": "`format: 1` says which version of the format a file is written in",
    # YAML
    "yaml-syntax": "a file is well-formed YAML",
    "yaml-documents": "a file holds one document",
    "yaml-directive": "a file begins without %YAML and %TAG",
    "yaml-number": "a number has at most 40 characters",
    "yaml-tab": "blanks are spaces; a tab inside a value is written \\t in double quotes",
    "yaml-tag": "values have no !tags",
    "yaml-anchor": "values have no &anchors",
    "yaml-alias": "values are not *aliases; `let` names what is used twice",
    "yaml-merge-key": "maps are not merged with <<; `with` merges members",
    "yaml-duplicate-key": "a key occurs once in its map",
    "yaml-key": "keys are strings",
    # Form
    "unknown-key": "a map holds only keys that the format knows",
    "missing-key": "a map holds the keys that the format asks for",
    "wrong-kind": "a value is of the kind (text, list, map, number) that its key takes",
    "unknown-word": "a value of a closed vocabulary is one of its words",
    "bad-id": "an id is a slug: lower-case words joined by hyphens, groups by slashes or dots",
    "bad-name": "names of variables, cases and axis values are plain words",
    "duplicate-id": "an id is given once in the whole catalogue",
    "title-full-stop": "a title ends without a full stop",
    "empty-steps": "a scenario has at least one step",
    "case-variables": "all cases of a scenario set the same variables",
    # Steps
    "step-operation": "a step names one S3 operation",
    "unknown-operation": "an operation is one of S3's",
    "unknown-member": "a member belongs to the operation's request or answer",
    "member-type": "a member's value has the type that the service model gives it",
    "member-enum": "an enum value is one of the model's, save in a step that expects an error",
    "member-form": "a member with a syntax of its own, as CopySource, has that form",
    "duplicate-step-name": "step names are unique within a scenario",
    "bad-edit": "a request edit (headers, sign, framing, …) has its documented form",
    "bad-save": "a save path leads to something that the answer can hold",
    # Dialects
    "bad-dialect": "a dialect's file holds requests in the form that the format gives them",
    "unknown-dialect": "dialects, and variants of them, that are named exist",
    "dialect-operation": "a client is asked for what it was seen to send, or named in not-sent-by",
    "dialect-member": "a client is asked for members alone that it was seen to send",
    "dialect-clash": "a step leaves to its dialect what that lays down: framing, Expect, shape",
    # Values
    "bad-reference": "`$name`, `${name.path}` and `$$` are the only uses of a dollar sign",
    "unknown-name": "a name is set by let, case or axis, is built in, or was saved before",
    "circular-let": "a let value does not lead back to itself",
    "not-text": "what is put into a text by `${…}` is text or a number",
    "bad-call": "a function gets its documented arguments, of the right kind",
    "too-large": "a file expands to no more values, tests and requests than can be meant",
    "unused-let": "each let name is used",
    "unused-variable": "each case variable and axis is used",
    # Expectations
    "bad-status": "a status is a number, a class such as 4xx, or a list of these",
    "bad-matcher": "a matcher map holds known matchers with arguments of the right kind",
    "bad-regex": "a regular expression compiles",
    "no-expectation": "at least one step says what must, should or may come back",
    "given-once": "a set-up that is sent once for several tests is only read by their steps",
    "ends-last-alone": "ends-last stands in a group, beside a step that does not end last",
    "answer-of-cut-body": "a step whose body is cut off expects and saves nothing",
    # Evidence
    "unknown-rule": "rules that a scenario names exist",
    "unknown-source": "sources that are named exist",
    "unknown-capability": "capabilities that are named exist",
    "unknown-bucket": "a bucket kind that is named exists",
    "unknown-incompatibility": "incompatibilities that `catches` names exist",
    "bad-thread": "a thread is owner/repository#number",
    "statement-without-rule": "a statement names rules or says in `excused` why it is none",
    "rule-without-source": "a rule has at least one source",
    "bad-url": "the url of a source is a link with https",
    "no-witness": "a source names its witnesses, unless it is inferred",
    "must-needs-evidence": "a `must` cites more than inferred sources",
    "rule-not-asserted": "a rule is shown by a scenario, or says in `open` why not yet",
    "open-but-asserted": "a rule that a scenario shows has no `open`",
    # Renamed ids
    "not-renamed": "an id that was renamed is the id of no test",
    "unknown-test": "an id leads, through its renames, to a test or a scenario that exists",
}

"""Reads the files of rules, sources, capabilities and bucket kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.catalog.draft_steps import DraftStep, read_step
from conformance.catalog.drafts import file_form
from conformance.catalog.lint.shape import RULE_ID, SOURCE_ID, WORD_ID, Form, words_of
from conformance.catalog.model import BucketScope, Grade, Level, Rule, Source
from conformance.catalog.problems import did_you_mean
from conformance.catalog.service import operation_names
from conformance.catalog.yaml12 import Mapping, Node, Scalar
from conformance.vocabulary.impacts import IMPACTS

if TYPE_CHECKING:
    from conformance.catalog.place import Place
    from conformance.catalog.problems import Mark, Problems
    from conformance.vocabulary.dialects import Dialect

LEVELS: Final[tuple[Level, ...]] = ("MUST", "SHOULD", "MAY")
GRADES: Final[tuple[Grade, ...]] = ("recorded", "verified", "documented", "inferred")
SCOPES: Final[tuple[BucketScope, ...]] = (
    "general-purpose", "directory", "access-point", "outposts", "fsx",
)  # fmt: skip

RULE_REQUIRED: Final = ("id", "statement", "level", "impact", "applies-to", "sources")
SOURCE_REQUIRED: Final = (
    "id", "grade", "date", "operation", "condition", "where", "url", "witnesses",
)  # fmt: skip
CAPABILITY_REQUIRED: Final = ("name", "about")
BUCKET_REQUIRED: Final = ("name", "about", "setup")
RULE_KEYS: Final = (
    "id", "statement", "level", "impact", "applies-to", "feature", "same-as", "form",
    "sources", "seeds", "open",
)  # fmt: skip
SOURCE_KEYS: Final = (
    "id", "grade", "date", "operation", "of", "condition", "status", "code", "message", "notes",
    "where", "url", "witnesses", "request",
)  # fmt: skip
URL: Final = re.compile(r"https://[a-z0-9.-]+\.[a-z]+/[^\s<>\"{}|\\^`]*")
"""The form of a link: https, a host with a dot, a path, nothing that breaks out of an attribute."""
CAPABILITY_KEYS: Final = ("name", "about", "bucket", "prefers-tls", "given", "probe")
ZONES: Final = ("availability-zone", "local-zone")
"""Values of a profile that name the zone of a directory bucket."""
BUCKET_KEYS: Final = ("name", "about", "needs", "zone", "setup")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRule:
    """A rule with the places of what the rest of the catalogue is asked about."""

    rule: Rule
    sources: tuple[Scalar, ...]
    same_as: tuple[Scalar, ...]
    mark: Mark
    open_mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCapability:
    """A capability whose steps are not bound yet."""

    name: str
    about: str
    bucket: Scalar | None
    prefers_tls: bool
    given: tuple[DraftStep, ...]
    probe: tuple[DraftStep, ...]
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBucket:
    """A bucket kind whose steps are not bound yet."""

    name: str
    about: str
    needs: tuple[Scalar, ...]
    zone: str
    setup: tuple[DraftStep, ...]
    mark: Mark


@dataclass(slots=True)
class Facts:
    """What the files of facts hold, by id."""

    rules: dict[str, DraftRule] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    requests: dict[str, Mapping] = field(default_factory=dict)
    """By source: the rows of its ``request``, bound when the templates are known."""
    capabilities: dict[str, DraftCapability] = field(default_factory=dict)
    buckets: dict[str, DraftBucket] = field(default_factory=dict)
    dialects: dict[str, Dialect] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    """Kind and id to where it was first given."""
    unread: set[str] = field(default_factory=set)
    """Kinds (``rules``, ``sources`` …) of which a file could not be read."""


def read_rules(root: Node, facts: Facts, problems: Problems) -> None:
    """Read one file of rules."""
    form = file_form(root, "a rule file", ("about", "rules"), (), problems)
    for node in form.maps("rules") if form else ():
        draft = _rule(node, problems)
        if _is_new(facts, "rules", draft.rule.id, draft.mark, problems):
            facts.rules[draft.rule.id] = draft


def read_sources(root: Node, facts: Facts, problems: Problems) -> None:
    """Read one file of sources."""
    form = file_form(root, "a source file", ("about", "sources"), (), problems)
    for node in form.maps("sources") if form else ():
        source = _source(node, problems)
        mark = node.entries["id"].mark if "id" in node.entries else node.mark
        if _is_new(facts, "sources", source.id, mark, problems):
            facts.sources[source.id] = source
            rows = node.entries.get("request")
            if isinstance(rows, Mapping):
                facts.requests[source.id] = rows


def read_capabilities(root: Node, facts: Facts, problems: Problems) -> None:
    """Read the file of capabilities."""
    form = file_form(root, "a capability file", ("about", "capabilities"), (), problems)
    for node in form.maps("capabilities") if form else ():
        draft = _capability(node, problems)
        if _is_new(facts, "capabilities", draft.name, draft.mark, problems):
            facts.capabilities[draft.name] = draft


def read_buckets(root: Node, facts: Facts, problems: Problems) -> None:
    """Read the file of bucket kinds."""
    form = file_form(root, "a bucket file", ("about", "buckets"), (), problems)
    for node in form.maps("buckets") if form else ():
        draft = _bucket(node, problems)
        if _is_new(facts, "buckets", draft.name, draft.mark, problems):
            facts.buckets[draft.name] = draft


def _rule(node: Mapping, problems: Problems) -> DraftRule:
    form = Form(node, "a rule", problems, required=RULE_REQUIRED, optional=RULE_KEYS)
    sources = form.texts("sources")
    scopes = form.words("applies-to", SCOPES)
    mark = form.mark("id")
    identifier = form.identifier("id", RULE_ID)
    if "sources" in node.entries and not form.items("sources"):
        problems.add(form.mark("sources"), "rule-without-source", f"{identifier} cites no source")
    rule = Rule(
        id=identifier,
        statement=form.text("statement"),
        level=form.word("level", LEVELS, "MAY"),
        impact=form.word("impact", IMPACTS, "interop"),
        applies_to=scopes,
        feature=form.text("feature"),
        same_as=form.text("same-as"),
        form=form.flag("form"),
        sources=words_of(sources),
        seeds=words_of(form.texts("seeds")),
        open=form.text("open"),
        place=mark.place,
    )
    open_mark = node.key_mark("open") if "open" in node.entries else mark
    same = node.entries.get("same-as")
    same_as = (same,) if isinstance(same, Scalar) else ()
    return DraftRule(rule=rule, sources=sources, same_as=same_as, mark=mark, open_mark=open_mark)


def _source(node: Mapping, problems: Problems) -> Source:
    form = Form(node, "a source", problems, required=SOURCE_REQUIRED, optional=SOURCE_KEYS)
    grade = form.word("grade", GRADES, "inferred")
    witnesses = form.texts("witnesses")
    _check_source(form, grade, witnesses, problems)
    form.mapping("request")
    return Source(
        id=form.identifier("id", SOURCE_ID),
        grade=grade,
        date=form.text("date"),
        operation=form.text("operation"),
        condition=form.text("condition"),
        status=form.number("status"),
        code=form.text("code"),
        message=form.text("message"),
        notes=form.text("notes"),
        where=form.text("where"),
        url=form.text("url"),
        witnesses=words_of(witnesses),
        of=form.text("of"),
        place=form.mark("id").place,
    )


def _check_source(
    form: Form, grade: Grade, witnesses: tuple[Scalar, ...], problems: Problems
) -> None:
    """Check what a source says of its origin: its link, its witnesses, the operation asked."""
    entries = form.node.entries
    url, of = form.text("url"), form.text("of")
    if "url" in entries and not URL.fullmatch(url):
        problems.add(
            form.mark("url"), "bad-url", f"{url or 'nothing'} is not a link",
            "https://, a host and a path: a file at one commit, a thread, or a page",
        )  # fmt: skip
    if "witnesses" in entries and not witnesses and grade != "inferred":
        problems.add(
            form.mark("witnesses"), "no-witness", f"nobody is named who saw what is {grade}",
            "name the author of the recording, the suite or the page, or grade it inferred",
        )  # fmt: skip
    for name in witnesses:
        if not WORD_ID.fullmatch(str(name.value)):
            text = f"{name.value} is not a name of a witness"
            problems.add(name.mark, "bad-id", text, "lower-case words joined by hyphens")
    if of and of not in operation_names():
        problems.add(
            form.mark("of"), "unknown-operation", f"S3 has no operation {of}",
            did_you_mean(of, operation_names()),
        )  # fmt: skip


def _capability(node: Mapping, problems: Problems) -> DraftCapability:
    form = Form(
        node, "a capability", problems, required=CAPABILITY_REQUIRED, optional=CAPABILITY_KEYS
    )
    names: dict[str, int] = {}
    bucket = form.get("bucket")
    form.text("bucket")
    return DraftCapability(
        name=form.identifier("name", WORD_ID),
        about=form.text("about"),
        bucket=bucket if isinstance(bucket, Scalar) else None,
        prefers_tls=form.flag("prefers-tls"),
        given=tuple(read_step(step, names, problems) for step in form.maps("given")),
        probe=tuple(read_step(step, names, problems) for step in form.maps("probe")),
        mark=form.mark("name"),
    )


def _bucket(node: Mapping, problems: Problems) -> DraftBucket:
    form = Form(node, "a bucket kind", problems, required=BUCKET_REQUIRED, optional=BUCKET_KEYS)
    names: dict[str, int] = {}
    return DraftBucket(
        name=form.identifier("name", WORD_ID),
        about=form.text("about"),
        needs=form.texts("needs"),
        zone=form.word("zone", ZONES, "") if "zone" in node.entries else "",
        setup=tuple(read_step(step, names, problems) for step in form.maps("setup")),
        mark=form.mark("name"),
    )


def _is_new(facts: Facts, kind: str, key: str, mark: Mark, problems: Problems) -> bool:
    """Return whether an id is given for the first time; report it otherwise."""
    if not key:
        return False
    first = facts.places.setdefault((kind, key), mark.place)
    if first == mark.place:
        return True
    problems.add(mark, "duplicate-id", f"{key} is given already", f"at {first}")
    return False

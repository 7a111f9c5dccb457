"""Recorded requests: what a source's ``request`` and the file of templates say, read and bound.

A source whose answer was recorded together with its request tells that request in rows, each of
which is like one or more templates of ``specs/recordings.yaml``; a template holds what was there
before, the operation, and the answer of a success. Each pair becomes a test of its own, which is
sent to the reference alone: scenarios tell servers what S3 promises, these tell us how faithful
our reference is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from conformance.catalog.binding import Binder
from conformance.catalog.draft_steps import check_names, read_step
from conformance.catalog.drafts import file_form
from conformance.catalog.lint.shape import WORD_ID, Form, words_of
from conformance.catalog.model import KnownDifference, RecordedRequest, Scenario, Source, Test
from conformance.catalog.problems import did_you_mean
from conformance.catalog.recorded_answers import expected_answer
from conformance.catalog.recorded_template import Template
from conformance.catalog.service import operation_names
from conformance.catalog.steps import StepBuilder
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Map

    from conformance.catalog.draft_steps import DraftStep
    from conformance.catalog.facts import Facts
    from conformance.catalog.problems import Problems

TEMPLATE_REQUIRED: Final = ("name", "about", "request")
TEMPLATE_KEYS: Final = (
    "name", "about", "bucket", "needs", "values", "given", "request", "whole", "declaration",
    "success",
)  # fmt: skip
ROW_KEYS: Final = (
    "like", "customer-key", "source-key", "headers", "query", "body", "method", "members", "sign",
    "transport", "values", "status", "code", "message", "fields", "answer",
)  # fmt: skip
DIFFERENCE_REQUIRED: Final = ("of", "aspects", "reason", "source")
_TRIO: Final = ("algorithm", "key", "key-MD5")
_CUSTOMER: Final = "x-amz-server-side-encryption-customer-"
_SOURCE: Final = "x-amz-copy-source-server-side-encryption-customer-"
_MERGED: Final = ("headers", "query")
_REPLACED: Final = ("body", "method", "sign", "transport")


@dataclass(slots=True)
class Templates:
    """The file of templates as read, and the rows of the sources that are like them."""

    lets: Map[str, Node] = field(default_factory=dict)
    by_name: dict[str, Template] = field(default_factory=dict)
    differences: list[KnownDifference] = field(default_factory=list)
    used: set[str] = field(default_factory=set)


def read_templates(root: Node, problems: Problems) -> Templates:
    """Read the file of templates."""
    form = file_form(
        root, "a file of recordings", ("about", "templates"), ("let", "differences"), problems
    )
    found = Templates()
    if form is None:
        return found
    lets = form.mapping("let")
    if lets is not None:
        check_names(lets.keys, "a let value", problems)
        found.lets = lets.entries
    for node in form.maps("templates"):
        template = _template(node, problems)
        if template is None:
            continue
        if template.name in found.by_name:
            problems.add(template.mark, "duplicate-id", f"{template.name} is given already")
        found.by_name[template.name] = template
    found.differences.extend(_difference(node, problems) for node in form.maps("differences"))
    return found


def expand_recorded(
    facts: Facts, templates: Templates, problems: Problems
) -> Iterator[RecordedRequest]:
    """Yield the recorded requests of all sources, and report templates that none is like."""
    for identifier, rows in facts.requests.items():
        source = facts.sources[identifier]
        for name, row in rows.entries.items():
            if isinstance(row, Mapping):
                yield from _row(source, name, row, templates, facts, problems)
            else:
                problems.add(row.mark, "wrong-kind", f"request {name} of {identifier} takes a map")
    for name, template in templates.by_name.items():
        if name not in templates.used:
            problems.add(template.mark, "unused-let", f"no recorded request is like {name}")


def _template(node: Mapping, problems: Problems) -> Template | None:
    form = Form(node, "a template", problems, required=TEMPLATE_REQUIRED, optional=TEMPLATE_KEYS)
    request = form.mapping("request")
    form.text("about")
    values = form.mapping("values")
    if values is not None:
        check_names(values.keys, "a value", problems)
    if request is None:
        return None
    operation = next((key for key in request.entries if key in operation_names()), "")
    if not operation:
        problems.add(request.mark, "step-operation", "a template names one S3 operation")
        return None
    return Template(
        name=form.text("name"),
        bucket=form.text("bucket") or "plain",
        needs=words_of(form.texts("needs")),
        values={} if values is None else values.entries,
        given=form.get("given"),
        request=request,
        operation=operation,
        whole=form.flag("whole"),
        declaration=form.flag("declaration") if "declaration" in node.entries else True,
        success=form.mapping("success"),
        mark=form.mark("name"),
    )


def _difference(node: Mapping, problems: Problems) -> KnownDifference:
    form = Form(node, "a known difference", problems, required=DIFFERENCE_REQUIRED)
    return KnownDifference(
        of=form.text("of"),
        aspects=words_of(form.texts("aspects")),
        reason=form.text("reason"),
        source=form.text("source"),
        place=form.mark("of").place,
    )


def _row(  # what one row is made of
    source: Source,
    name: str,
    row: Mapping,
    templates: Templates,
    facts: Facts,
    problems: Problems,
) -> Iterator[RecordedRequest]:
    form = Form(row, "a recorded request", problems, required=("like",), optional=ROW_KEYS)
    if not WORD_ID.fullmatch(name):
        problems.add(row.mark, "bad-id", f"{name} is not a name of a request")
    like = form.get("like")
    words = form.texts("like") if isinstance(like, Sequence) else ()
    for word in words or ((like,) if isinstance(like, Scalar) else ()):
        template = templates.by_name.get(str(word.value))
        if template is None:
            hint = did_you_mean(str(word.value), templates.by_name)
            problems.add(word.mark, "unknown-name", f"no template is named {word.value}", hint)
            continue
        templates.used.add(template.name)
        yield _request(
            source,
            f"{source.id}/{template.name}[{name}]",
            form,
            template,
            facts,
            (templates.lets, problems),
        )


def _request(  # what one request is made of
    source: Source,
    identifier: str,
    row: Form,
    template: Template,
    facts: Facts,
    within: tuple[Map[str, Node], Problems],
) -> RecordedRequest:
    lets, problems = within
    binder = Binder((_values(row, template, problems), lets), problems)
    builder = StepBuilder(binder, problems, {})
    names: dict[str, int] = {}
    setup = builder.build(tuple(_given(template, names, problems)))
    said = Form(_bound(binder, row.node), row.what, problems, optional=ROW_KEYS)
    step = _merged(said, template, binder)
    success = None if template.success is None else _bound(binder, template.success)
    step.entries["must"] = expected_answer(source, said, template, success)
    draft = read_step(step, names, problems)
    kind = facts.buckets.get(template.bucket)
    if kind is None:
        problems.add(template.mark, "unknown-bucket", f"no bucket kind is named {template.bucket}")
    needs = (*template.needs, *(words_of(kind.needs) if kind else ()))
    test = _test(source, identifier, template, needs)
    return RecordedRequest(
        source=source.id,
        test=replace(test, given=setup, steps=builder.build((draft,))),
        whole=template.whole,
    )


def _values(row: Form, template: Template, problems: Problems) -> Map[str, Node]:
    """Return the template's values, with the row's own in the place of those of the same name."""
    own = row.mapping("values")
    if own is None:
        return template.values
    for name, node in own.entries.items():
        if name not in template.values:
            hint = did_you_mean(name, template.values)
            problems.add(node.mark, "unknown-name", f"{template.name} has no value {name}", hint)
    return {**template.values, **own.entries}


def _test(source: Source, identifier: str, template: Template, needs: tuple[str, ...]) -> Test:
    scenario = Scenario(
        id=identifier,
        title=source.condition,
        why="",
        rules=(),
        sources=(source.id,),
        needs=needs,
        catches=(),
        impact=None,
        bucket=template.bucket,
        cases=(),
        matrix={},
        about="recorded requests",
        place=source.place,
    )
    return Test(
        id=identifier,
        scenario=scenario,
        title=source.condition,
        rules=(),
        sources=(source.id,),
        needs=tuple(dict.fromkeys(needs)),
        catches=(),
        level="MUST",
        impact="cosmetic",
        operations=(template.operation,),
        given=(),
        steps=(),
    )


def _given(template: Template, names: dict[str, int], problems: Problems) -> Iterator[DraftStep]:
    given = template.given
    for node in given.items if isinstance(given, Sequence) else ():
        if isinstance(node, Mapping):
            yield read_step(node, names, problems)
        else:
            problems.add(node.mark, "wrong-kind", "given takes a list of steps")


def _bound(binder: Binder, node: Mapping) -> Mapping:
    """Put in place what the file's ``let`` holds, so that maps can be joined."""
    bound = binder.bind(node)
    return bound if isinstance(bound, Mapping) else node


def _merged(row: Form, template: Template, binder: Binder) -> Mapping:
    """Return the template's step with what the row says otherwise."""
    request = _bound(binder, template.request)
    entries, keys = dict(request.entries), dict(request.keys)
    members = row.mapping("members")
    if members is not None:
        entries[template.operation] = _joined(entries[template.operation], members)
    for word in _MERGED:
        more = row.mapping(word)
        if more is not None:
            entries[word] = _joined(entries.get(word), more)
    for word, prefix in (("customer-key", _CUSTOMER), ("source-key", _SOURCE)):
        three = row.get(word)
        if isinstance(three, Sequence):
            entries["headers"] = _joined(entries.get("headers"), _trio(row, word, three, prefix))
    for word in _REPLACED:
        other = row.get(word)
        if other is not None:
            entries[word] = other
    live = any(node.live for node in entries.values())
    return Mapping(entries, row.node.mark, keys, live)


def _trio(row: Form, word: str, three: Sequence, prefix: str) -> Mapping:
    """Return the headers of algorithm, key and MD5; those that are null were not sent."""
    if len(three.items) != len(_TRIO):
        row.wrong(word, three, "a list of algorithm, key and MD5, null where one was not sent")
    sent = {
        prefix + name: value
        for name, value in zip(_TRIO, three.items, strict=False)
        if not (isinstance(value, Scalar) and value.value is None)
    }
    return Mapping(dict(sent), three.mark, live=any(value.live for value in sent.values()))


def _joined(one: Node | None, other: Mapping) -> Mapping:
    first = one if isinstance(one, Mapping) else Mapping({}, other.mark)
    entries = {**first.entries, **other.entries}
    keys = {**first.keys, **other.keys}
    return Mapping(entries, other.mark, keys, any(node.live for node in entries.values()))

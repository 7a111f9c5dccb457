"""The answer that a recorded request must get, in the words of an expectation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from conformance.catalog.lint.shape import Form
    from conformance.catalog.model import Source, Tree
    from conformance.catalog.problems import Mark
    from conformance.catalog.recorded_template import Template

_DECLARED: Final = r'<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error>[\s\S]*'
_UNDECLARED: Final = r"<Error>[\s\S]*"
_BAD_REQUEST: Final = 400


def expected_answer(
    source: Source, row: Form, template: Template, success: Mapping | None
) -> Mapping:
    """Return what the answer must be: the row's own words before the template's and the source's.

    ``success`` is the template's, bound. Of a recording of the whole answer every header and the
    order of the elements is told, too.
    """
    status = row.number("status") or source.status
    answer = row.mapping("answer")
    if status is not None and status < _BAD_REQUEST:
        made = _made({"status": status}, row.node.mark)
        return _with(_with(made, success), answer)
    return _with(_refusal(status, source, row, template), answer)


def _refusal(status: int | None, source: Source, row: Form, template: Template) -> Mapping:
    mark = row.node.mark
    fields = row.mapping("fields")
    entries: dict[str, Node] = {}
    said: dict[str, Tree] = {"status": status}
    code = row.text("code") or source.code
    message = row.get("message") or source.message
    if code:
        said["code"] = code
    if isinstance(message, str) and message:
        said["message"] = message
    if template.whole:
        said |= _whole(status, list(fields.entries) if fields else [], template)
    entries = _made(said, mark).entries
    if not isinstance(message, str):
        entries["message"] = message
    if fields is not None:
        entries["error"] = fields
    return Mapping(entries, mark, live=any(node.live for node in entries.values()))


def _whole(status: int | None, fields: list[str], template: Template) -> dict[str, Tree]:
    """Return what every refusal is like as bytes (MS-078 to MS-081)."""
    headers: dict[str, Tree] = {
        "content-type": "application/xml",
        "transfer-encoding": "chunked",
    }
    if status == _BAD_REQUEST:
        headers["connection"] = "close"
    if template.operation.startswith("Head"):
        return {"headers": headers, "body": {"length": 0}}
    names: list[Tree] = ["Code", "Message", *fields, "RequestId", "HostId"]
    return {
        "headers": headers,
        "xml": {"name(/Error/*)": names},
        "body": {"matches": _DECLARED if template.declaration else _UNDECLARED},
    }


def _with(first: Mapping, more: Mapping | None) -> Mapping:
    """Return both together; maps are joined key by key, and a null takes a key away."""
    if more is None:
        return first
    entries = dict(first.entries)
    for key, value in more.entries.items():
        there = entries.get(key)
        if isinstance(value, Scalar) and value.value is None:
            entries.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(there, Mapping):
            entries[key] = _with(there, value)
        else:
            entries[key] = value
    keys = {**first.keys, **more.keys}
    return Mapping(entries, more.mark, keys, any(node.live for node in entries.values()))


def _made(tree: dict[str, Tree], mark: Mark) -> Mapping:
    entries = {key: _node(value, mark) for key, value in tree.items()}
    return Mapping(entries, mark, live=any(node.live for node in entries.values()))


def _node(value: Tree, mark: Mark) -> Node:
    if isinstance(value, dict):
        return _made(value, mark)
    if isinstance(value, list):
        items = [_node(item, mark) for item in value]
        return Sequence(items, mark, any(item.live for item in items))
    if isinstance(value, str):
        return Scalar(value.replace("$", "$$"), mark, "$" in value)
    return Scalar(value, mark)

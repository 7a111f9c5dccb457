"""Reads out of an answer what a check names: members, headers, error fields, XML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from conformance.reproduce.script.sending import Answer
from conformance.reproduce.script.values import as_time

MAY_HOLD_AN_ERROR = ("CompleteMultipartUpload", "UploadPartCopy", "CopyObject")
NOT_400 = {
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


@dataclass(frozen=True)
class Form:
    """What the answer of an operation holds, by S3's model."""

    roots: tuple[str, ...]
    """Root elements that are documented."""
    members: dict[str, Any]
    payload: str = ""
    """The member that the whole document is."""


@dataclass
class Said:
    """What an answer says."""

    status: int
    """That it counts with: an error inside a 200 answer has the status of its code."""
    fields: dict[str, Any]
    problem: str = ""
    """Why the body can't be read; empty when it can."""
    misnamed: str = ""
    note: str = ""

    def short(self) -> str:
        """Return status and error code."""
        return f"{self.status or 'a broken answer'} {self.fields['code'] or ''}".strip()


def document(body: bytes) -> ElementTree.Element | None:
    """Return the root of a document without namespaces; None for what is not XML."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        return None
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def read(operation: str, method: str, form: Form, answer: Answer) -> Said:
    """Read an answer as one to an operation."""
    headers: dict[str, str] = {}
    for name, value in answer.headers:
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    said = Said(answer.status, {"code": None, "message": None, "error": {}})
    root = document(answer.body) if answer.body else None
    if root is not None and root.tag == "Error" and (answer.status >= 300 or in_document(form)):
        read_error(operation, answer.status, root, said)
    elif answer.status >= 300:
        if answer.body or (method != "HEAD" and answer.status != 304):
            said.problem = "an error without an error document"
    else:
        read_members(method, form, answer, root, headers, said)
    said.fields |= {
        "status": said.status,
        "headers": headers,
        "body": answer.body,
        "interim": answer.interim,
    }
    return said


def in_document(form: Form) -> bool:
    """Return whether an answer of this form is an XML document."""
    return any(spec[0] in ("xml", "text") for spec in form.members.values())


def read_error(operation: str, status: int, root: ElementTree.Element, said: Said) -> None:
    """Read an error document."""
    found: dict[str, str] = {}
    for child in root:
        found.setdefault(child.tag, "".join(child.itertext()))
    code = found.get("Code", "")
    said.fields |= {"code": code or None, "message": found.get("Message") or None, "error": found}
    if status < 300 and operation in MAY_HOLD_AN_ERROR:
        said.status = NOT_400.get(code, 400)
        said.note = f"{code} came inside a {status} answer"
    elif status < 300:
        said.status = 0
        said.note = f"status {status} with an error document inside"


def read_members(
    method: str,
    form: Form,
    answer: Answer,
    root: ElementTree.Element | None,
    headers: dict[str, str],
    said: Said,
) -> None:
    """Read the members of a success."""
    before = 0
    for name, spec in form.members.items():
        try:
            if spec[0] == "header" and spec[1] in headers:
                said.fields[name] = converted(headers[spec[1]], spec[2])
            elif spec[0] == "prefix":
                gathered = {
                    key[len(spec[1]) :]: value
                    for key, value in headers.items()
                    if key.startswith(spec[1])
                }
                said.fields[name] = gathered
            elif spec[0] == "body" and method != "HEAD":
                said.fields[name] = answer.body
        except ValueError as error:
            said.problem = said.problem or f"the header {spec[1]} does not fit: {error}"
    if not in_document(form) or method == "HEAD":
        return
    if root is None:
        said.problem = "the body is not XML" if answer.body else "the body is empty"
        return
    if form.roots and root.tag not in form.roots:
        said.misnamed = f"<{root.tag}>, not <{form.roots[0]}>"
    before = len(said.fields)
    inside = {name: spec[1:] for name, spec in form.members.items() if spec[0] == "xml"}
    try:
        if form.payload:
            said.fields[form.payload] = structure(root, inside)
        else:
            said.fields |= structure(root, inside)
            if root.text and any(spec[0] == "text" for spec in form.members.values()):
                said.fields["LocationConstraint"] = root.text
    except (ValueError, TypeError, IndexError) as error:
        said.problem = said.problem or f"the document does not fit the model: {error}"
    if said.misnamed and len(said.fields) == before:
        said.problem, said.misnamed = said.problem or f"the document is {said.misnamed}", ""


def converted(value: str, kind: str) -> Any:
    """Return a text as the kind of value that it stands for."""
    if kind == "int":
        return int(value)
    if kind == "float":
        return float(value)
    if kind == "bool":
        return value == "true"
    if kind == "time":
        found = as_time(value)
        if found is None:
            raise ValueError(f"{value!r} is not a time")
        return found
    return value


def structure(node: ElementTree.Element, members: dict[str, Any]) -> dict[str, Any]:
    """Return the members of an element."""
    found: dict[str, Any] = {}
    for name, (tag, shape) in members.items():
        if shape == "attribute":
            values = [value for key, value in node.attrib.items() if key.rpartition("}")[2] == tag]
            found |= {name: values[0]} if values else {}
            continue
        children = node.findall(tag)
        if not children:
            continue
        if isinstance(shape, list) and shape[0] == "in a row":
            found[name] = [shaped(child, shape[1]) for child in children]
        elif isinstance(shape, list):
            found[name] = [shaped(child, shape[1]) for child in children[0]]
        else:
            found[name] = shaped(children[0], shape)
    return found


def shaped(node: ElementTree.Element, shape: Any) -> Any:
    """Return an element as a structure or a single value."""
    return structure(node, shape) if isinstance(shape, dict) else converted(node.text or "", shape)


def xpath(body: bytes, expression: str, *, several: bool) -> Any:
    """Return what an XPath finds; None for nothing."""
    top = ElementTree.Element("document")
    root = document(body)
    if root is not None:
        top.append(root)
    if counted := re.fullmatch(r"count\((.+)\)", expression):
        return len(top.findall(f".{counted[1]}"))
    named = re.fullmatch(r"name\((.+)\)", expression)
    attribute = re.fullmatch(r"(.+)/@([\w:.-]+)", expression)
    if named:
        texts: list[Any] = [element.tag for element in top.findall(f".{named[1]}")]
    elif attribute:
        local = attribute[2].rpartition(":")[2]
        elements = top.findall(f".{attribute[1]}")
        texts = [v for e in elements for k, v in e.attrib.items() if k.rpartition("}")[2] == local]
    else:
        found = top.findall(f".{expression}")
        texts = ["".join(e.itertext()) if len(e) else e.text or "" for e in found]
    return texts if several else texts[0] if texts else None

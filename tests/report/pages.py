"""Pages of records, parsed."""

from __future__ import annotations

from lxml import html as parser

from conformance.report.html import report_page as html

from .samples import record


def page(*args: object, **kwargs: object) -> parser.HtmlElement:
    """Return the parsed page of a record made by `record`."""
    return parser.document_fromstring(html.render(record(*args, **kwargs)))  # type: ignore[arg-type]  # passed through


def text_of(root: parser.HtmlElement, path: str) -> str:
    """Return the text of all elements at an XPath, white space collapsed."""
    return " ".join(" ".join(part.text_content() for part in root.xpath(path)).split())

"""Faults that refuse a completion for how its document is written, one for each trait."""

from __future__ import annotations

from typing import Final

from conformance.faults import operations as op
from conformance.faults.catalogue.client_shapes import denied, holds
from conformance.faults.model import Fault, refuses

FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "client.document/number-reference",
        "&#34; in the document of a completion is not understood",
        denied(lambda request: holds(request, "&#34;"), op.COMPLETE, code="MalformedXML"),
    ),
    refuses(
        "client.document/hex-reference",
        "&#x22; in the document of a completion is not understood",
        denied(lambda request: holds(request, "&#x22;"), op.COMPLETE, code="MalformedXML"),
    ),
    refuses(
        "client.document/named-reference",
        "&quot; in the document of a completion is not understood",
        denied(lambda request: holds(request, "&quot;"), op.COMPLETE, code="MalformedXML"),
    ),
    refuses(
        "client.document/raw-quotes",
        "Quotation marks in the document of a completion are not understood",
        denied(lambda request: holds(request, '<ETag>"'), op.COMPLETE, code="MalformedXML"),
    ),
    refuses(
        "client.document/checksum-first",
        "A checksum before the ETag is not understood",
        denied(lambda request: holds(request, "<Part><Checksum"), op.COMPLETE, code="MalformedXML"),
    ),
    refuses(
        "client.document/checksum-before-number",
        "A checksum before the part number is not understood",
        denied(
            lambda request: holds(request, "<Checksum", "<PartNumber"),
            op.COMPLETE,
            code="MalformedXML",
        ),
    ),
    refuses(
        "client.document/checksum-last",
        "A checksum after the part number is not understood",
        denied(
            lambda request: holds(request, "</PartNumber><Checksum"),
            op.COMPLETE,
            code="MalformedXML",
        ),
    ),
    refuses(
        "client.document/tag-first",
        "An ETag before the part number is not understood",
        denied(lambda request: holds(request, "<Part><ETag"), op.COMPLETE, code="MalformedXML"),
    ),
    refuses(
        "client.document/number-first",
        "A part number before the ETag is not understood",
        denied(
            lambda request: holds(request, "<Part><PartNumber"), op.COMPLETE, code="MalformedXML"
        ),
    ),
    refuses(
        "client.document/declaration",
        "A document with a declaration is rejected",
        denied(lambda request: holds(request, "<?xml"), op.COMPLETE, code="MalformedXML"),
    ),
    refuses(
        "client.document/no-namespace",
        "A document without a namespace is rejected",
        denied(
            lambda request: holds(request, "<CompleteMultipartUpload>"),
            op.COMPLETE,
            code="MalformedXML",
        ),
    ),
    refuses(
        "client.document/white-space",
        "A document with line ends between its elements is rejected",
        denied(lambda request: holds(request, "\n"), op.COMPLETE, code="MalformedXML"),
    ),
    refuses(
        "client.document/final-line-end",
        "A document with a line end after its root is rejected",
        denied(
            lambda request: holds(request, "</CompleteMultipartUpload>\n"),
            op.COMPLETE,
            code="MalformedXML",
        ),
    ),
    refuses(
        "client.document/tabs",
        "A document with tabs is rejected",
        denied(lambda request: holds(request, "\t"), op.COMPLETE, code="MalformedXML"),
    ),
    refuses(
        "client.document/md5",
        "A completion with Content-MD5 and x-amz-api-version is rejected",
        denied(
            lambda request: (
                "content-md5" in request.headers and "x-amz-api-version" in request.headers
            ),
            op.COMPLETE,
        ),
    ),
    refuses(
        "client.document/object-size",
        "A completion with x-amz-mp-object-size is rejected",
        denied(lambda request: "x-amz-mp-object-size" in request.headers, op.COMPLETE),
    ),
)

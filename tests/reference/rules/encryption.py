"""Headers and words of encryption."""

from __future__ import annotations

import base64

from .building import MAIN

SSE = "x-amz-server-side-encryption"
C = f"{SSE}-customer-"
ARN = f"arn:aws:kms:us-east-1:{MAIN.id}:key/"
NAMELESS = (("ArgumentName", SSE),)
CUSTOMER = "Requests specifying Server Side Encryption with Customer provided keys must "
NEEDS_KMS = (
    "Server Side Encryption with AWS KMS managed key requires HTTP header "
    "x-amz-server-side-encryption : aws:kms"
)
PART = (
    "The multipart upload initiate requested encryption. "
    "Subsequent part requests must include the appropriate encryption parameters."
)
OTHER = "The provided encryption parameters did not match the ones used originally."
COMPLETED = (
    "The object was stored using a form of Server Side Encryption. Correct SSE-C request "
    "parameters are required for this request when specifying checksums for each part."
)
STORED = (
    "The object was stored using a form of Server Side Encryption. "
    "The correct parameters must be provided to retrieve the object."
)
NOT_HERE = "x-amz-server-side-encryption header is not supported for this operation."


def without(name: str, headers: dict[str, str]) -> dict[str, str]:
    """Drop one header of the customer key."""
    return {key: value for key, value in headers.items() if key != C + name}


def context(document: str) -> str:
    """Encode a KMS encryption context."""
    return base64.b64encode(document.encode()).decode()

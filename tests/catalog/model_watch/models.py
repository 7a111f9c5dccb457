"""A small service model, as botocore writes them, for the tests of this room."""

from __future__ import annotations

import copy
from typing import Any, Final

from botocore.model import ServiceModel

from conformance.catalog.model_watch.members import Family, family_of

_TREE: Final[dict[str, Any]] = {
    "metadata": {"serviceId": "S3", "protocol": "rest-xml", "apiVersion": "2006-03-01"},
    "operations": {
        "UploadPart": {
            "name": "UploadPart",
            "http": {"method": "PUT", "requestUri": "/{Bucket}/{Key+}"},
            "input": {"shape": "UploadPartRequest"},
            "output": {"shape": "UploadPartOutput"},
        },
        "ListParts": {
            "name": "ListParts",
            "http": {"method": "GET", "requestUri": "/{Bucket}/{Key+}"},
            "input": {"shape": "ListPartsRequest"},
            "output": {"shape": "ListPartsOutput"},
        },
    },
    "shapes": {
        "Text": {"type": "string"},
        "Kind": {"type": "string", "enum": ["COLD", "WARM"]},
        "UploadPartRequest": {
            "type": "structure",
            "members": {
                "Key": {"shape": "Text", "location": "uri", "locationName": "Key"},
                "UploadId": {
                    "shape": "Text",
                    "location": "querystring",
                    "locationName": "uploadId",
                },
                "ChecksumSHA1": {
                    "shape": "Text",
                    "location": "header",
                    "locationName": "x-amz-checksum-sha1",
                },
                "StorageClass": {
                    "shape": "Kind",
                    "location": "header",
                    "locationName": "x-amz-storage-class",
                },
            },
        },
        "UploadPartOutput": {
            "type": "structure",
            "members": {"ETag": {"shape": "Text", "location": "header", "locationName": "ETag"}},
        },
        "ListPartsRequest": {"type": "structure", "members": {}},
        "ListPartsOutput": {
            "type": "structure",
            "members": {
                "Parts": {"shape": "PartList", "locationName": "Part"},
                "Owner": {"shape": "Owner"},
                "Initiator": {"shape": "Owner"},
            },
        },
        "PartList": {"type": "list", "member": {"shape": "Part"}, "flattened": True},
        "Part": {
            "type": "structure",
            "members": {"ETag": {"shape": "Text"}, "ChecksumSHA1": {"shape": "Text"}},
        },
        "Owner": {"type": "structure", "members": {"ID": {"shape": "Text"}}},
    },
}


def tree() -> dict[str, Any]:
    """Return the model as a tree of its own, to be changed."""
    return copy.deepcopy(_TREE)


def family(model: dict[str, Any] | None = None, version: str = "1.0.0") -> Family:
    """Return what the model says."""
    return family_of(ServiceModel(tree() if model is None else model, "s3"), version)

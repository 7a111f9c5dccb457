"""S3's model means the same with an older botocore."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from botocore.model import ListShape, ServiceModel, StringShape, StructureShape

from conformance.vocabulary.service_model import (
    complete,
    installed_model,
    kept_tree,
    service_model,
)
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tree() -> dict[str, Any]:
    """Return a service model in which three members and two values are not yet known."""
    listed = {"type": "structure", "members": {"Key": {"shape": "Key"}}}
    return {
        "metadata": {"serviceId": "S3", "protocol": "rest-xml"},
        "operations": {
            "ListMultipartUploads": {
                "name": "ListMultipartUploads",
                "http": {"method": "GET", "requestUri": "/{Bucket}?uploads"},
                "output": {"shape": "Listing"},
            }
        },
        "shapes": {
            "Key": {"type": "string"},
            "Listing": {"type": "structure", "members": {"Uploads": {"shape": "Uploads"}}},
            "Uploads": {"type": "list", "member": {"shape": "Upload"}, "flattened": True},
            "Upload": listed,
            "StorageClass": {"type": "string", "enum": ["STANDARD"]},
        },
    }


KEPT = {
    "members": {
        "ListMultipartUploads answer RequestCharged": "header x-amz-request-charged, string",
        "ListMultipartUploads answer Uploads[].Key": "element Key, string",
        "ListMultipartUploads answer Uploads[].VersionId": "element VersionId, string",
        "ListMultipartUploads answer Uploads[].Owner": "element Owner, structure",
        "ListMultipartUploads answer Uploads[].Owner.ID": "element ID, string",
        "ListMultipartUploads request Colour": "querystring colour, string",
        "PaintBucket answer Colour": "header x-amz-colour, string",
        "ListMultipartUploads answer Uploads[].StorageClass": "element Class, string, StorageClass",
    },
    "enums": {"StorageClass": ["STANDARD", "AWS_BACKUP_WARM"], "Colour": ["RED"]},
}


def test_plain_members_and_values_are_added_where_they_belong(tree: dict[str, Any]) -> None:
    """Headers stand in the answer, elements in the items of its list, values in their list."""
    before = deepcopy(tree["shapes"]["Upload"]["members"]["Key"])
    complete(tree, KEPT)
    output = ServiceModel(tree, "s3").operation_model("ListMultipartUploads").output_shape
    assert isinstance(output, StructureShape)
    assert output.members["RequestCharged"].serialization == {
        "location": "header", "name": "x-amz-request-charged"
    }  # fmt: skip
    uploads = output.members["Uploads"]
    assert isinstance(uploads, ListShape)
    item = uploads.member
    assert isinstance(item, StructureShape)
    assert item.members["VersionId"].serialization == {"name": "VersionId"}
    storage_class = item.members["StorageClass"]
    assert isinstance(storage_class, StringShape)
    assert storage_class.enum == ["STANDARD", "AWS_BACKUP_WARM"]
    assert tree["shapes"]["Upload"]["members"]["Key"] == before


def test_what_has_no_place_is_left_out(tree: dict[str, Any]) -> None:
    """Structures, unknown operations, and requests without a shape change nothing."""
    complete(tree, KEPT)
    assert "Owner" not in tree["shapes"]["Upload"]["members"]
    assert list(tree["operations"]) == ["ListMultipartUploads"]
    assert "Colour" not in tree["shapes"]


def test_the_installed_model_is_not_changed() -> None:
    """The drift of botocore is looked for in what botocore says itself."""
    assert service_model() is not installed_model()
    assert installed_model().operation_names == service_model().operation_names


def test_a_folder_without_the_kept_edition_adds_nothing(tmp_path: Path) -> None:
    """Somebody's own specs may have none; the shipped ones do."""
    assert kept_tree(tmp_path)["members"] == {}
    assert len(kept_tree(specs_root())["members"]) > 300

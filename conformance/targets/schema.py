"""JSON Schema of target profiles, for editors; ``python -m conformance.targets.schema`` writes it.

It lies in ``specs/schema/``; a test compares it with what this module makes.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from typing import TYPE_CHECKING, Any, Final

from conformance.targets.about import About
from conformance.targets.profile import CredentialSource, Profile, ProfileLimits
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from pydantic import BaseModel

PATH: Final = specs_root() / "schema" / "target.schema.json"
_NESTED: Final = (About, CredentialSource, ProfileLimits)


def schema_text() -> str:
    """Return the schema as it is published: indented JSON with a final line feed.

    What spans keys is in it (an endpoint or a launcher, one source of credentials), what needs the
    catalogue is not: whether a name is a capability is for `load_profile` to say.
    """
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A target profile of s3-conformance, format 1",
    }
    made = Profile.model_json_schema()
    made.pop("title")
    _describe(made["properties"], Profile)
    for model in _NESTED:
        _describe(made["$defs"][model.__name__]["properties"], model)
    for key in ("endpoint_url", "tls_endpoint_url"):
        made["properties"][key]["pattern"] = "^https?://"
    about = made["properties"]["about"]
    line = made["$defs"]["About"]["properties"]["summary"]
    made["properties"]["about"] = {
        "anyOf": [{"type": "string", "pattern": line["pattern"]}, {"$ref": about["$ref"]}],
        "description": about["description"],
    }
    made["anyOf"] = _one_of_these("launcher", "endpoint_url", "tls_endpoint_url")
    made["$defs"]["CredentialSource"]["oneOf"] = _one_of_these("profile", "env")
    return json.dumps(head | made, indent=2) + "\n"


def main() -> None:
    """Write the schema to its place in the source tree."""
    PATH.write_text(schema_text(), encoding="utf-8")


def _one_of_these(*keys: str) -> list[dict[str, Any]]:
    """Say which keys have to be there, with a value: a key that is null counts as left out."""
    return [{"required": [key], "properties": {key: {"not": {"type": "null"}}}} for key in keys]


def _describe(properties: dict[str, Any], model: type[BaseModel]) -> None:
    """Give each property the docstring below its field, and none of pydantic's made-up titles."""
    texts = _docstrings(model)
    for name, schema in properties.items():
        schema.pop("title", None)
        if name in texts:
            schema["description"] = texts[name]


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    if not isinstance(definition, ast.ClassDef):
        raise TypeError(f"{model.__name__} is not a class")
    found: dict[str, str] = {}
    for before, after in zip(definition.body, definition.body[1:], strict=False):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[before.target.id] = inspect.cleandoc(str(after.value.value))
    return found


if __name__ == "__main__":
    main()

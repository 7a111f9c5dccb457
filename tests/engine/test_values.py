"""Names, paths, text and every function of the format."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from conformance.engine import bodies, functions
from conformance.engine.errors import EngineError, MissingValue
from conformance.engine.values import Scope, evaluate
from conformance.vocabulary.format import FUNCTIONS

if TYPE_CHECKING:
    from .fakes import Loose

NOW = datetime(2026, 11, 21, 20, 8, 41, 999, tzinfo=UTC)
MIB = 1024 * 1024


def scope(**names: Loose) -> Scope:
    """Return a scope with these names at a fixed time."""
    return Scope(names, now=NOW)


def value(tree: Loose, **names: Loose) -> Loose:
    """Evaluate a tree."""
    return evaluate(tree, scope(**names))


def test_functions_are_the_vocabulary() -> None:
    """The engine knows the functions that the lint lets through, and no others."""
    assert set(functions.BY_NAME) == set(FUNCTIONS)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ("$key", "a/b"),
        ("$parts[1].ETag", '"e2"'),
        ("$answer.headers.x-amz-id", "7"),
        ("${key}-copy", "a/b-copy"),
        ("${parts[0].ETag}${n}", '"e1"5'),
        ("$$key costs $$5", "$key costs $5"),
        ("on: ${flag}", "on: true"),
        ("plain", "plain"),
        (["$n", {"a": "$key"}], [5, {"a": "a/b"}]),
        (None, None),
        (True, True),
    ],
)
def test_names_and_text(tree: Loose, expected: Loose) -> None:
    """A name alone is the value itself, within braces it is text, two dollars are one."""
    names: dict[str, Any] = {
        "key": "a/b",
        "n": 5,
        "flag": True,
        "parts": [{"ETag": '"e1"'}, {"ETag": '"e2"'}],
        "answer": {"headers": {"x-amz-id": "7"}},
    }
    assert value(tree, **names) == expected


def test_name_alone_keeps_its_kind() -> None:
    """What a name alone stands for is not turned into text."""
    body = b"\x00\x01"
    assert value("$body", body=body) is body


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ("$upload", "nothing in the test gives it one"),
        ("${upload}-x", "nothing in the test gives it one"),
        ("$parts[2].ETag", "there are only 1 items"),
        ("$parts[0].Etag", "there is no Etag"),
        ("$parts.ETag", "there is no ETag"),
        ("$n[0]", "there is no list"),
    ],
)
def test_missing_values_say_why(tree: str, message: str) -> None:
    """A name or path without a value raises MissingValue with the reason."""
    with pytest.raises(MissingValue, match="has no value") as caught:
        value(tree, parts=[{"ETag": "e"}], n=1)
    assert message in caught.value.why


def test_lost_names_say_what_happened() -> None:
    """The reason that a step gave is the one that the later step reports."""
    names = scope(upload="old")
    names.lose("upload", "CreateMultipartUpload answered 500")
    with pytest.raises(MissingValue, match="CreateMultipartUpload answered 500"):
        evaluate("$upload", names)
    names.save("upload", "new")
    assert evaluate("$upload", names) == "new"


def test_values_on_demand_are_made_once() -> None:
    """A value that costs requests is made at its first use, and kept."""
    made: list[str] = []

    def make() -> str:
        made.append("x")
        return "second"

    names = Scope({}, on_demand={"second_bucket": make})
    evaluate("nothing", names)
    assert not made
    assert evaluate(["$second_bucket", "${second_bucket}/k"], names) == ["second", "second/k"]
    assert len(made) == 1


def test_bytes_do_not_go_into_text() -> None:
    """Bytes, lists and maps have no place inside of text."""
    with pytest.raises(EngineError, match="can't be part of a text"):
        value("x${body}", body=b"b")


BODY = bodies.random(3 * MIB, "")
A, B = b"aa", b"b"


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"random": "3MiB"}, BODY),
        ({"random": 10, "seed": "s"}, bodies.random(10, "s")),
        ({"random": "$n"}, bodies.random(3, "")),
        ({"zeros": "1KiB"}, bytes(1024)),
        ({"hex_bytes": "00ff"}, b"\x00\xff"),
        ({"text": "ab", "times": 3}, "ababab"),
        ({"text": "ab"}, "ab"),
        ({"concat": ["$a", "$b", "c"]}, b"aabc"),
        ({"join": ["x", "$n"], "with": ", "}, "x, 3"),
        ({"join": ["x", "y"]}, "xy"),
        ({"size": {"pad": "é", "to": 9}}, 9),
        ({"slice": "$a", "from": 1, "to": 2}, b"a"),
        ({"slice": "$b"}, b"b"),
        ({"size": "$a"}, 2),
        ({"size": "é"}, 2),
        ({"size": [1, 2, 3]}, 3),
        ({"sum": [1, "$n", "4"]}, 8),
        ({"base64": "$a"}, "YWE="),
        ({"url": "a b/é"}, "a%20b%2F%C3%A9"),
        ({"digest": "abc", "algorithm": "MD5"}, "kAFQmDzST7DWlj99KOF/cg=="),
        ({"digest": "abc", "algorithm": "MD5", "as": "hex"}, hashlib.md5(b"abc").hexdigest()),  # noqa: S324  # S3's ETag
        ({"digest": "abc", "algorithm": "CRC32", "as": "hex"}, "352441c2"),
        ({"digest": "123456789", "algorithm": "CRC32C", "as": "hex"}, "e3069283"),
        ({"digest": "123456789", "algorithm": "CRC64NVME", "as": "hex"}, "ae8b14860a799888"),
        ({"digest": "abc", "algorithm": "SHA1", "as": "hex"}, hashlib.sha1(b"abc").hexdigest()),  # noqa: S324  # a checksum
        ({"digest": "abc", "algorithm": "SHA256", "as": "hex"}, hashlib.sha256(b"abc").hexdigest()),
        ({"etag": "abc"}, '"900150983cd24fb0d6963f7d28e17f72"'),
        ({"checksum": "abc", "algorithm": "CRC32", "type": "FULL_OBJECT"}, "NSRBwg=="),
        ({"part_list": {"from": 2, "to": 3, "ETag": "e"}},
         [{"ETag": "e", "PartNumber": 2}, {"ETag": "e", "PartNumber": 3}]),
        ({"part_list": {"from": 1, "to": 2, "ETag": ["e", "f"]}},
         [{"ETag": "e", "PartNumber": 1}, {"ETag": "f", "PartNumber": 2}]),
        ({"time": "+1d"}, "2026-11-22T20:08:41Z"),
        ({"time": "-1h"}, "2026-11-21T19:08:41Z"),
        ({"time": "30m", "as": "http"}, "Sat, 21 Nov 2026 20:38:41 GMT"),
        ({"time": "+5s", "as": "midnight"}, "Sat, 21 Nov 2026 00:00:00 GMT"),
        ({"time": "+1d", "as": "day"}, "20261122"),
        ({"time": "+0s", "as": "stamp"}, "20261121T200841Z"),
        ({"unquoted": '"e"'}, "e"),
        ({"pick": "a b", "from": {"a b": 1}, "else": 2}, 1),
        ({"pick": "b a", "from": {"a b": 1}, "else": 2}, 2),
        ({"base64": {"digest": "abc", "algorithm": "MD5"}},
         base64.b64encode(b"kAFQmDzST7DWlj99KOF/cg==").decode()),
    ],
)  # fmt: skip
def test_functions(tree: Loose, expected: Loose) -> None:
    """Each function gives what the format's reference says."""
    assert value(tree, a=A, b=B, n=3) == expected


def test_multipart_etag_is_of_the_binary_digests() -> None:
    """The multipart ETag is the MD5 of the parts' binary MD5s, as CMP-002 has it."""
    digests = b"".join(hashlib.md5(part).digest() for part in (A, B))  # noqa: S324  # S3's ETag
    expected = hashlib.md5(digests).hexdigest()  # noqa: S324  # S3's ETag
    assert value({"multipart_etag": ["$a", "$b"]}, a=A, b=B) == f'"{expected}-2"'


def test_composite_checksum_counts_its_parts() -> None:
    """A composite checksum is the digest of the parts' digests, with their number behind it."""
    tree = {"checksum": ["$a", "$b"], "algorithm": "SHA256", "type": "COMPOSITE"}
    digests = hashlib.sha256(A).digest() + hashlib.sha256(B).digest()
    expected = base64.b64encode(hashlib.sha256(digests).digest()).decode()
    assert value(tree, a=A, b=B) == f"{expected}-2"


def test_sse_c_members() -> None:
    """A customer key comes as three members that belong together, under either prefix."""
    plain = value({"sse_c": {"seed": "a"}})
    key = base64.b64decode(plain["SSECustomerKey"])
    md5 = hashlib.md5(key).digest()  # noqa: S324  # S3 asks for it
    assert plain["SSECustomerAlgorithm"] == "AES256"
    assert len(key) == 32
    assert base64.b64decode(plain["SSECustomerKeyMD5"]) == md5
    copy = value({"sse_c": {"seed": "a", "copy_source": True, "drop": ["key-md5"]}})
    assert copy == {
        "CopySourceSSECustomerAlgorithm": "AES256",
        "CopySourceSSECustomerKey": plain["SSECustomerKey"],
    }
    odd = value({"sse_c": {"seed": "a", "key_bytes": 16, "algorithm": "DES", "key_md5": "no"}})
    assert len(base64.b64decode(odd["SSECustomerKey"])) == 16
    assert (odd["SSECustomerAlgorithm"], odd["SSECustomerKeyMD5"]) == ("DES", "no")


@pytest.mark.parametrize(
    "right",
    ['"00ff9"', "d41d8cd98f00b204e9800998ecf8427e", "NSRBwg==", "zZ", "9", 7, b"\x00", True],
)
def test_wrong_is_another_value_of_the_same_form(right: Loose) -> None:
    """A wrong value differs, and has the length and the kinds of characters of the right one."""
    wrong = value({"wrong": "$right"}, right=right)
    assert wrong != right
    assert type(wrong) is type(right)
    if isinstance(right, str | bytes):
        assert len(wrong) == len(right)
    if isinstance(right, str):
        assert [letter.isdigit() for letter in wrong] == [letter.isdigit() for letter in right]
        hexadecimal = set('0123456789abcdef"')
        assert (set(wrong) <= hexadecimal) == (set(right) <= hexadecimal)


def test_wrong_base64_decodes_to_other_bytes() -> None:
    """Changing the first character changes the bytes, which the last might not."""
    right = base64.b64encode(bytes(range(16))).decode()
    wrong = value({"wrong": "$right"}, right=right)
    assert base64.b64decode(wrong, validate=True) != bytes(range(16))


@pytest.mark.parametrize(
    "tree",
    [
        {"random": "5 parsecs"},
        {"random": -1},
        {"random": "1GiB"},
        {"hex_bytes": "0"},
        {"slice": "abc", "from": 2, "to": 9},
        {"digest": "abc", "algorithm": "MD4"},
        {"digest": "abc"},
        {"digest": "abc", "algorithm": "MD5", "as": "roman"},
        {"checksum": "abc", "algorithm": "CRC32", "type": "HALF"},
        {"time": "tomorrow"},
        {"time": "+1d", "as": "stardate"},
        {"sum": "abc"},
        {"join": "abc"},
        {"wrong": '""'},
        {"base64": 5},
        {"sse_c": {"seed": "a", "colour": "red"}},
        {"sse_c": "a"},
        {"part_list": {"from": 1, "to": 3, "ETag": ["only one"]}},
    ],
)
def test_functions_refuse_what_they_cannot_take(tree: Loose) -> None:
    """A call that makes no sense is an error of the scenario, never a value."""
    with pytest.raises(EngineError):
        value(tree)


def test_bodies_are_made_once() -> None:
    """The same body is the same object, so that its digests are computed once."""
    assert value({"random": "3MiB"}) is value({"random": "3MiB"})
    joined = {"concat": [{"random": "3MiB"}, "x"]}
    assert value(joined) is value(joined)
    cut = {"slice": {"random": "3MiB"}, "from": 5, "to": MIB}
    assert value(cut) is value(cut)


def test_bodies_are_the_same_in_every_process() -> None:
    """Another process, with another hash seed, generates the same bytes."""
    script = (
        "from conformance.engine import bodies; import hashlib;"
        "print(hashlib.sha256(bodies.random(3145728, '')).hexdigest())"
    )
    found = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == hashlib.sha256(BODY).hexdigest()


def test_bodies_of_different_seeds_differ() -> None:
    """Parts that should be told apart can be."""
    assert bodies.random(64, "a") != bodies.random(64, "b")

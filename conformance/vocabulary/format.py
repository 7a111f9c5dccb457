"""The closed vocabulary of the scenario format: each word once, with all that is known of it.

The lint, the JSON Schema and the sentences of ``explain`` are made from these tables; the engine
implements each word. Meanings are described in ``docs/reference/scenario-format.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

STRENGTHS: Final = ("must", "should", "observe", "disputed")

STEP_KEYS: Final = (
    "name", "save", "when", *STRENGTHS, "note", "sources", "rules", "repeat", "eventually",
    "headers", "late-headers", "query", "body", "method", "sign", "framing", "addressing",
    "transport", "expect-continue", "ends-last", "as", "dialect", "not-sent-by", "shape",
)  # fmt: skip

EDIT_KEYS: Final = (
    "headers", "late-headers", "query", "body", "method", "sign", "framing", "addressing",
    "transport", "expect-continue", "ends-last", "as", "shape",
)  # fmt: skip

SignMode = Literal["header", "presigned", "anonymous"]
SIGN_MODES: Final = get_args(SignMode)

SIGN_FAULTS: Final = {
    "wrong-secret": "signed with another secret key",
    "unknown-key": "signed with an access key that no account has",
    "expired": "presigned with an expiry that has passed, or header-signed an hour ago",
    "tampered-header": "a signed header is changed after signing",
    "tampered-query": "a query parameter is added after signing",
    "tampered-body": "one byte of the body is changed after signing",
    "tampered-signature": "one hex digit of the signature is changed",
    "missing-signature": "the Authorization header (or X-Amz-Signature) is left out",
    "wrong-region": "the credential scope names another region",
    "wrong-service": "the credential scope names another service",
    "extra-token": "a session token is sent with long-term credentials",
    "wrong-token": "the token of the session has a changed character",
    "missing-token": "the keys of a session sign without its token",
}

SESSIONS: Final = ("none",)
"""Words for ``session`` of ``sign``; it takes the Credentials of a CreateSession answer, too."""

FRAMING_MODES: Final = (
    "plain", "unsigned-payload", "unsigned-trailer", "signed-chunks", "signed-trailer",
)  # fmt: skip

FRAMING_BREAKS: Final = {
    "wrong-payload-hash": "x-amz-content-sha256 is the digest of other data (plain only)",
    "wrong-chunk-signature": "the first chunk's signature has a changed digit",
    "wrong-final-signature": "the last, empty chunk's signature has a changed digit",
    "wrong-trailer-signature": "x-amz-trailer-signature has a changed digit",
    "wrong-trailer-value": "the trailing checksum belongs to other data",
    "invalid-trailer-value": "the trailing checksum is not base64 of the right length",
    "missing-trailer": "x-amz-trailer announces a checksum that never comes",
    "other-trailer": "the trailing header is not the one that was announced",
    "unknown-trailer": "x-amz-trailer names a header that S3 does not support",
    "no-trailer-header": "there is neither x-amz-trailer nor a trailer",
    "short-decoded-length": "x-amz-decoded-content-length is one byte less than the payload",
    "long-decoded-length": "x-amz-decoded-content-length is one byte more than the payload",
    "no-decoded-length": "x-amz-decoded-content-length is left out",
    "bad-chunk-size": "the first chunk's size is not a hex number",
    "missing-final-chunk": "the body ends without the empty chunk",
    "small-chunks": "chunks have 4 KiB, below the 8 KiB that S3 requires of all but the last",
    "no-content-encoding": "Content-Encoding does not say aws-chunked (legal)",
    "transfer-chunked": "Transfer-Encoding: chunked replaces Content-Length (legal when framed)",
    "cut-body": "the connection ends after half of the body; the step expects nothing",
}

CHECKSUM_ALGORITHMS: Final = (
    "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5", "XXHASH64", "XXHASH3",
    "XXHASH128",
)  # fmt: skip
"""What ``digest`` and ``checksum`` compute, and what a trailer may carry."""

MatcherArgument = Literal[
    "true", "pattern", "alternatives", "items", "length", "bound", "matcher", "part", "any"
]
"""What a matcher takes; the lint has a check and ``explain`` a way to say it for each kind."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One matcher. ``phrase`` says it in a sentence, its argument in place of ``{}``."""

    argument: MatcherArgument
    phrase: str
    meaning: str
    """Half a sentence for editors."""


MATCHERS: Final = {
    "matches": Matcher("pattern", "like /{}/", "a regular expression that the whole value matches"),
    "present": Matcher("true", "present", "true: the value is there, whatever it is"),
    "absent": Matcher("true", "absent", "true: the value is not there"),
    "any_of": Matcher(
        "alternatives", "{}", "one of a list; the first is what S3 answers, another is a VARIANT"
    ),
    "one_of": Matcher(
        "alternatives", "either {}", "one of a list, all of them equally right (races)"
    ),
    "length": Matcher(
        "length", "of length {}", "the length of a list, string or bytes: a number or a matcher"
    ),
    "gt": Matcher("bound", "more than {}", "greater than"),
    "gte": Matcher("bound", "at least {}", "at least"),
    "lt": Matcher("bound", "less than {}", "less than"),
    "lte": Matcher("bound", "at most {}", "at most"),
    "unordered": Matcher("items", "{} in any order", "the same items in any order"),
    "contains": Matcher(
        "part", "with {}", "holds this item (or each item of a list), substring, or these keys"
    ),
    "same_as": Matcher("any", "the same as {}", "equal to another value of the test"),
    "bytes_of": Matcher("any", "the bytes of {}", "the same bytes as a generated body"),
    "not": Matcher("matcher", "not {}", "does not match"),
}

ValueKind = Literal["bytes", "text", "number", "list", "map", "any"]
ArgumentKind = Literal[
    "size", "text", "hex", "natural", "bytes", "bytes-list", "text-list", "number-list", "sized",
    "algorithm", "digest-form", "checksum-type", "part-list", "span", "time-form", "choices", "any",
]  # fmt: skip
"""What an argument of a function takes; the lint has a check for each kind."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function. The value under its own name is its subject."""

    gives: ValueKind
    subject: ArgumentKind
    phrase: str = ""
    """Says a call: ``{subject}``, or ``{listed}`` for a list; empty where that takes code."""
    needs: tuple[tuple[str, ArgumentKind], ...] = ()
    """Further arguments that have to be there."""
    takes: tuple[tuple[str, ArgumentKind], ...] = ()
    """Further arguments that may be there."""

    @property
    def more(self) -> tuple[str, ...]:
        """The names of its further arguments."""
        return tuple(name for name, _ in (*self.needs, *self.takes))


FUNCTIONS: Final = {
    "random": Function("bytes", "size", takes=(("seed", "text"),)),
    "zeros": Function("bytes", "size"),
    "hex_bytes": Function("bytes", "hex", "the bytes {subject}"),
    "text": Function("text", "text", takes=(("times", "natural"),)),
    "concat": Function("bytes", "bytes-list"),
    "join": Function("text", "text-list", takes=(("with", "text"),)),
    "slice": Function("bytes", "bytes", takes=(("from", "natural"), ("to", "natural"))),
    "pad": Function("text", "text", "{subject} made {to} bytes long", needs=(("to", "natural"),)),
    "size": Function("number", "sized", "the size of {subject}"),
    "sum": Function("number", "number-list"),
    "sse_c": Function("map", "any", "the SSE-C members {subject}"),
    "base64": Function("text", "bytes", "base64 of {subject}"),
    "url": Function("text", "bytes", "{subject} percent-encoded"),
    "digest": Function(
        "text", "bytes", needs=(("algorithm", "algorithm"),), takes=(("as", "digest-form"),)
    ),
    "etag": Function("text", "bytes", "the ETag of {subject}"),
    "multipart_etag": Function("text", "bytes-list", "the multipart ETag of {listed}"),
    "checksum": Function(
        "text",
        "bytes-list",
        "the {type} {algorithm} of {listed}",
        needs=(("algorithm", "algorithm"), ("type", "checksum-type")),
    ),
    "part_list": Function("list", "part-list"),
    "time": Function("text", "span", "now {subject}", takes=(("as", "time-form"),)),
    "wrong": Function("any", "any", "another value than {subject}"),
    "unquoted": Function("text", "text", "{subject} without quotes"),
    "pick": Function(
        "any",
        "text",
        "what {subject} picks from {from}, else {else}",
        needs=(("from", "choices"), ("else", "any")),
    ),
}


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A name that every test knows. ``phrase`` says it in a sentence."""

    phrase: str
    meaning: str
    profile: str = ""
    """The name under which only the profile of a target can give it; a capability, too."""
    stands_in: bool = False
    """Stands in for a bucket of the profile's owner, in which a run writes its keys."""
    default: str = ""
    """Its value when the profile gives none; a value with a default is not a capability."""


BUILT_INS: Final = {
    "bucket": BuiltIn("the bucket", "the bucket of the test"),
    "key": BuiltIn("the key", "a key of the test's own"),
    "prefix": BuiltIn("the test's prefix", "what all keys of the test begin with"),
    "region": BuiltIn("the region", "the region of the endpoint"),
    "port": BuiltIn(
        "the endpoint's port", "colon and port of the endpoint's URL, empty where it names none"
    ),
    "other_bucket": BuiltIn(
        "a bucket that does not exist", "the name of a bucket that does not exist"
    ),
    "second_bucket": BuiltIn("the second bucket", "a second bucket of the run's own"),
    "second_directory_bucket": BuiltIn(
        "the second directory bucket", "a second directory bucket of the run's own"
    ),
    "availability_zone": BuiltIn(
        "the Availability Zone",
        "the zone id of an Availability Zone that has directory buckets",
        "availability-zone",
    ),
    "local_zone": BuiltIn(
        "the Local Zone", "the zone id of a Local Zone that has directory buckets", "local-zone"
    ),
    "directory_access_point": BuiltIn(
        "the access point of a directory bucket",
        "the name of an access point of a directory bucket",
        "directory-access-point",
        stands_in=True,
    ),
    "access_point_alias": BuiltIn(
        "the alias of the access point",
        "the alias of an access point",
        "access-point-alias",
        stands_in=True,
    ),
    "access_point_arn": BuiltIn(
        "the ARN of the access point",
        "the ARN of an access point",
        "access-point-arn",
        stands_in=True,
    ),
    "access_point_bucket": BuiltIn(
        "the bucket behind the access point",
        "the name of the bucket behind the access point",
        "access-point-bucket",
        stands_in=True,
    ),
    "outposts_arn": BuiltIn(
        "the ARN of the access point on Outposts",
        "the ARN of an access point on Outposts",
        "outposts-arn",
        stands_in=True,
    ),
    "outposts_alias": BuiltIn(
        "the alias of the access point on Outposts",
        "the alias of an access point on Outposts",
        "outposts-alias",
        stands_in=True,
    ),
    "fsx_alias": BuiltIn(
        "the alias of the access point for FSx",
        "the alias of an access point for FSx",
        "fsx-alias",
        stands_in=True,
    ),
    "access_key": BuiltIn("the access key id", "the access key id of the main identity"),
    "account_id": BuiltIn(
        "the account id", "the account of the main identity, 12 digits", "account-id"
    ),
    "kms_key": BuiltIn("the KMS key", "a KMS key that works, as its ARN", "kms-key"),
    "kms_disabled_key": BuiltIn(
        "a disabled KMS key", "a KMS key that is disabled, as its ARN", "kms-disabled-key"
    ),
    "kms_pending_key": BuiltIn(
        "a KMS key pending deletion",
        "a KMS key that waits for its deletion, as its ARN",
        "kms-pending-key",
    ),
    "kms_foreign_key": BuiltIn(
        "a KMS key of another account",
        "a KMS key of another account that the main identity may use, as its ARN",
        "kms-foreign-key",
    ),
    "kms_denied_key": BuiltIn(
        "a KMS key that may not be used",
        "a KMS key that the main identity may not use, as its ARN",
        "kms-denied-key",
    ),
    "principal_kind": BuiltIn(
        "the kind of principal",
        "what a bucket policy calls the principal that it names by the id of an owner",
        "principal-kind",
        default="CanonicalUser",
    ),
}

PROFILE_VALUES: Final = {one.profile: name for name, one in BUILT_INS.items() if one.profile}
"""What only the profile of a target can give, with the built-in name that it becomes."""

CAPABILITY_VALUES: Final = tuple(
    one.profile for one in BUILT_INS.values() if one.profile and not one.default
)
"""The profile values that are capabilities, too: a target has those that its profile gives."""

DEFAULT_VALUES: Final = {
    one.profile: one.default for one in BUILT_INS.values() if one.profile and one.default
}
"""Profile value to what it is for a target whose profile does not give it."""

STAND_INS: Final = tuple(one.profile for one in BUILT_INS.values() if one.stands_in)
"""The values that stand in for buckets of the profile's owner."""

MOST_REPEATED: Final = 20_000
"""Requests of one ``repeat``; an upload has 10,000 parts at most."""
ERROR_FIELDS: Final = ("status", "code", "message", "error", "headers", "xml", "body", "interim")
"""What an expectation may name beside response members."""

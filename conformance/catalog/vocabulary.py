"""The closed vocabulary of the scenario format; the lint knows no other words.

The engine implements each word; a test holds the two sides together. Meanings stand in
``docs/reference/scenario-format.md``.
"""

from __future__ import annotations

from typing import Final

STRENGTHS: Final = ("must", "should", "observe", "disputed")

STEP_KEYS: Final = (
    "name", "save", *STRENGTHS, "note", "sources", "repeat", "eventually", "headers",
    "late-headers", "query", "body", "method", "sign", "framing", "addressing", "transport",
    "expect-continue", "as",
)  # fmt: skip

EDIT_KEYS: Final = (
    "headers", "late-headers", "query", "body", "method", "sign", "framing", "addressing",
    "transport", "expect-continue", "as",
)  # fmt: skip

SIGN_MODES: Final = ("header", "presigned", "anonymous")

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
    "wrong-payload-hash": "x-amz-content-sha256 is the digest of other bytes (plain only)",
    "wrong-chunk-signature": "the first chunk's signature has a changed digit",
    "wrong-final-signature": "the last, empty chunk's signature has a changed digit",
    "wrong-trailer-signature": "x-amz-trailer-signature has a changed digit",
    "wrong-trailer-value": "the trailing checksum is well formed and of other bytes",
    "invalid-trailer-value": "the trailing checksum is no base64 of the right length",
    "missing-trailer": "x-amz-trailer announces a checksum that never comes",
    "other-trailer": "the trailing header is not the one that was announced",
    "unknown-trailer": "x-amz-trailer names a header that S3 does not support",
    "no-trailer-header": "no x-amz-trailer and no trailer",
    "short-decoded-length": "x-amz-decoded-content-length is one byte less than the payload",
    "long-decoded-length": "x-amz-decoded-content-length is one byte more than the payload",
    "no-decoded-length": "x-amz-decoded-content-length is left out",
    "bad-chunk-size": "the first chunk's size is no hex number",
    "missing-final-chunk": "the body ends without the empty chunk",
    "small-chunks": "chunks of 4 KiB, below the 8 KiB that S3 asks of all but the last",
    "no-content-encoding": "Content-Encoding does not say aws-chunked (legal)",
    "transfer-chunked": "Transfer-Encoding: chunked instead of Content-Length (legal when framed)",
}

CHECKSUM_ALGORITHMS: Final = (
    "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5", "XXHASH64", "XXHASH3",
    "XXHASH128",
)  # fmt: skip
"""What ``digest`` and ``checksum`` compute, and what a trailer may carry."""

MATCHERS: Final = {
    "matches": "a regular expression that the whole value matches",
    "present": "true: the value is there, whatever it is",
    "absent": "true: the value is not there",
    "any_of": "one of a list; the first is what S3 answers, another is a VARIANT",
    "one_of": "one of a list, all of them equally right (races)",
    "length": "the length of a list, string or bytes: a number or a matcher",
    "gt": "greater than", "gte": "at least", "lt": "less than", "lte": "at most",
    "unordered": "the same items in any order",
    "contains": "holds this item (or each item of a list), substring, or these keys",
    "same_as": "equal to another value of the test",
    "bytes_of": "the same bytes as a generated body",
    "not": "does not match",
}  # fmt: skip

# Function name to its further arguments (beside the one the name's own key carries).
FUNCTIONS: Final[dict[str, tuple[str, ...]]] = {
    "random": ("seed",),
    "zeros": (),
    "hex_bytes": (),
    "text": ("times",),
    "concat": (),
    "join": ("with",),
    "slice": ("from", "to"),
    "pad": ("to",),
    "size": (),
    "sum": (),
    "sse_c": (),
    "base64": (),
    "url": (),
    "digest": ("algorithm", "as"),
    "etag": (),
    "multipart_etag": (),
    "checksum": ("algorithm", "type"),
    "part_list": (),
    "time": ("as",),
    "wrong": (),
    "unquoted": (),
    "pick": ("from", "else"),
}

BUILT_INS: Final = {
    "bucket": "the bucket of the test",
    "key": "a key of the test's own",
    "prefix": "what all keys of the test begin with",
    "region": "the region of the endpoint",
    "other_bucket": "the name of a bucket that does not exist",
    "second_bucket": "a second bucket of the run's own",
    "second_directory_bucket": "a second directory bucket of the run's own",
    "availability_zone": "the zone id of an Availability Zone that has directory buckets",
    "local_zone": "the zone id of a Local Zone that has directory buckets",
    "directory_access_point": "the name of an access point of a directory bucket",
    "access_point_alias": "the alias of an access point",
    "access_point_arn": "the ARN of an access point",
    "access_point_bucket": "the name of the bucket behind the access point",
    "outposts_arn": "the ARN of an access point on Outposts",
    "outposts_alias": "the alias of an access point on Outposts",
    "fsx_alias": "the alias of an access point for FSx",
    "access_key": "the access key id of the main identity",
    "account_id": "the account of the main identity, 12 digits",
    "kms_key": "a KMS key that works, as its ARN",
    "kms_disabled_key": "a KMS key that is disabled, as its ARN",
    "kms_pending_key": "a KMS key that waits for its deletion, as its ARN",
    "kms_foreign_key": "a KMS key of another account that the main identity may use, as its ARN",
    "kms_denied_key": "a KMS key that the main identity may not use, as its ARN",
}

PROFILE_VALUES: Final = {
    "account-id": "account_id",
    "kms-key": "kms_key",
    "kms-disabled-key": "kms_disabled_key",
    "kms-pending-key": "kms_pending_key",
    "kms-foreign-key": "kms_foreign_key",
    "kms-denied-key": "kms_denied_key",
    "availability-zone": "availability_zone",
    "local-zone": "local_zone",
    "directory-access-point": "directory_access_point",
    "access-point-alias": "access_point_alias",
    "access-point-arn": "access_point_arn",
    "access-point-bucket": "access_point_bucket",
    "outposts-arn": "outposts_arn",
    "outposts-alias": "outposts_alias",
    "fsx-alias": "fsx_alias",
}
"""What only the profile of a target can tell, by the built-in that stands for it.

The names are capabilities, too: a target has those whose value its profile gives.
"""

STAND_INS: Final = (
    "directory-access-point",
    "access-point-alias",
    "access-point-arn",
    "access-point-bucket",
    "outposts-arn",
    "outposts-alias",
    "fsx-alias",
)
"""The values that stand in for buckets of the profile's owner, in which a run writes its keys."""

ERROR_FIELDS: Final = ("status", "code", "message", "error", "headers", "xml", "body", "interim")
"""What an expectation may name beside response members."""

"""Which values of an answer mean the same though they differ: ids, times, hosts, random ETags."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

_ID: Final = re.compile(r"[\w.-]{20,}|null")
"""Of a version or an upload."""
_FORMS: Final = {
    "RequestId": re.compile(r"[0-9A-Z]{16}"),
    "HostId": re.compile(r"[A-Za-z0-9+/]{20,}={0,2}"),
    "ID": re.compile(r"[0-9a-f]{64}"),
    "LastModified": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "last-modified": re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"),
    "AWSAccessKeyId": re.compile(r".+"),
    "StringToSign": re.compile(r".+", re.DOTALL),
    "SignatureProvided": re.compile(r"[0-9a-f]{64}|removed"),
    "StringToSignBytes": re.compile(r"[0-9a-f ]+|removed"),
    "CanonicalRequest": re.compile(r".+", re.DOTALL),
    "CanonicalRequestBytes": re.compile(r"[0-9a-f ]+"),
    "UploadId": _ID,
    "VersionId": _ID,
    "NextVersionIdMarker": _ID,
    "DeleteMarkerVersionId": _ID,
    "x-amz-version-id": _ID,
    "x-amz-copy-source-version-id": _ID,
}
"""What a value looks like that is another in every recording, by element or header name."""
_LASTING: Final = frozenset(
    ("UploadId", "VersionId", "NextVersionIdMarker", "DeleteMarkerVersionId", "ID", "ETag", "etag",
     "x-amz-version-id", "x-amz-copy-source-version-id", "Bucket", "BucketName", "Name")
)  # fmt: skip
"""Values that are told again later in the same test, and must be the same ones then."""
_CHECKSUMS: Final = ("checksumcrc", "checksumsha", "checksum-crc", "checksum-sha")
_ETAG: Final = re.compile(r'(?:"|&quot;|&#34;)[0-9a-f]{32}(-\d+)?(?:"|&quot;|&#34;)')


@dataclass(slots=True)
class Names:
    """What stands for what during one test: recorded value to the endpoint's own, and back."""

    ours: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    known_etags: frozenset[str] = frozenset()
    """Recorded MD5s of bodies that the recording holds, so that the ETag can't be another."""
    known_content: bool = True
    """The recording holds the bytes that checksums are of; else a checksum only has its form."""

    def learn(self, recorded: str, own: str) -> bool:
        """Let two values stand for each other; False when one of them stands for another."""
        if self.ours.setdefault(recorded, own) != own:
            return False
        return self.theirs.setdefault(own, recorded) == recorded

    def same(self, name: str, recorded: str, own: str) -> bool:
        """Return whether two values of a header (lower case) or element mean the same."""
        if recorded == own and self.ours.get(recorded, own) == own:
            return True
        if name in ("Location", "location"):
            return self._same_place(recorded, own)
        if name in ("ETag", "etag"):
            return self._same_etag(recorded, own)
        if name in ("Bucket", "BucketName", "Name"):
            return self.ours.get(recorded) == own
        if not self.known_content and name.lower().removeprefix("x-amz-").startswith(_CHECKSUMS):
            return len(recorded) == len(own) and self.learn(recorded, own)
        form = _FORMS.get(name)
        if form is None or not form.fullmatch(own) or not form.fullmatch(recorded):
            return self.ours.get(recorded) == own
        if "null" in (recorded, own):
            return False
        return self.learn(recorded, own) if name in _LASTING else True

    def translate(self, text: str) -> str:
        """Put the endpoint's own values in the place of the recorded ones."""
        for recorded, own in sorted(self.ours.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(recorded, own)
        return text

    def _same_etag(self, recorded: str, own: str) -> bool:
        one, other = _ETAG.fullmatch(recorded), _ETAG.fullmatch(own)
        if one is None or other is None or one[1] != other[1]:
            return False
        bare = [re.sub(r'"|&quot;|&#34;', "", text) for text in (recorded, own)]
        if recorded.partition(bare[0])[::2] != own.partition(bare[1])[::2]:
            return False  # other quotes
        return bare[0] not in self.known_etags and self.learn(bare[0], bare[1])

    def _same_place(self, recorded: str, own: str) -> bool:
        """Compare two URLs but for the host, which is the one that was asked."""
        one, other = urlsplit(recorded), urlsplit(own)
        return one.scheme == other.scheme and self.translate(one.path) == other.path

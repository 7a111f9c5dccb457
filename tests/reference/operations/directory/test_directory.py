"""Directory buckets without a wire: exact refusals, sessions, lists, what stands in for buckets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.reference import access_points
from conformance.reference.domain.kms import CUSTOMER_ALIAS, CUSTOMER_KEY, SHARED_KEY
from conformance.reference.domain.messages import (
    Pairs,
    Payload,
    Request,
    Response,
    S3Error,
    Session,
)
from conformance.reference.domain.names import directory_zone, kind_of, read_host, services
from conformance.reference.operations.directory.lists import as_token, from_token, place
from conformance.reference.service import Service

from ..kit import ALT, MAIN, NOW, manifest, text, texts, world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.domain.messages import Account

ZONE = "use1-az4"
BUCKET = f"bucket--{ZONE}--x-s3"
SSE = "x-amz-server-side-encryption"
KEY_ID = f"{SSE}-aws-kms-key-id"
CONFIGURATION = (
    f"<CreateBucketConfiguration><Location><Name>{ZONE}</Name><Type>AvailabilityZone</Type>"
    "</Location><Bucket><DataRedundancy>SingleAvailabilityZone</DataRedundancy>"
    "<Type>Directory</Type></Bucket></CreateBucketConfiguration>"
).encode()


@dataclass(frozen=True)
class Express:
    """Sends requests to one directory bucket, signed by a session unless there is none."""

    service: Service
    session: Session | None = None
    bucket: str | None = BUCKET
    caller: Account | None = MAIN
    zone: str | None = ZONE
    virtual_host: bool = True
    host: str = "bucket.s3express.example"
    later: timedelta = timedelta()

    def send(
        self,
        method: str,
        key: str | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Response:
        """Return the answer."""
        return self.service.handle(
            Request(
                method=method,
                bucket=self.bucket,
                key=key,
                query=Pairs(tuple((query or {}).items())),
                headers=Pairs(tuple((headers or {}).items()), fold=True),
                payload=Payload(data=body),
                caller=self.caller,
                signed="header" if self.caller else "none",
                secure=True,
                virtual_host=self.virtual_host,
                host=self.host,
                now=NOW + self.later,
                service="s3express",
                session=self.session,
                zone=self.zone,
            )
        )

    def refused(
        self,
        method: str,
        key: str | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> tuple[int, str]:
        """Return status and code of the refusal."""
        with pytest.raises(S3Error) as raised:
            self.send(method, key, query, headers, body)
        return raised.value.status, raised.value.code

    def opened(self, headers: Mapping[str, str] | None = None) -> Express:
        """Return the client with a new session."""
        key = text(self.send("GET", None, {"session": ""}, headers).body, "Credentials/AccessKeyId")
        found = self.service.world.sessions[key or ""]
        assert isinstance(found, Session)
        return replace(self, session=found)

    def begin(self, key: str = "k", headers: Mapping[str, str] | None = None) -> str:
        """Begin an upload and return its id."""
        return text(self.send("POST", key, {"uploads": ""}, headers).body, "UploadId") or ""

    def part(self, upload: str, number: int = 1, body: bytes = b"x") -> str:
        """Upload a part and return its ETag without quotes."""
        query = {"uploadId": upload, "partNumber": str(number)}
        answer = self.send("PUT", "k", query, body=body)
        return dict(answer.headers)["ETag"].strip('"')


@pytest.fixture
def account() -> Express:
    """Return a client with the account's own keys, and a directory bucket."""
    client = Express(Service(access_points.furnish(world(), MAIN, NOW)))
    replace(client, zone="control", virtual_host=False).send("PUT", body=CONFIGURATION)
    return client


@pytest.fixture
def express(account: Express) -> Express:
    """Return a client with a session."""
    return account.opened()


def test_a_session_begins_whatever_the_path_says(account: Express) -> None:
    """NET-002: a client that names the bucket in host and path gets its session all the same."""
    answer = account.send("GET", "name--use1-az4--x-s3", {"session": ""})
    assert text(answer.body, "Credentials/SessionToken")


def test_sessions_end_after_five_minutes(express: Express) -> None:
    """To the second, and only for requests (DIR-003)."""
    upload = express.begin()
    in_time = replace(express, later=timedelta(minutes=4, seconds=59))
    assert in_time.send("GET", "k", {"uploadId": upload}).status == 200
    late = replace(express, later=timedelta(minutes=5))
    assert late.refused("GET", "k", {"uploadId": upload}) == (400, "ExpiredToken")


def test_wrong_sessions(account: Express, express: Express) -> None:
    """None, another bucket's, a reader's who writes; a session where keys are asked for."""
    assert account.refused("POST", "k", {"uploads": ""}) == (403, "AccessDenied")
    other = replace(express, bucket=access_points.BEHIND_DIRECTORY)
    assert other.refused("GET", None, {"uploads": ""}) == (403, "AccessDenied")
    reader = account.opened({"x-amz-create-session-mode": "ReadOnly"})
    assert reader.send("GET", None, {"uploads": ""}).status == 200
    assert reader.refused("POST", "k", {"uploads": ""}) == (403, "AccessDenied")
    copy = {"x-amz-copy-source": f"{BUCKET}/k"}
    query = {"uploadId": express.begin(), "partNumber": "1"}
    assert express.refused("PUT", "k", query, copy) == (403, "AccessDenied")
    assert express.refused("GET", None, {"session": ""}) == (403, "AccessDenied")


def test_a_stranger_gets_a_session_by_policy_alone(account: Express) -> None:
    """Which then does what its mode says, in the name of the bucket's owner."""
    stranger = replace(account, caller=ALT)
    assert stranger.refused("GET", None, {"session": ""}) == (403, "AccessDenied")
    policy = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"'
        f'{ALT.id}"}},"Action":"s3express:CreateSession","Resource":"arn:aws:s3express:eu-central-1:{MAIN.id}:bucket/{BUCKET}"}}]}}'
    ).encode()
    replace(account, zone="control").send("PUT", None, {"policy": ""}, body=policy)
    upload = stranger.opened().begin()
    assert account.service.world.buckets[BUCKET].uploads[upload].initiator == MAIN


def test_a_session_before_the_bucket(account: Express) -> None:
    """SDKs with an endpoint of their own ask for one; zonal hosts know the documented answer."""
    coming = replace(account, bucket=f"coming--{ZONE}--x-s3")
    assert coming.refused("GET", None, {"session": ""}) == (404, "NoSuchBucket")
    by_name = replace(coming, zone=None)
    early = by_name.opened()
    assert early.refused("POST", "k", {"uploads": ""}) == (404, "NoSuchBucket")
    early.send("PUT", body=CONFIGURATION)
    assert early.begin()
    unfit = replace(account, bucket="coming--zzz9-az9--x-s3", zone=None)
    assert unfit.refused("GET", None, {"session": ""}) == (404, "NoSuchBucket")


@pytest.mark.parametrize(
    ("host", "zone", "virtual_host", "refusal"),
    [
        ("s3express-use1-az4.example", ZONE, False, (400, "InvalidRequest")),
        ("s3.example", None, False, (400, "InvalidRequest")),
        ("127.0.0.1", None, False, None),
        ("[::1]", None, False, None),
        ("b.s3.example", None, True, None),
        ("b.other.example", "use1-az5", True, (404, "NoSuchBucket")),
    ],
)
def test_where_a_bucket_is_answered_for(
    express: Express, host: str, zone: str | None, virtual_host: bool, refusal: object
) -> None:
    """In its own zone's host, and where SDKs can't send otherwise: at an address, by path."""
    there = replace(express, host=host, zone=zone, virtual_host=virtual_host)
    if refusal is None:
        assert there.send("GET", None, {"uploads": ""}).status == 200
    else:
        assert there.refused("GET", None, {"uploads": ""}) == refusal


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-amz-acl", "private"),
        ("x-amz-grant-read", "id=1"),
        ("x-amz-tagging", "a=b"),
        ("x-amz-object-lock-legal-hold", "ON"),
        ("x-amz-website-redirect-location", "/x"),
        ("x-amz-request-payer", "requester"),
        (f"{SSE}-customer-algorithm", "AES256"),
        ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
    ],
)
def test_unsupported_headers_name_themselves(express: Express, name: str, value: str) -> None:
    """As AWS was seen to do for one of them (DIR-009)."""
    with pytest.raises(S3Error) as raised:
        express.send("POST", "k", {"uploads": ""}, {name: value})
    assert (raised.value.status, raised.value.fields) == (501, (("Header", name),))


def test_other_refusals(express: Express) -> None:
    """Classes and encodings by 400, operations that are not there by 501."""
    begin = ("POST", "k", {"uploads": ""})
    coded = express.refused(*begin, {"Content-Encoding": "gzip"})
    classed = express.refused(*begin, {"x-amz-storage-class": "STANDARD"})
    assert (coded, classed) == ((400, "InvalidArgument"), (400, "InvalidStorageClass"))
    assert express.refused("GET", None, {"versioning": ""}) == (501, "NotImplemented")
    assert express.refused("GET", None, {"versions": ""}) == (501, "NotImplemented")


def test_one_key_for_life(account: Express) -> None:
    """By id or ARN, never by alias; the first that is named is the bucket's (DIR-006)."""
    kms = {SSE: "aws:kms"}
    for wrong in ({}, {KEY_ID: CUSTOMER_ALIAS}, {KEY_ID: "alias/aws/s3"}):
        assert account.refused("GET", None, {"session": ""}, {**kms, **wrong})[0] == 400
    managed = account.service.world.kms.managed(MAIN.id).arn
    assert account.refused("GET", None, {"session": ""}, {**kms, KEY_ID: managed})[0] == 400
    settled = account.opened({**kms, KEY_ID: CUSTOMER_KEY})
    arn = account.service.world.kms.resolve(CUSTOMER_KEY, MAIN).arn
    upload = account.service.world.buckets[BUCKET].uploads[settled.begin()]
    assert (upload.encryption.kms_key, upload.encryption.bucket_key) == (arn, True)
    shared = f"arn:aws:kms:eu-central-1:{ALT.id}:key/{SHARED_KEY}"
    assert account.refused("GET", None, {"session": ""}, {**kms, KEY_ID: shared})[0] == 400
    assert settled.refused("POST", "k", {"uploads": ""}, {SSE: "AES256"}) == (400, "InvalidRequest")


def test_parts_are_consecutive(express: Express) -> None:
    """A gap is an InvalidPartOrder, and the ETags are no MD5 (DIR-022, DIR-031)."""
    upload = express.begin()
    etag = express.part(upload, 2)
    query = {"uploadId": upload}
    gap = manifest([(2, etag)])
    assert express.refused("POST", "k", query, body=gap) == (400, "InvalidPartOrder")
    assert etag != "9dd4e461268c8034f5c8564e155c67a6"
    made = express.send("POST", "k", query, body=manifest([(1, express.part(upload))]))
    assert "-1" not in (text(made.body, "ETag") or "")


def test_an_abort_on_condition(express: Express) -> None:
    """Of the time of initiation; an upload that is not there is aborted all the same (DIR-024)."""
    query = {"uploadId": express.begin()}
    name = "x-amz-if-match-initiated-time"
    other = {name: "Sat, 21 Feb 2026 12:30:14 GMT"}
    assert express.refused("DELETE", "k", query, other) == (412, "PreconditionFailed")
    assert express.refused("DELETE", "k", query, {name: "today"}) == (400, "InvalidArgument")
    right = {name: "Sat, 21 Feb 2026 12:30:15 GMT"}
    assert express.send("DELETE", "k", query, right).status == 204
    assert express.send("DELETE", "k", query, other).status == 204


def test_lists_are_in_no_order_of_keys(express: Express) -> None:
    """All pages together hold every upload once; common prefixes are rolled up over pages."""
    uploads = {f"a/{number}": express.begin(f"a/{number}") for number in range(5)}
    listed: list[str] = []
    marker = ""
    while True:
        query = {"uploads": "", "max-uploads": "2", "prefix": "a/", "key-marker": marker}
        page = express.send("GET", None, query).body
        listed += texts(page, "Upload/Key")
        assert text(page, "NextUploadIdMarker") is None
        marker = text(page, "NextKeyMarker") or ""
        if not marker:
            break
    assert sorted(listed) == sorted(uploads)
    assert listed != sorted(listed)
    rolled = express.send("GET", None, {"uploads": "", "delimiter": "/"}).body
    assert texts(rolled, "CommonPrefixes/Prefix") == ["a/"]
    wrong = {"uploads": "", "key-marker": "a/1"}
    assert express.refused("GET", None, wrong) == (400, "InvalidArgument")
    begun = express.send("GET", None, {"list-type": "2", "delimiter": "/"}).body
    assert texts(begun, "CommonPrefixes/Prefix") == ["a/"]


@pytest.mark.parametrize("listing", [{"uploads": ""}, {"list-type": "2"}])
def test_half_a_name_is_no_prefix(express: Express, listing: dict[str, str]) -> None:
    """InvalidRequest unless the prefix ends in the slash (DIR-026, DIR-037)."""
    express.begin("a/1")
    for prefix in ("a", "a/1"):
        refused = express.refused("GET", None, {**listing, "prefix": prefix})
        assert refused == (400, "InvalidRequest")
    assert express.send("GET", None, {**listing, "prefix": "a/"}).status == 200


def test_tokens_are_opaque_and_lasting() -> None:
    """A place comes back out of its token; no other text is one."""
    at = place("key", 7)
    assert from_token(as_token(at)) == at
    for wrong in ("key", "AAAA", "!"):
        with pytest.raises(ValueError, match=r"base64|length"):
            from_token(wrong)


def test_a_bucket_with_uploads_stays(express: Express, account: Express) -> None:
    """Until the last of them is aborted (DIR-033)."""
    upload = express.begin()
    control = replace(account, zone="control", virtual_host=False)
    assert control.refused("DELETE") == (409, "BucketNotEmpty")
    express.send("DELETE", "k", {"uploadId": upload})
    assert control.send("DELETE").status == 204


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        (BUCKET, ZONE),
        ("b--use1-dfw2-az1--x-s3", "use1-dfw2-az1"),
        ("a--b--use1-az4--x-s3", ZONE),
        ("--use1-az4--x-s3", None),
        ("b--x-s3", None),
        ("B--use1-az4--x-s3", None),
        ("b.c--use1-az4--x-s3", None),
        (f"{'b' * 48}--use1-az4--x-s3", None),
    ],
)
def test_names(name: str, zone: str | None) -> None:
    """base--zone-id--x-s3, at most 63 characters (DIR-002)."""
    assert directory_zone(name) == zone


def test_hosts_and_kinds() -> None:
    """What is in front of the domain tells bucket and zone; another Region is none of ours."""
    region = "us-east-1"
    zonal = read_host(f"{BUCKET}.s3express-use1-az4.us-east-1", region)
    assert (zonal.bucket, zonal.zone) == (BUCKET, ZONE)
    control = read_host("s3express-control.us-east-1", region)
    assert (control.bucket, control.zone) == (None, "control")
    assert read_host("point-111122223333.s3-accesspoint.us-east-1", region).zone is None
    elsewhere = f"{BUCKET}.s3express-use1-az4.eu-west-1"
    assert read_host(elsewhere, region).bucket == elsewhere
    assert kind_of(access_points.OUTPOSTS_ALIAS) == "outposts"
    assert services(f"x-1.{access_points.OUTPOST}", None) == ("s3-outposts",)
    assert services(None, None) == ("s3", "s3express")
    assert services(BUCKET, None) == ("s3express",)

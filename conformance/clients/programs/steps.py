"""The steps of every client in Python: what is called and compared, and one JSON line for each.

A program gives `take` a subclass of `Client` with its client's own calls. A step that a client can
only do in its own way is a method that is named after the step, such as ``take_copy``.
"""

import json
import os
import random
import time
from http.client import HTTPConnection, HTTPSConnection
from ssl import create_default_context
from urllib.parse import urlsplit

MB = 1024 * 1024
PATIENCE = 20  # seconds without an answer; the steps behind it are to be taken all the same
ENDPOINT = os.environ["ENDPOINT_URL"]
TLS = os.environ.get("TLS_ENDPOINT_URL")
CA = os.environ.get("CA_FILE")
REGION = os.environ["AWS_REGION"]
ACCESS_KEY, SECRET_KEY = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
TOKEN = os.environ.get("AWS_SESSION_TOKEN")
BUCKET, PREFIX = os.environ["BUCKET"], os.environ["PREFIX"]
WANTED = os.environ["STEPS"].split()


def data(size, seed=1):
    """Return bytes that are the same in every run."""
    return random.Random(seed).randbytes(size)


FIRST, SECOND, SMALL = data(5 * MB), data(MB, 2), data(1000, 3)
OBJECT = FIRST + SECOND


class Client:
    """One connection of a client. All uploads of it have the same settings.

    ``checksum`` is an algorithm's name, ``key`` a customer key of 32 bytes; both may be empty. An
    upload is whatever `begin` returns. What ``part`` and ``copied_part`` return has an ETag, and
    the checksum if one was asked for, by S3's names.
    """

    def __init__(self, url=ENDPOINT, bucket=BUCKET, checksum="", key=b""):
        self.url, self.bucket, self.checksum, self.key = url, bucket, checksum, key
        self.connect()

    def connect(self):
        """Make what the calls use."""

    def write(self, name, *pieces):
        """Upload an object, each piece as a part."""
        upload = self.begin(name)
        parts = [
            self.named(number, self.part(upload, number, piece))
            for number, piece in enumerate(pieces, 1)
        ]
        self.complete(upload, parts)

    def receive(self, name):
        """Download an object by the client's own transfer function."""
        return self.read(name)

    def must_be_gone(self, upload):
        """Fail unless S3 refuses an aborted upload with NoSuchUpload."""
        try:
            found = self.sizes(upload)
        except Exception as error:
            must("NoSuchUpload" in str(error), str(error))
        else:
            must(False, f"an aborted upload is listed: {found}")

    def named(self, number, answer):
        """Return a part as a completion names it."""
        named = {"ETag": answer["ETag"], "PartNumber": number}
        if self.checksum:
            field = f"Checksum{self.checksum}"
            must(answer.get(field), f"the answer to a part has no {field}")
            named[field] = answer[field]
        return named


def must(holds, what):
    """Fail the step where something does not hold."""
    if not holds:
        raise AssertionError(what)


def take(connect):
    """Take the wanted steps with a client's class, and say what became of each."""
    client = connect()
    for name in WANTED:
        said = {"step": name, "ok": True}
        try:
            kind, _, algorithm = name.partition("/")
            own = getattr(client, f"take_{name.replace('-', '_')}", None)
            if own is not None:
                own()
            elif algorithm:
                STEPS[kind](connect, algorithm)
            else:
                STEPS[kind](client, connect)
        except Exception as error:
            said |= {"ok": False, "error": f"{type(error).__name__}: {error}"[:500]}
            said |= _answer(error)
        print(json.dumps({**said, "ended": time.time()}), flush=True)


def _answer(error):
    """Return code and status of botocore's errors; others tell them in their text alone."""
    answer = getattr(error, "response", None)
    if not isinstance(answer, dict):
        return {}
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return {"code": answer.get("Error", {}).get("Code"), "status": status}


def _written(client, name, *pieces):
    """Write an object and compare what is read of it."""
    client.write(name, *pieces)
    must(client.read(name) == b"".join(pieces), "the bytes come back")


def _upload(client, _):
    client.write("object", FIRST, SECOND)


def _download(client, _):
    must(client.read("object") == OBJECT, "the bytes come back")


def _range(client, _):
    must(client.read("object", first=10, size=10) == OBJECT[10:20], "ten bytes")


def _part_read(client, _):
    must(client.read("object", part=2) == SECOND, "the second part")


def _list_parts(client, _):
    upload = client.begin("listed")
    for number in (1, 2):
        client.part(upload, number, data(1000 * number))
    found = client.sizes(upload)
    must(found == [1000, 2000], f"two parts, not {found}")
    client.abort(upload)


def _list_uploads(client, _):
    name = PREFIX + "going/a b+é"
    upload = client.begin("going/a b+é")
    found = client.uploads(PREFIX + "going/")
    must(found == [name], f"the upload alone is listed, not {found}")
    client.abort(upload)


def _copy(client, _):
    upload = client.begin("copied")
    part = client.copied_part(upload, 1, "object", first=10, last=5 * MB + 9)
    client.complete(upload, [client.named(1, part)])
    must(client.read("copied") == OBJECT[10 : 5 * MB + 10], "the copied range")


def _abort(client, _):
    upload = client.begin("aborted")
    client.abort(upload)
    client.must_be_gone(upload)


def _checksum(connect, algorithm):
    _written(connect(checksum=algorithm), f"sum-{algorithm}", FIRST, SMALL)


def _sse_c(_, connect):
    _written(connect(TLS, key=os.urandom(32)), "secret", FIRST, SMALL)


def _presigned(client, _):
    upload = client.begin("presigned")
    at = urlsplit(client.presigned(upload))
    if at.scheme == "https":
        trusted = create_default_context(cafile=CA)
        connection = HTTPSConnection(at.netloc, timeout=PATIENCE, context=trusted)
    else:
        connection = HTTPConnection(at.netloc, timeout=PATIENCE)
    connection.request("PUT", f"{at.path}?{at.query}", SMALL)
    answer = connection.getresponse()
    must(answer.status == 200, f"{answer.status} {answer.read(300)}")
    client.complete(upload, [{"PartNumber": 1, "ETag": answer.headers["ETag"]}])


def _directory_bucket(_, connect):
    _written(connect(bucket=os.environ["DIRECTORY_BUCKET"]), "object", FIRST, SMALL)


def _sample_13mb(client, _):
    whole = data(13 * MB, 3)
    _written(client, "sample", whole[: 5 * MB], whole[5 * MB : 10 * MB], whole[10 * MB :])


def _transfer(client, _):
    body = data(20 * MB, 4)
    client.send("transferred", body)
    must(client.receive("transferred") == body, "the bytes come back")


STEPS = {
    "upload": _upload,
    "download": _download,
    "range": _range,
    "part-read": _part_read,
    "list-parts": _list_parts,
    "list-uploads": _list_uploads,
    "copy": _copy,
    "abort": _abort,
    "checksum": _checksum,
    "sse-c": _sse_c,
    "presigned": _presigned,
    "directory-bucket": _directory_bucket,
    "sample-13mb": _sample_13mb,
    "transfer": _transfer,
}

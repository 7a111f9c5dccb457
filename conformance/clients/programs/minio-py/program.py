"""What MinIO's SDK for Python does with an endpoint."""

import os
from io import BytesIO
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import ComposeSource
from minio.datatypes import Part
from minio.error import S3Error
from minio.sse import SseCustomerKey
from steps import ACCESS_KEY, BUCKET, CA, ENDPOINT, MB, PREFIX, REGION, SECRET_KEY, TLS, TOKEN
from steps import data, must, step

pool = urllib3.PoolManager(ca_certs=CA, retries=False)


def client(url):
    """Return a client of a URL."""
    parts = urlsplit(url)
    return Minio(
        parts.netloc,
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        session_token=TOKEN,
        secure=parts.scheme == "https",
        region=REGION,
        http_client=pool,
    )


minio = client(ENDPOINT)


def upload(name, body, to=minio, **how):
    """Upload an object by parts of 5 MiB."""
    to.put_object(BUCKET, PREFIX + name, BytesIO(body), len(body), part_size=5 * MB, **how)


def read(name, of=minio, **how):
    """Read an object, or a part of it."""
    return of.get_object(BUCKET, PREFIX + name, **how).read()


@step("upload")
def _():
    upload("object", data(5 * MB) + data(MB, 2))


@step("download")
def _():
    must(read("object") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("range")
def _():
    must(read("object", offset=10, length=10) == data(5 * MB)[10:20], "ten bytes")


@step("part-read")
def _():
    found = read("object", extra_query_params={"partNumber": "2"})
    must(found == data(MB, 2), "the second part")


@step("list-parts")
def _():
    at = (BUCKET, PREFIX + "listed")
    upload_id = minio._create_multipart_upload(*at, {})
    for number in (1, 2):
        minio._upload_part(*at, data(1000 * number), {}, upload_id, number)
    found = [part.size for part in minio._list_parts(*at, upload_id, max_parts=10).parts]
    must(found == [1000, 2000], f"two parts, not {found}")
    minio._abort_multipart_upload(*at, upload_id)


@step("list-uploads")
def _():
    at = (BUCKET, PREFIX + "going/a b+é")
    upload_id = minio._create_multipart_upload(*at, {})
    listed = minio._list_multipart_uploads(BUCKET, prefix=PREFIX + "going/", encoding_type="url")
    must([one.object_name for one in listed.uploads] == [at[1]], "the upload alone is listed")
    minio._abort_multipart_upload(*at, upload_id)


@step("copy")
def _():
    source = ComposeSource(BUCKET, PREFIX + "object", offset=10, length=5 * MB)
    rest = ComposeSource(BUCKET, PREFIX + "object", offset=0, length=100)
    minio.compose_object(BUCKET, PREFIX + "copied", [source, rest])
    whole = data(5 * MB) + data(MB, 2)
    must(read("copied") == whole[10 : 5 * MB + 10] + whole[:100], "the copied ranges")


@step("abort")
def _():
    at = (BUCKET, PREFIX + "aborted")
    upload_id = minio._create_multipart_upload(*at, {})
    minio._abort_multipart_upload(*at, upload_id)
    try:
        minio._list_parts(*at, upload_id)
    except S3Error as error:
        must(error.code == "NoSuchUpload", str(error))
    else:
        must(False, "an aborted upload is listed")


@step("sse-c")
def _():
    key, over_tls = SseCustomerKey(os.urandom(32)), client(TLS)
    upload("secret", data(5 * MB) + data(1000), over_tls, sse=key)
    must(read("secret", over_tls, ssec=key) == data(5 * MB) + data(1000), "the bytes come back")


@step("presigned")
def _():
    at = (BUCKET, PREFIX + "presigned")
    upload_id = minio._create_multipart_upload(*at, {})
    asked = {"uploadId": upload_id, "partNumber": "1"}
    url = minio.get_presigned_url("PUT", *at, extra_query_params=asked)
    answer = pool.request("PUT", url, body=data(1000))
    must(answer.status == 200, f"{answer.status} {answer.data[:300]}")
    minio._complete_multipart_upload(*at, upload_id, [Part(1, answer.headers["ETag"].strip('"'))])


@step("sample-13mb")
def _():
    upload("sample", data(13 * MB, 3))
    must(read("sample") == data(13 * MB, 3), "the bytes come back")


@step("transfer")
def _():
    body = BytesIO(data(20 * MB, 4))
    minio.put_object(BUCKET, PREFIX + "transferred", body, -1, part_size=8 * MB)
    must(read("transferred") == data(20 * MB, 4), "the bytes come back")

"""What s3cmd does with an endpoint."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from steps import ACCESS_KEY, BUCKET, CA, ENDPOINT, MB, PREFIX, REGION, SECRET_KEY
from steps import data, must, step

HERE = Path(os.environ["HOME"])
PLACE = f"s3://{BUCKET}/{PREFIX}"
url = urlsplit(ENDPOINT)
config = HERE / "s3cfg"
settings = {
    "access_key": ACCESS_KEY,
    "secret_key": SECRET_KEY,
    "bucket_location": REGION,
    "host_base": url.netloc,
    "host_bucket": url.netloc,
    "use_https": url.scheme == "https",
    "ca_certs_file": CA or "",
    "max_retries": 1,
    "multipart_chunk_size_mb": 5,
    "public_url_use_https": False,
}
lines = ("[default]", *(f"{name} = {value}" for name, value in settings.items()))
config.write_text("\n".join(lines))


def s3cmd(*words, fails=False):
    """Run one command and return what it printed."""
    command = ["venv/bin/s3cmd", "-c", str(config), "--no-progress", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    must((done.returncode != 0) == fails, (done.stderr + done.stdout).strip()[-400:])
    return done.stdout + done.stderr


def upload(name, body):
    """Upload an object by parts of 5 MiB."""
    (HERE / "body").write_bytes(body)
    s3cmd("put", HERE / "body", PLACE + name)


def read(name):
    """Read an object."""
    s3cmd("get", "--force", PLACE + name, HERE / "read")
    return (HERE / "read").read_bytes()


def begin(name):
    """Leave an upload with one part, as an interrupted client does, and return its id."""
    (HERE / "body").write_bytes(data(6 * MB))
    command = f"""
import sys; sys.argv = ['s3cmd']
from S3.Config import Config; from S3.S3 import S3; from S3.S3Uri import S3Uri
from S3.MultiPart import MultiPartUpload
one = S3(Config({str(config)!r}))
class Src: pass
upload = MultiPartUpload(one, None, S3Uri({PLACE + name!r}), {{}})
print('ID', upload.initiate_multipart_upload())
"""
    done = subprocess.run(["venv/bin/python", "-c", command], capture_output=True, text=True)
    found = re.search(r"ID (\S+)", done.stdout)
    must(found is not None, (done.stdout + done.stderr).strip()[-400:])
    return found[1]


@step("upload")
def _():
    upload("object", data(5 * MB) + data(MB, 2))


@step("download")
def _():
    must(read("object") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("list-parts")
def _():
    upload_id = begin("listed")
    s3cmd("listmp", PLACE + "listed", upload_id)
    s3cmd("abortmp", PLACE + "listed", upload_id)


@step("list-uploads")
def _():
    upload_id = begin("going")
    must(upload_id in s3cmd("multipart", f"s3://{BUCKET}"), "the upload is listed")
    s3cmd("abortmp", PLACE + "going", upload_id)


@step("abort")
def _():
    upload_id = begin("aborted")
    s3cmd("abortmp", PLACE + "aborted", upload_id)
    said = s3cmd("listmp", PLACE + "aborted", upload_id, fails=True)
    must("NoSuchUpload" in said, said[-400:])


@step("sample-13mb")
def _():
    upload("sample", data(13 * MB, 3))
    must(read("sample") == data(13 * MB, 3), "the bytes come back")


@step("transfer")
def _():
    upload("transferred", data(20 * MB, 4))
    must(read("transferred") == data(20 * MB, 4), "the bytes come back")

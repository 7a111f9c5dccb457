"""What the AWS CLI does with an endpoint."""

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from awscli.clidriver import create_clidriver
from steps import BUCKET, ENDPOINT, MB, PREFIX, TLS, data, must, step

HERE = Path(os.environ["HOME"])
os.environ["AWS_MAX_ATTEMPTS"] = "1"
(HERE / ".aws").mkdir()
(HERE / ".aws/config").write_text("[default]\ns3 =\n  addressing_style = path\n")


def aws(*words, url=ENDPOINT):
    """Run one command, in this process, and return what it printed."""
    said, wrong = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(wrong):
        code = create_clidriver().main(["--endpoint-url", url, *map(str, words)])
    must(code == 0, wrong.getvalue().strip()[-400:])
    return json.loads(said.getvalue()) if said.getvalue().startswith("{") else said.getvalue()


def api(operation, name, *words, bucket=BUCKET, **how):
    """Run one operation of s3api on a key."""
    return aws("s3api", operation, "--bucket", bucket, "--key", PREFIX + name, *words, **how)


def file(content, name="body"):
    """Write a file and return its path."""
    (HERE / name).write_bytes(content)
    return HERE / name


def upload(name, *parts, create=(), each=(), complete=(), checksum="", **how):
    """Upload parts one by one."""
    upload_id = api("create-multipart-upload", name, *create, **how)["UploadId"]
    at, sent = ("--upload-id", upload_id), []
    for number, body in enumerate(parts, 1):
        words = (*at, "--part-number", number, "--body", file(body), *each)
        part = api("upload-part", name, *words, **how)
        sums = {f"Checksum{checksum}": part[f"Checksum{checksum}"]} if checksum else {}
        sent.append({"ETag": part["ETag"], "PartNumber": number, **sums})
    listed = json.dumps({"Parts": sent})
    api("complete-multipart-upload", name, *at, "--multipart-upload", listed, *complete, **how)


def read(name, *words, **how):
    """Read an object, or a part of it."""
    api("get-object", name, HERE / "read", *words, **how)
    return (HERE / "read").read_bytes()


@step("upload")
def _():
    upload("object", data(5 * MB), data(MB, 2))


@step("download")
def _():
    must(read("object") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("range")
def _():
    must(read("object", "--range", "bytes=10-19") == data(5 * MB)[10:20], "ten bytes")


@step("part-read")
def _():
    must(read("object", "--part-number", 2) == data(MB, 2), "the second part")


@step("list-parts")
def _():
    at = ("--upload-id", api("create-multipart-upload", "listed")["UploadId"])
    for number in (1, 2):
        body = file(data(1000 * number))
        api("upload-part", "listed", *at, "--part-number", number, "--body", body)
    found = api("list-parts", "listed", *at, "--page-size", 1)["Parts"]
    must([part["Size"] for part in found] == [1000, 2000], f"two parts, not {found}")
    api("abort-multipart-upload", "listed", *at)


@step("list-uploads")
def _():
    upload_id = api("create-multipart-upload", "going/a b+é")["UploadId"]
    listed = ("s3api", "list-multipart-uploads", "--bucket", BUCKET, "--prefix", f"{PREFIX}going/")
    found = aws(*listed)["Uploads"]
    must([one["Key"] for one in found] == [f"{PREFIX}going/a b+é"], found)
    api("abort-multipart-upload", "going/a b+é", "--upload-id", upload_id)


@step("copy")
def _():
    at = ("--upload-id", api("create-multipart-upload", "copied")["UploadId"])
    source = ("--copy-source", f"{BUCKET}/{PREFIX}object")
    how = ("--copy-source-range", f"bytes=10-{5 * MB + 9}", "--part-number", 1)
    part = api("upload-part-copy", "copied", *at, *source, *how)["CopyPartResult"]
    listed = json.dumps({"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]})
    api("complete-multipart-upload", "copied", *at, "--multipart-upload", listed)
    must(read("copied") == (data(5 * MB) + data(MB, 2))[10 : 5 * MB + 10], "the copied range")


@step("abort")
def _():
    at = ("--upload-id", api("create-multipart-upload", "aborted")["UploadId"])
    api("abort-multipart-upload", "aborted", *at)
    try:
        api("list-parts", "aborted", *at)
    except AssertionError as error:
        must("NoSuchUpload" in str(error), str(error))
    else:
        must(False, "an aborted upload is listed")


for algorithm in ("CRC32", "SHA256"):

    @step(f"checksum/{algorithm}")
    def _():
        how, name = ("--checksum-algorithm", algorithm), f"sum-{algorithm}"
        upload(name, data(5 * MB), data(1000), create=how, each=how, checksum=algorithm)
        must(len(read(name, "--checksum-mode", "ENABLED")) == 5 * MB + 1000, "its length")


@step("sse-c")
def _():
    key = file(os.urandom(32), "key")
    words = ("--sse-customer-algorithm", "AES256", "--sse-customer-key", f"fileb://{key}")
    upload("secret", data(1000), create=words, each=words, complete=words, url=TLS)
    must(read("secret", *words, url=TLS) == data(1000), "the bytes come back")


@step("directory-bucket")
def _():
    bucket = os.environ["DIRECTORY_BUCKET"]
    upload("object", data(5 * MB), data(1000), bucket=bucket)
    must(len(read("object", bucket=bucket)) == 5 * MB + 1000, "its length")


@step("sample-13mb")
def _():
    whole = data(13 * MB, 3)
    upload("sample", whole[: 5 * MB], whole[5 * MB : 10 * MB], whole[10 * MB :])
    must(read("sample") == whole, "the bytes come back")


@step("transfer")
def _():
    place = f"s3://{BUCKET}/{PREFIX}transferred"
    aws("s3", "cp", "--quiet", file(data(20 * MB, 4)), place)
    aws("s3", "cp", "--quiet", place, HERE / "read")
    must((HERE / "read").read_bytes() == data(20 * MB, 4), "the bytes come back")

"""What the file system of PyArrow does with an endpoint."""

import os
from urllib.parse import urlsplit

from pyarrow import fs as arrow
from steps import ACCESS_KEY, BUCKET, CA, ENDPOINT, MB, PREFIX, REGION, SECRET_KEY, TOKEN
from steps import data, must, step

url = urlsplit(ENDPOINT)
files = arrow.S3FileSystem(
    access_key=ACCESS_KEY,
    secret_key=SECRET_KEY,
    session_token=TOKEN,
    region=REGION,
    scheme=url.scheme,
    endpoint_override=url.netloc + url.path,
    tls_ca_file_path=CA,
    retry_strategy=arrow.AwsDefaultS3RetryStrategy(max_attempts=1),
)


def write(name, *pieces, bucket=BUCKET):
    """Write a file by parts."""
    with files.open_output_stream(f"{bucket}/{PREFIX}{name}", buffer_size=5 * MB) as file:
        for piece in pieces:
            file.write(piece)


def read(name, start=None, size=None, bucket=BUCKET):
    """Read a file, or a range of it."""
    with files.open_input_file(f"{bucket}/{PREFIX}{name}") as file:
        return file.readall() if start is None else file.read_at(size, start)


@step("upload")
def _():
    write("object", data(5 * MB), data(MB, 2))


@step("download")
def _():
    must(read("object") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("range")
def _():
    must(read("object", 10, 10) == data(5 * MB)[10:20], "ten bytes")


@step("directory-bucket")
def _():
    bucket = os.environ["DIRECTORY_BUCKET"]
    write("object", data(5 * MB), data(MB), bucket=bucket)
    must(len(read("object", bucket=bucket)) == 6 * MB, "its length")


@step("sample-13mb")
def _():
    whole = data(13 * MB, 3)
    write("sample", whole[: 5 * MB], whole[5 * MB : 10 * MB], whole[10 * MB :])
    must(read("sample") == whole, "the bytes come back")


@step("transfer")
def _():
    write("transferred", data(20 * MB, 4))
    must(read("transferred") == data(20 * MB, 4), "the bytes come back")

"""What s3fs does with an endpoint."""

import base64
import os

import s3fs
from steps import BUCKET, CA, ENDPOINT, MB, PREFIX, TLS, data, must, step

PLACE = f"{BUCKET}/{PREFIX}"


def files(url=ENDPOINT, **how):
    """Return a file system at a URL."""
    client = {"verify": CA} if url.startswith("https") else {}
    config = {"s3": {"addressing_style": "path"}, "retries": {"total_max_attempts": 1}}
    return s3fs.S3FileSystem(
        endpoint_url=url, client_kwargs=client, config_kwargs=config, skip_instance_cache=True, **how
    )


fs = files()


def write(name, *pieces, through=fs, place=PLACE):
    """Write a file of which each piece is a part."""
    with through.open(place + name, "wb", block_size=5 * MB) as file:
        for piece in pieces:
            file.write(piece)


@step("upload")
def _():
    write("object", data(5 * MB), data(MB, 2))


@step("download")
def _():
    must(fs.cat_file(PLACE + "object") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("range")
def _():
    must(fs.cat_file(PLACE + "object", start=10, end=20) == data(5 * MB)[10:20], "ten bytes")


@step("list-uploads")
def _():
    file = fs.open(PLACE + "going", "wb", block_size=5 * MB, autocommit=False)
    file.write(data(11 * MB))
    file.flush()
    found = [one["Key"] for one in fs.list_multipart_uploads(BUCKET)]
    must(f"{PREFIX}going" in found, f"the upload is listed, not only {found}")
    file.discard()


@step("copy")
def _():
    fs.cp_file(PLACE + "object", PLACE + "copied", managed_copy_threshold=5 * MB)
    must(fs.cat_file(PLACE + "copied") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("abort")
def _():
    file = fs.open(PLACE + "aborted", "wb", block_size=5 * MB, autocommit=False)
    file.write(data(11 * MB))
    file.flush()
    file.discard()
    found = [one["Key"] for one in fs.list_multipart_uploads(BUCKET)]
    must(f"{PREFIX}aborted" not in found, "the upload is gone")
    must(not fs.exists(PLACE + "aborted"), "no object is left")


@step("sse-c")
def _():
    key = base64.b64encode(os.urandom(32)).decode()
    how = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": base64.b64decode(key)}
    over_tls = files(TLS, s3_additional_kwargs=how)
    write("secret", data(5 * MB), data(MB), through=over_tls)
    must(over_tls.cat_file(PLACE + "secret") == data(5 * MB) + data(MB), "the bytes come back")


@step("directory-bucket")
def _():
    place = f"{os.environ['DIRECTORY_BUCKET']}/{PREFIX}"
    write("object", data(5 * MB), data(MB), place=place)
    must(fs.cat_file(place + "object") == data(5 * MB) + data(MB), "the bytes come back")


@step("sample-13mb")
def _():
    whole = data(13 * MB, 3)
    write("sample", whole[: 5 * MB], whole[5 * MB : 10 * MB], whole[10 * MB :])
    must(fs.cat_file(PLACE + "sample") == whole, "the bytes come back")


@step("transfer")
def _():
    fs.pipe_file(PLACE + "transferred", data(20 * MB, 4), chunksize=8 * MB)
    must(fs.cat_file(PLACE + "transferred") == data(20 * MB, 4), "the bytes come back")

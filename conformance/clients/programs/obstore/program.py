"""What obstore, the Rust object store, does with an endpoint."""

import base64
import os

import obstore
from obstore.store import S3Store
from steps import ACCESS_KEY, BUCKET, ENDPOINT, MB, PREFIX, REGION, SECRET_KEY, TLS, TOKEN
from steps import data, must, step


def store(url=ENDPOINT, **how):
    """Return a store at a URL; it takes no authority of one's own, so it checks none."""
    return S3Store(
        BUCKET,
        endpoint=url,
        region=REGION,
        access_key_id=ACCESS_KEY,
        secret_access_key=SECRET_KEY,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True, "allow_invalid_certificates": True},
        retry_config={"max_retries": 0},
        **({"session_token": TOKEN} if TOKEN else {}),
        **how,
    )


plain = store()


def write(name, body, to=plain):
    """Write an object by parts of 5 MiB."""
    obstore.put(to, PREFIX + name, body, use_multipart=True, chunk_size=5 * MB)


def read(name, of=plain):
    """Read an object."""
    return bytes(obstore.get(of, PREFIX + name).bytes())


@step("upload")
def _():
    write("object", data(5 * MB) + data(MB, 2))


@step("download")
def _():
    must(read("object") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("range")
def _():
    found = bytes(obstore.get_range(plain, PREFIX + "object", start=10, end=20))
    must(found == data(5 * MB)[10:20], "ten bytes")


@step("checksum/SHA256")
def _():
    summed = store(checksum_algorithm="SHA256")
    write("sum-SHA256", data(5 * MB) + data(1000), summed)
    must(len(read("sum-SHA256", summed)) == 5 * MB + 1000, "its length")


@step("sse-c")
def _():
    key = base64.b64encode(os.urandom(32)).decode()
    how = {"server_side_encryption": "sse-c", "sse_customer_key_base64": key}
    hidden = store(TLS, **{f"aws_{name}": value for name, value in how.items()})
    write("secret", data(5 * MB) + data(1000), hidden)
    must(read("secret", hidden) == data(5 * MB) + data(1000), "the bytes come back")


@step("sample-13mb")
def _():
    write("sample", data(13 * MB, 3))
    must(read("sample") == data(13 * MB, 3), "the bytes come back")


@step("transfer")
def _():
    obstore.put(plain, PREFIX + "transferred", data(20 * MB, 4))
    must(read("transferred") == data(20 * MB, 4), "the bytes come back")

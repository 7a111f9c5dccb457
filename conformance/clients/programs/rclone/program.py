"""What rclone does with an endpoint."""

import os
import subprocess
from pathlib import Path

from steps import ACCESS_KEY, BUCKET, CA, ENDPOINT, MB, PREFIX, REGION, SECRET_KEY, TLS, TOKEN
from steps import data, must, step

HERE = Path(os.environ["HOME"])
PLACE = f"s3:{BUCKET}/{PREFIX}"
settings = {
    "TYPE": "s3",
    "PROVIDER": "Other",
    "ACCESS_KEY_ID": ACCESS_KEY,
    "SECRET_ACCESS_KEY": SECRET_KEY,
    "SESSION_TOKEN": TOKEN or "",
    "REGION": REGION,
    "ENDPOINT": ENDPOINT,
    "FORCE_PATH_STYLE": "true",
    "NO_CHECK_BUCKET": "true",
    "CHUNK_SIZE": "5M",
    "UPLOAD_CUTOFF": "5M",
    "COPY_CUTOFF": "5M",
}
environment = {f"RCLONE_CONFIG_S3_{name}": value for name, value in settings.items()}
environment |= {"RCLONE_CONFIG": str(HERE / "rclone.conf"), "RCLONE_LOW_LEVEL_RETRIES": "1"}
environment |= {"RCLONE_RETRIES": "1", **({"RCLONE_CA_CERT": CA} if CA else {})}


def rclone(*words, body=None, **how):
    """Run one command and return the bytes that it printed."""
    command = ["venv/bin/rclone", *map(str, words)]
    surroundings = {**os.environ, **environment, **how}
    done = subprocess.run(command, input=body, capture_output=True, env=surroundings, check=False)
    must(done.returncode == 0, done.stderr.decode("utf-8", "replace").strip()[-400:])
    return done.stdout


def upload(name, body, **how):
    """Upload an object by parts of 5 MiB."""
    (HERE / "body").write_bytes(body)
    rclone("copyto", HERE / "body", PLACE + name, **how)


@step("upload")
def _():
    upload("object", data(5 * MB) + data(MB, 2))


@step("download")
def _():
    must(rclone("cat", PLACE + "object") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("range")
def _():
    found = rclone("cat", "--offset", 10, "--count", 10, PLACE + "object")
    must(found == data(5 * MB)[10:20], "ten bytes")


@step("list-uploads")
def _():
    found = rclone("backend", "list-multipart-uploads", f"s3:{BUCKET}")
    must(BUCKET.encode() in found, found[:300])


@step("copy")
def _():
    rclone("copyto", PLACE + "object", PLACE + "copied")
    must(rclone("cat", PLACE + "copied") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("sse-c")
def _():
    how = {"RCLONE_CONFIG_S3_ENDPOINT": TLS, "RCLONE_CONFIG_S3_SSE_CUSTOMER_ALGORITHM": "AES256"}
    how["RCLONE_CONFIG_S3_SSE_CUSTOMER_KEY"] = os.urandom(16).hex()
    upload("secret", data(5 * MB) + data(1000), **how)
    must(rclone("cat", PLACE + "secret", **how) == data(5 * MB) + data(1000), "the bytes come back")


@step("sample-13mb")
def _():
    upload("sample", data(13 * MB, 3))
    must(rclone("cat", PLACE + "sample") == data(13 * MB, 3), "the bytes come back")


@step("transfer")
def _():
    rclone("rcat", PLACE + "transferred", body=data(20 * MB, 4))
    must(rclone("cat", PLACE + "transferred") == data(20 * MB, 4), "the bytes come back")

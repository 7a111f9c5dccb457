"""What rclone does with an endpoint."""

import os
import subprocess
from pathlib import Path

from steps import ACCESS_KEY, CA, OBJECT, PREFIX, REGION, SECRET_KEY, TOKEN, Client, must, take

HERE = Path(os.environ["HOME"])
COMMON = {
    "RCLONE_CONFIG": str(HERE / "rclone.conf"),
    "RCLONE_CA_CERT": CA or "",
    "RCLONE_LOW_LEVEL_RETRIES": "1",
    "RCLONE_RETRIES": "1",
    "RCLONE_CONFIG_S3_TYPE": "s3",
    "RCLONE_CONFIG_S3_PROVIDER": "Other",
    "RCLONE_CONFIG_S3_ACCESS_KEY_ID": ACCESS_KEY,
    "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY": SECRET_KEY,
    "RCLONE_CONFIG_S3_SESSION_TOKEN": TOKEN or "",
    "RCLONE_CONFIG_S3_REGION": REGION,
    "RCLONE_CONFIG_S3_FORCE_PATH_STYLE": "true",
    "RCLONE_CONFIG_S3_NO_CHECK_BUCKET": "true",
    "RCLONE_CONFIG_S3_CHUNK_SIZE": "5M",
    "RCLONE_CONFIG_S3_UPLOAD_CUTOFF": "5M",
    "RCLONE_CONFIG_S3_COPY_CUTOFF": "5M",
}


class Rclone(Client):
    def connect(self):
        self.place = f"s3:{self.bucket}/{PREFIX}"
        self.settings = {**COMMON, "RCLONE_CONFIG_S3_ENDPOINT": self.url}
        if self.key:
            self.settings["RCLONE_CONFIG_S3_SSE_CUSTOMER_ALGORITHM"] = "AES256"
            self.settings["RCLONE_CONFIG_S3_SSE_CUSTOMER_KEY"] = self.key[:16].hex()

    def rclone(self, *words, body=None):
        """Run one command and return the bytes that it printed."""
        command = ["venv/bin/rclone", *map(str, words)]
        environment = {**os.environ, **self.settings}
        done = subprocess.run(command, input=body, capture_output=True, env=environment)
        must(done.returncode == 0, done.stderr.decode("utf-8", "replace").strip()[-400:])
        return done.stdout

    def write(self, name, *pieces):
        (HERE / "body").write_bytes(b"".join(pieces))
        self.rclone("copyto", HERE / "body", self.place + name)

    def read(self, name, first=0, size=0):
        span = ("--offset", first, "--count", size) if size else ()
        return self.rclone("cat", *span, self.place + name)

    def take_copy(self):  # of whole objects alone
        self.rclone("copyto", self.place + "object", self.place + "copied")
        must(self.read("copied") == OBJECT, "the bytes come back")

    def take_list_uploads(self):  # it can't leave one behind
        found = self.rclone("backend", "list-multipart-uploads", f"s3:{self.bucket}")
        must(self.bucket.encode() in found, found[:300])

    def send(self, name, body):
        self.rclone("rcat", self.place + name, body=body)


take(Rclone)

"""What s3cmd does with an endpoint."""

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from S3.Config import Config
from S3.MultiPart import MultiPartUpload
from S3.S3 import S3
from S3.S3Uri import S3Uri
from steps import ACCESS_KEY, CA, PREFIX, REGION, SECRET_KEY, Client, must, take

HERE = Path(os.environ["HOME"])


class S3cmd(Client):
    def connect(self):
        at = urlsplit(self.url)
        self.place, self.config = f"s3://{self.bucket}/{PREFIX}", HERE / "s3cfg"
        settings = {
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
            "bucket_location": REGION,
            "host_base": at.netloc,
            "host_bucket": at.netloc,
            "use_https": at.scheme == "https",
            "ca_certs_file": CA or "",
            "max_retries": 1,
            "multipart_chunk_size_mb": 5,
            "progress_meter": False,
        }
        lines = ("[default]", *(f"{name} = {value}" for name, value in settings.items()))
        self.config.write_text("\n".join(lines))

    def s3cmd(self, *words):
        """Run one command and return what it printed."""
        command = ["venv/bin/s3cmd", "-c", str(self.config), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        must(done.returncode == 0, (done.stderr + done.stdout).strip()[-400:])
        return [line.split("\t") for line in done.stdout.splitlines()]

    def write(self, name, *pieces):
        (HERE / "body").write_bytes(b"".join(pieces))
        self.s3cmd("put", HERE / "body", self.place + name)

    def read(self, name):
        self.s3cmd("get", "--force", self.place + name, HERE / "read")
        return (HERE / "read").read_bytes()

    def begin(self, name):  # by its library: no command leaves an upload behind
        source = SimpleNamespace(stream_name="body")
        return MultiPartUpload(S3(Config(str(self.config))), source, S3Uri(self.place + name))

    def part(self, upload, number, body):
        upload.upload_part(number, 0, len(body), {}, body)

    def abort(self, upload):
        self.s3cmd("abortmp", upload.dst_uri.uri(), upload.upload_id)

    def sizes(self, upload):
        _, *rows = self.s3cmd("listmp", upload.dst_uri.uri(), upload.upload_id)
        return [int(row[-1]) for row in rows]

    def uploads(self, prefix):
        rows = self.s3cmd("multipart", f"s3://{self.bucket}")
        keys = [row[1].removeprefix(f"s3://{self.bucket}/") for row in rows if len(row) == 3]
        return [key for key in keys if key.startswith(prefix)]

    def send(self, name, body):
        self.write(name, body)


take(S3cmd)

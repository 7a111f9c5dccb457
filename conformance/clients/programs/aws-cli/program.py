"""What the AWS CLI does with an endpoint."""

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from awscli.clidriver import create_clidriver
from steps import PREFIX, Client, must, take

HERE = Path(os.environ["HOME"])
create_clidriver().main(["configure", "set", "default.s3.addressing_style", "path"])


def file(content, name="body"):
    (HERE / name).write_bytes(content)
    return HERE / name


class AwsCli(Client):
    def connect(self):
        self.sums = ("--checksum-algorithm", self.checksum) if self.checksum else ()
        self.mode = ("--checksum-mode", "ENABLED") if self.checksum else ()
        key = f"fileb://{file(self.key, 'key')}"
        secret = ("--sse-customer-algorithm", "AES256", "--sse-customer-key", key)
        self.secret = secret if self.key else ()

    def aws(self, *words):
        """Run one command, in this process, and return what it printed."""
        said, wrong = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(wrong):
            code = create_clidriver().main(["--endpoint-url", self.url, *map(str, words)])
        must(code == 0, wrong.getvalue().strip()[-400:])
        return json.loads(said.getvalue()) if said.getvalue().startswith("{") else said.getvalue()

    def api(self, operation, *words):
        return self.aws("s3api", operation, "--bucket", self.bucket, *words)

    def begin(self, name):
        at = ("--key", PREFIX + name)
        made = self.api("create-multipart-upload", *at, *self.sums, *self.secret)
        return (*at, "--upload-id", made["UploadId"])

    def part(self, upload, number, body):
        words = (*upload, "--part-number", number, "--body", file(body))
        return self.api("upload-part", *words, *self.sums, *self.secret)

    def copied_part(self, upload, number, source, first, last):
        what = ("--copy-source", f"{self.bucket}/{PREFIX}{source}")
        what += ("--copy-source-range", f"bytes={first}-{last}", "--part-number", number)
        return self.api("upload-part-copy", *upload, *what)["CopyPartResult"]

    def complete(self, upload, parts):
        listed = ("--multipart-upload", json.dumps({"Parts": parts}))
        self.api("complete-multipart-upload", *upload, *listed, *self.secret)

    def abort(self, upload):
        self.api("abort-multipart-upload", *upload)

    def sizes(self, upload):
        return [part["Size"] for part in self.api("list-parts", *upload, "--page-size", 1)["Parts"]]

    def uploads(self, prefix):
        listed = self.api("list-multipart-uploads", "--prefix", prefix)
        return [one["Key"] for one in listed.get("Uploads", ())]

    def read(self, name, first=0, size=0, part=0):
        what = ("--range", f"bytes={first}-{first + size - 1}") if size else ()
        what += ("--part-number", part) if part else ()
        what += ("--key", PREFIX + name, HERE / "read")
        self.api("get-object", *what, *self.mode, *self.secret)
        return (HERE / "read").read_bytes()

    def send(self, name, body):
        self.aws("s3", "cp", "--quiet", file(body), f"s3://{self.bucket}/{PREFIX}{name}")

    def receive(self, name):
        self.aws("s3", "cp", "--quiet", f"s3://{self.bucket}/{PREFIX}{name}", HERE / "read")
        return (HERE / "read").read_bytes()


take(AwsCli)

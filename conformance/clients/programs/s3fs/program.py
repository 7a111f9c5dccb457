"""What s3fs does with an endpoint."""

import s3fs
from steps import CA, MB, OBJECT, PREFIX, Client, data, must, take

CONFIG = {"s3": {"addressing_style": "path"}, "retries": {"total_max_attempts": 1}}


class S3fs(Client):
    def connect(self):
        secret = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": self.key}
        self.place = f"{self.bucket}/{PREFIX}"
        self.files = s3fs.S3FileSystem(
            endpoint_url=self.url,
            client_kwargs={"verify": CA} if self.url.startswith("https") else {},
            config_kwargs=CONFIG,
            s3_additional_kwargs=secret if self.key else {},
            skip_instance_cache=True,
        )

    def open(self, name, **how):
        return self.files.open(self.place + name, "wb", block_size=5 * MB, **how)

    def write(self, name, *pieces):
        with self.open(name) as file:
            for piece in pieces:
                file.write(piece)

    def begin(self, name):
        file = self.open(name, autocommit=False)
        file.write(data(11 * MB))  # so much that it sends a part
        file.flush()
        return file

    def abort(self, upload):
        upload.discard()

    def uploads(self, prefix):
        found = [one["Key"] for one in self.files.list_multipart_uploads(self.bucket)]
        return [key for key in found if key.startswith(prefix)]

    def must_be_gone(self, upload):
        must(self.uploads(PREFIX + "aborted") == [], "no upload is left")
        must(not self.files.exists(upload.path), "no object is left")

    def read(self, name, first=0, size=0):
        start, end = (first, first + size) if size else (None, None)
        return self.files.cat_file(self.place + name, start=start, end=end)

    def take_copy(self):  # of whole objects alone
        paths = (self.place + "object", self.place + "copied")
        self.files.cp_file(*paths, managed_copy_threshold=5 * MB)
        must(self.read("copied") == OBJECT, "the bytes come back")

    def send(self, name, body):
        self.files.pipe_file(self.place + name, body, chunksize=8 * MB)


take(S3fs)

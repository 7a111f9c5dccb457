"""What the file system of PyArrow does with an endpoint."""

from urllib.parse import urlsplit

from pyarrow import fs as arrow
from steps import ACCESS_KEY, CA, MB, PREFIX, REGION, SECRET_KEY, TOKEN, Client, take


class PyArrow(Client):
    def connect(self):
        url = urlsplit(self.url)
        self.files = arrow.S3FileSystem(
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            session_token=TOKEN,
            region=REGION,
            scheme=url.scheme,
            endpoint_override=url.netloc + url.path,
            tls_ca_file_path=CA,
            retry_strategy=arrow.AwsDefaultS3RetryStrategy(max_attempts=1),
        )

    def write(self, name, *pieces):
        path = f"{self.bucket}/{PREFIX}{name}"
        with self.files.open_output_stream(path, buffer_size=5 * MB) as file:
            for piece in pieces:
                file.write(piece)

    def read(self, name, first=0, size=0):
        with self.files.open_input_file(f"{self.bucket}/{PREFIX}{name}") as file:
            return file.read_at(size, first) if size else file.readall()

    def send(self, name, body):
        self.write(name, body)


take(PyArrow)

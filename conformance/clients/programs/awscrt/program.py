"""What the S3 client of the Common Runtime does with an endpoint."""

from io import BytesIO
from urllib.parse import quote, urlsplit

from awscrt import auth, http, io, s3
from steps import ACCESS_KEY, CA, MB, PREFIX, REGION, SECRET_KEY, TOKEN, Client, take

Kind = s3.S3RequestType


class AwsCrt(Client):
    def connect(self):
        self.at = urlsplit(self.url)
        secure = self.at.scheme == "https"
        loop = io.EventLoopGroup(1)
        options = io.TlsContextOptions()
        if CA:
            options.override_default_trust_store_from_path(ca_filepath=CA)
        trusted = io.ClientTlsContext(options).new_connection_options() if secure else None
        keys = auth.AwsCredentialsProvider.new_static(ACCESS_KEY, SECRET_KEY, TOKEN)
        signing = s3.create_default_s3_signing_config(region=REGION, credential_provider=keys)
        self.client = s3.S3Client(
            bootstrap=io.ClientBootstrap(loop, io.DefaultHostResolver(loop)),
            region=REGION,
            signing_config=signing,
            tls_mode=s3.S3RequestTlsMode.ENABLED if secure else s3.S3RequestTlsMode.DISABLED,
            tls_connection_options=trusted,
            part_size=5 * MB,
            multipart_upload_threshold=5 * MB,
        )

    def ask(self, kind, method, name, *headers, query="", body=None, **how):
        """Send a request, which the client may split, and return the bytes that come back."""
        path = f"{self.at.path}/{self.bucket}/{quote(PREFIX + name)}{query}"
        named = http.HttpHeaders([("Host", self.at.netloc), *headers])
        request = http.HttpRequest(method, path, named, body)
        found = []
        keep = lambda chunk, **_: found.append(bytes(chunk))
        made = self.client.make_request(type=kind, request=request, on_body=keep, **how)
        made.finished_future.result(60)
        return b"".join(found)

    def put(self, name, body, **how):
        headers = (("Content-Length", str(len(body))), ("Content-Type", "x/y"))
        self.ask(Kind.PUT_OBJECT, "PUT", name, *headers, body=BytesIO(body), **how)

    def write(self, name, *pieces):
        place, how = s3.S3ChecksumLocation.TRAILER, {}
        if self.checksum:
            algorithm = s3.S3ChecksumAlgorithm[self.checksum]
            how["checksum_config"] = s3.S3ChecksumConfig(algorithm=algorithm, location=place)
        self.put(name, b"".join(pieces), **how)

    def read(self, name, first=0, size=0, part=0):
        one = {"operation_name": "GetObject"}
        if size:
            span = ("Range", f"bytes={first}-{first + size - 1}")
            return self.ask(Kind.DEFAULT, "GET", name, span, **one)
        if part:
            return self.ask(Kind.DEFAULT, "GET", name, query=f"?partNumber={part}", **one)
        return self.ask(Kind.GET_OBJECT, "GET", name)

    def send(self, name, body):
        self.put(name, body, part_size=8 * MB)


take(AwsCrt)

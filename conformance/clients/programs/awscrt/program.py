"""What the S3 client of the Common Runtime does with an endpoint."""

from io import BytesIO
from urllib.parse import quote, urlsplit

from awscrt import auth, http, io, s3
from steps import ACCESS_KEY, BUCKET, CA, ENDPOINT, MB, PREFIX, REGION, SECRET_KEY, TOKEN
from steps import data, must, step

url = urlsplit(ENDPOINT)
secure = url.scheme == "https"
bootstrap = io.ClientBootstrap(io.EventLoopGroup(1), io.DefaultHostResolver(io.EventLoopGroup(1)))
keys = auth.AwsCredentialsProvider.new_static(ACCESS_KEY, SECRET_KEY, TOKEN)
trusted = None
if secure:
    options = io.TlsContextOptions()
    if CA:
        options.override_default_trust_store_from_path(ca_filepath=CA)
    trusted = io.ClientTlsContext(options).new_connection_options()
client = s3.S3Client(
    bootstrap=bootstrap,
    region=REGION,
    signing_config=s3.create_default_s3_signing_config(region=REGION, credential_provider=keys),
    tls_mode=s3.S3RequestTlsMode.ENABLED if secure else s3.S3RequestTlsMode.DISABLED,
    tls_connection_options=trusted,
    part_size=5 * MB,
    multipart_upload_threshold=5 * MB,
)


def request(method, name, body=None, **headers):
    """Make one request of the client, which splits it into parts, and wait for its end."""
    named = [("Host", url.netloc), *headers.items()]
    if body is not None:
        named += [("Content-Length", str(len(body))), ("Content-Type", "x/y")]
    stream = BytesIO(body) if body is not None else None
    path = f"{url.path}/{BUCKET}/{quote(PREFIX + name)}"
    return http.HttpRequest(method, path, http.HttpHeaders(named), stream)


def send(kind, what, **how):
    """Send a request and return the bytes that come back."""
    found = bytearray()

    def keep(chunk, offset, **_):
        found[offset : offset + len(chunk)] = chunk

    client.make_request(type=kind, request=what, on_body=keep, **how).finished_future.result(60)
    return bytes(found)


def upload(name, body, **how):
    """Upload an object by parts."""
    send(s3.S3RequestType.PUT_OBJECT, request("PUT", name, body), **how)


def read(name):
    """Read an object by parts."""
    return send(s3.S3RequestType.GET_OBJECT, request("GET", name))


def ask(what):
    """Send a request that is not to be split."""
    return send(s3.S3RequestType.DEFAULT, what, operation_name="GetObject")


@step("upload")
def _():
    upload("object", data(5 * MB) + data(MB, 2))


@step("download")
def _():
    must(read("object") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("range")
def _():
    what = request("GET", "object", Range="bytes=0-9")
    must(ask(what)[:10] == data(5 * MB)[:10], "ten bytes")


@step("part-read")
def _():
    what = request("GET", "object")
    what.path += "?partNumber=2"
    must(ask(what) == data(MB, 2), "the second part")


for algorithm in ("CRC32", "SHA256", "CRC64NVME"):

    @step(f"checksum/{algorithm}")
    def _():
        config = s3.S3ChecksumConfig(
            algorithm=s3.S3ChecksumAlgorithm[algorithm], location=s3.S3ChecksumLocation.TRAILER
        )
        upload(f"sum-{algorithm}", data(5 * MB) + data(1000), checksum_config=config)
        must(len(read(f"sum-{algorithm}")) == 5 * MB + 1000, "its length")


@step("sample-13mb")
def _():
    upload("sample", data(13 * MB, 3))
    must(read("sample") == data(13 * MB, 3), "the bytes come back")


@step("transfer")
def _():
    upload("transferred", data(20 * MB, 4), part_size=8 * MB)
    must(read("transferred") == data(20 * MB, 4), "the bytes come back")

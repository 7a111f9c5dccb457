"""What boto3 does with an endpoint."""

import os
import urllib.request
from io import BytesIO
from ssl import create_default_context

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from steps import BUCKET, CA, ENDPOINT, MB, PREFIX, TLS, data, must, step

plain = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
signed = plain.merge(Config(signature_version="s3v4"))  # else URLs are version 2 in us-east-1
s3 = boto3.client("s3", endpoint_url=ENDPOINT, config=plain)


def upload(name, *parts, bucket=BUCKET, client=s3, create=None, each=None, checksum=None):
    """Upload parts and return the object's key."""
    at = {"Bucket": bucket, "Key": PREFIX + name}
    at["UploadId"] = client.create_multipart_upload(**at, **(create or {}))["UploadId"]
    sent = []
    for number, body in enumerate(parts, 1):
        part = client.upload_part(**at, PartNumber=number, Body=body, **(each or {}))
        names = ("ETag", *((f"Checksum{checksum}",) if checksum else ()))
        sent.append({"PartNumber": number, **{name: part[name] for name in names}})
    client.complete_multipart_upload(**at, MultipartUpload={"Parts": sent}, **(
        {name: value for name, value in (each or {}).items() if name.startswith("SSE")}))
    return at["Key"]


def read(name, bucket=BUCKET, client=s3, **how):
    """Read an object, or a part of it."""
    return client.get_object(Bucket=bucket, Key=PREFIX + name, **how)["Body"].read()


@step("upload")
def _():
    upload("object", data(5 * MB), data(MB, 2))


@step("download")
def _():
    must(read("object") == data(5 * MB) + data(MB, 2), "the bytes come back")


@step("range")
def _():
    must(read("object", Range="bytes=10-19") == data(5 * MB)[10:20], "ten bytes")


@step("part-read")
def _():
    must(read("object", PartNumber=2) == data(MB, 2), "the second part")


@step("list-parts")
def _():
    at = {"Bucket": BUCKET, "Key": PREFIX + "listed"}
    at["UploadId"] = s3.create_multipart_upload(**at)["UploadId"]
    for number in (1, 2):
        s3.upload_part(**at, PartNumber=number, Body=data(1000 * number))
    pages = s3.get_paginator("list_parts").paginate(**at, PaginationConfig={"PageSize": 1})
    found = [(part["PartNumber"], part["Size"]) for page in pages for part in page["Parts"]]
    must(found == [(1, 1000), (2, 2000)], f"two parts, not {found}")
    s3.abort_multipart_upload(**at)


@step("list-uploads")
def _():
    at = {"Bucket": BUCKET, "Key": PREFIX + "going/a b+é"}
    upload_id = s3.create_multipart_upload(**at)["UploadId"]
    found = s3.list_multipart_uploads(Bucket=BUCKET, Prefix=PREFIX + "going/").get("Uploads", [])
    must([(one["Key"], one["UploadId"]) for one in found] == [(at["Key"], upload_id)], found)
    s3.abort_multipart_upload(**at, UploadId=upload_id)


@step("copy")
def _():
    at = {"Bucket": BUCKET, "Key": PREFIX + "copied"}
    at["UploadId"] = s3.create_multipart_upload(**at)["UploadId"]
    source = {"Bucket": BUCKET, "Key": PREFIX + "object"}
    how = {"CopySource": source, "CopySourceRange": f"bytes=10-{5 * MB + 9}"}
    part = s3.upload_part_copy(**at, PartNumber=1, **how)["CopyPartResult"]
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    s3.complete_multipart_upload(**at, MultipartUpload={"Parts": parts})
    must(read("copied") == (data(5 * MB) + data(MB, 2))[10 : 5 * MB + 10], "the copied range")


@step("abort")
def _():
    at = {"Bucket": BUCKET, "Key": PREFIX + "aborted"}
    at["UploadId"] = s3.create_multipart_upload(**at)["UploadId"]
    s3.upload_part(**at, PartNumber=1, Body=b"gone")
    s3.abort_multipart_upload(**at)
    try:
        s3.list_parts(**at)
    except ClientError as error:
        must(error.response["Error"]["Code"] == "NoSuchUpload", str(error))
    else:
        must(False, "an aborted upload is listed")


for algorithm in ("CRC32", "SHA256", "CRC64NVME"):

    @step(f"checksum/{algorithm}")
    def _():
        how = {"ChecksumAlgorithm": algorithm}
        name = f"sum-{algorithm}"
        upload(name, data(5 * MB), data(1000), create=how, each=how, checksum=algorithm)
        must(len(read(name, ChecksumMode="ENABLED")) == 5 * MB + 1000, "its length")


@step("sse-c")
def _():
    over_tls = boto3.client("s3", endpoint_url=TLS, config=plain)
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": os.urandom(32)}
    upload("secret", data(1000), client=over_tls, create=key, each=key)
    must(read("secret", client=over_tls, **key) == data(1000), "the bytes come back")


@step("presigned")
def _():
    at = {"Bucket": BUCKET, "Key": PREFIX + "presigned"}
    at["UploadId"] = s3.create_multipart_upload(**at)["UploadId"]
    signer = boto3.client("s3", endpoint_url=ENDPOINT, config=signed)
    url = signer.generate_presigned_url("upload_part", {**at, "PartNumber": 1})
    trusted = create_default_context(cafile=CA) if url.startswith("https") else None
    request = urllib.request.Request(url, data(1000), method="PUT")
    with urllib.request.urlopen(request, context=trusted) as answer:
        parts = [{"PartNumber": 1, "ETag": answer.headers["ETag"]}]
    s3.complete_multipart_upload(**at, MultipartUpload={"Parts": parts})


@step("directory-bucket")
def _():
    bucket = os.environ["DIRECTORY_BUCKET"]
    upload("object", data(5 * MB), data(1000), bucket=bucket)
    must(len(read("object", bucket=bucket)) == 5 * MB + 1000, "its length")


@step("sample-13mb")
def _():
    whole = data(13 * MB, 3)
    upload("sample", whole[: 5 * MB], whole[5 * MB : 10 * MB], whole[10 * MB :])
    must(read("sample") == whole, "the bytes come back")


@step("transfer")
def _():
    s3.upload_fileobj(BytesIO(data(20 * MB, 4)), BUCKET, PREFIX + "transferred")
    found = BytesIO()
    s3.download_fileobj(BUCKET, PREFIX + "transferred", found)
    must(found.getvalue() == data(20 * MB, 4), "the bytes come back")

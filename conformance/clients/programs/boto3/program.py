"""What boto3 does with an endpoint."""

from io import BytesIO

import boto3
from botocore.config import Config
from steps import PREFIX, Client, take

PLAIN = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
SIGNED = PLAIN.merge(Config(signature_version="s3v4"))  # else URLs are version 2 in us-east-1


class Boto3(Client):
    def connect(self):
        self.s3 = boto3.client("s3", endpoint_url=self.url, config=PLAIN)
        self.sums = {"ChecksumAlgorithm": self.checksum} if self.checksum else {}
        self.mode = {"ChecksumMode": "ENABLED"} if self.checksum else {}
        customer = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": self.key}
        self.secret = customer if self.key else {}

    def at(self, name):
        return {"Bucket": self.bucket, "Key": PREFIX + name}

    def begin(self, name):
        made = self.s3.create_multipart_upload(**self.at(name), **self.sums, **self.secret)
        return {**self.at(name), "UploadId": made["UploadId"]}

    def part(self, upload, number, body):
        what = {**upload, "PartNumber": number, "Body": body}
        return self.s3.upload_part(**what, **self.sums, **self.secret)

    def copied_part(self, upload, number, source, first, last):
        what = {"CopySource": self.at(source), "CopySourceRange": f"bytes={first}-{last}"}
        return self.s3.upload_part_copy(**upload, PartNumber=number, **what)["CopyPartResult"]

    def complete(self, upload, parts):
        self.s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts}, **self.secret)

    def abort(self, upload):
        self.s3.abort_multipart_upload(**upload)

    def sizes(self, upload):
        lister, one = self.s3.get_paginator("list_parts"), {"PageSize": 1}
        pages = lister.paginate(**upload, PaginationConfig=one)
        return [part["Size"] for page in pages for part in page["Parts"]]

    def uploads(self, prefix):
        listed = self.s3.list_multipart_uploads(Bucket=self.bucket, Prefix=prefix)
        return [one["Key"] for one in listed.get("Uploads", ())]

    def read(self, name, first=0, size=0, part=0):
        what = {"Range": f"bytes={first}-{first + size - 1}"} if size else {}
        what |= {"PartNumber": part} if part else {}
        answer = self.s3.get_object(**self.at(name), **what, **self.mode, **self.secret)
        return answer["Body"].read()

    def presigned(self, upload):
        signer = boto3.client("s3", endpoint_url=self.url, config=SIGNED)
        return signer.generate_presigned_url("upload_part", {**upload, "PartNumber": 1})

    def send(self, name, body):
        self.s3.upload_fileobj(BytesIO(body), self.bucket, PREFIX + name)

    def receive(self, name):
        found = BytesIO()
        self.s3.download_fileobj(self.bucket, PREFIX + name, found)
        return found.getvalue()


take(Boto3)

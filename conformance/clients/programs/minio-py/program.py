"""What MinIO's SDK for Python does with an endpoint."""

from io import BytesIO
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import ComposeSource
from minio.datatypes import Part
from minio.sse import SseCustomerKey
from steps import ACCESS_KEY, CA, MB, OBJECT, PREFIX, REGION, SECRET_KEY, TOKEN
from steps import Client, must, take


class MinioPy(Client):
    def connect(self):
        at = urlsplit(self.url)
        secure, pool = at.scheme == "https", urllib3.PoolManager(ca_certs=CA, retries=False)
        keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "session_token": TOKEN}
        self.minio = Minio(at.netloc, secure=secure, region=REGION, http_client=pool, **keys)
        self.secret = SseCustomerKey(self.key) if self.key else None

    def write(self, name, *pieces):
        self.put(name, b"".join(pieces), part_size=5 * MB, sse=self.secret)

    def put(self, name, body, **how):
        self.minio.put_object(self.bucket, PREFIX + name, BytesIO(body), len(body), **how)

    def begin(self, name):
        at = (self.bucket, PREFIX + name)
        return (*at, self.minio._create_multipart_upload(*at, {}))

    def part(self, upload, number, body):
        *at, upload_id = upload
        return {"ETag": self.minio._upload_part(*at, body, {}, upload_id, number)}

    def complete(self, upload, parts):
        named = [Part(part["PartNumber"], part["ETag"].strip('"')) for part in parts]
        self.minio._complete_multipart_upload(*upload, named)

    def abort(self, upload):
        self.minio._abort_multipart_upload(*upload)

    def sizes(self, upload):
        return [part.size for part in self.minio._list_parts(*upload, max_parts=10).parts]

    def uploads(self, prefix):
        how = {"prefix": prefix, "encoding_type": "url"}
        listed = self.minio._list_multipart_uploads(self.bucket, **how)
        return [one.object_name for one in listed.uploads]

    def read(self, name, first=0, size=0, part=0):
        how = {"extra_query_params": {"partNumber": str(part)}} if part else {}
        at = (self.bucket, PREFIX + name, first, size)
        return self.minio.get_object(*at, ssec=self.secret, **how).read()

    def take_copy(self):  # by its own call, which puts ranges together
        source = (self.bucket, PREFIX + "object")
        ranges = [ComposeSource(*source, offset=10, length=5 * MB)]
        ranges.append(ComposeSource(*source, offset=0, length=100))
        self.minio.compose_object(self.bucket, PREFIX + "copied", ranges)
        must(self.read("copied") == OBJECT[10 : 5 * MB + 10] + OBJECT[:100], "the copied ranges")

    def presigned(self, upload):
        *at, upload_id = upload
        asked = {"uploadId": upload_id, "partNumber": "1"}
        return self.minio.get_presigned_url("PUT", *at, extra_query_params=asked)

    def send(self, name, body):
        self.minio.put_object(self.bucket, PREFIX + name, BytesIO(body), -1, part_size=8 * MB)


take(MinioPy)

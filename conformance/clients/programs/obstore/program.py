"""What obstore, the Rust object store, does with an endpoint."""

import base64

import obstore
from obstore.store import S3Store
from steps import ACCESS_KEY, MB, PREFIX, REGION, SECRET_KEY, TOKEN, Client, take


class Obstore(Client):
    def connect(self):
        how = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY, "region": REGION}
        if TOKEN:
            how["session_token"] = TOKEN
        if self.checksum:
            how["checksum_algorithm"] = self.checksum
        if self.key:
            how["aws_server_side_encryption"] = "sse-c"
            how["aws_sse_customer_key_base64"] = base64.b64encode(self.key).decode()
        self.store = S3Store(
            self.bucket,
            endpoint=self.url,
            virtual_hosted_style_request=False,
            # It takes no authority of one's own, so it checks none.
            client_options={"allow_http": True, "allow_invalid_certificates": True},
            retry_config={"max_retries": 0},
            **how,
        )

    def write(self, name, *pieces):
        how = {"use_multipart": True, "chunk_size": 5 * MB}
        obstore.put(self.store, PREFIX + name, b"".join(pieces), **how)

    def read(self, name, first=0, size=0):
        if size:
            return bytes(obstore.get_range(self.store, PREFIX + name, start=first, length=size))
        return bytes(obstore.get(self.store, PREFIX + name).bytes())

    def send(self, name, body):
        obstore.put(self.store, PREFIX + name, body)


take(Obstore)

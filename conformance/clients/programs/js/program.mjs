// What the AWS SDK for JavaScript does with an endpoint.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import * as sdk from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { Client, PREFIX, REGION, take } from "./steps.mjs";

class JavaScript extends Client {
  connect() {
    this.config = { endpoint: this.url, region: REGION, forcePathStyle: true, maxAttempts: 1 };
    this.s3 = new sdk.S3Client(this.config);
    this.sums = this.checksum ? { ChecksumAlgorithm: this.checksum } : {};
    this.mode = this.checksum ? { ChecksumMode: "ENABLED" } : {};
    this.secret = this.key && {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: this.key.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(this.key).digest("base64"),
    };
  }

  at(name) { return { Bucket: this.bucket, Key: PREFIX + name }; }

  ask(operation, asked) { return this.s3.send(new sdk[`${operation}Command`](asked)); }

  async begin(name) {
    const made = await this.ask("CreateMultipartUpload", { ...this.at(name), ...this.sums, ...this.secret });
    return { ...this.at(name), UploadId: made.UploadId };
  }

  part(upload, PartNumber, Body) {
    return this.ask("UploadPart", { ...upload, PartNumber, Body, ...this.sums, ...this.secret });
  }

  async copiedPart(upload, PartNumber, source, first, last) {
    const what = { CopySource: `${this.bucket}/${PREFIX}${source}`, CopySourceRange: `bytes=${first}-${last}` };
    return (await this.ask("UploadPartCopy", { ...upload, PartNumber, ...what })).CopyPartResult;
  }

  complete(upload, Parts) {
    return this.ask("CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts }, ...this.secret });
  }

  abort(upload) { return this.ask("AbortMultipartUpload", upload); }

  async sizes(upload) {
    const sizes = [];
    // Its paginator looks at NextPartNumberMarker alone, which S3 sends with the last page, too.
    for (let page = { IsTruncated: true }; page.IsTruncated; ) {
      page = await this.ask("ListParts", { ...upload, MaxParts: 1, PartNumberMarker: page.NextPartNumberMarker });
      sizes.push(...(page.Parts ?? []).map((part) => part.Size));
    }
    return sizes;
  }

  async uploads(Prefix) {
    const listed = await this.ask("ListMultipartUploads", { Bucket: this.bucket, Prefix });
    return (listed.Uploads ?? []).map((upload) => upload.Key);
  }

  async read(name, how = {}) {
    const answer = await this.ask("GetObject", { ...this.at(name), ...how, ...this.mode, ...this.secret });
    return Buffer.from(await answer.Body.transformToByteArray());
  }

  presigned(upload) {
    // The default checksum of a presigned request is that of an empty body.
    const signer = new sdk.S3Client({ ...this.config, requestChecksumCalculation: "WHEN_REQUIRED" });
    return getSignedUrl(signer, new sdk.UploadPartCommand({ ...upload, PartNumber: 1 }));
  }

  send(name, pieces) {
    return new Upload({ client: this.s3, params: { ...this.at(name), Body: Readable.from(pieces) } }).done();
  }
}

await take(JavaScript);

// What the AWS SDK for JavaScript does with an endpoint: one JSON line a step.
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import * as sdk from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const env = process.env;
const [MB, BUCKET, PREFIX] = [1 << 20, env.BUCKET, env.PREFIX];
const wanted = env.STEPS.split(" ");
const client = (endpoint) =>
  new sdk.S3Client({ endpoint, region: env.AWS_REGION, forcePathStyle: true, maxAttempts: 1 });
const s3 = client(env.ENDPOINT_URL);

async function step(name, body) {
  if (!wanted.includes(name)) return;
  const said = { step: name, ok: true };
  try {
    await body();
  } catch (error) {
    const status = error.$metadata?.httpStatusCode;
    Object.assign(said, { ok: false, error: `${error.name}: ${error.message}`, code: error.name, status });
  }
  console.log(JSON.stringify({ ...said, ended: Date.now() / 1000 }));
}

function must(holds, what) {
  if (!holds) throw new Error(what);
}

function data(size, seed = 1) {
  const block = createHash("sha512").update(String(seed)).digest();
  return Buffer.alloc(size, block);
}

const at = (name) => ({ Bucket: BUCKET, Key: PREFIX + name });

async function read(name, how = {}, by = s3) {
  const answer = await by.send(new sdk.GetObjectCommand({ ...at(name), ...how }));
  return Buffer.from(await answer.Body.transformToByteArray());
}

async function begin(name, how = {}, by = s3) {
  const { UploadId } = await by.send(new sdk.CreateMultipartUploadCommand({ ...at(name), ...how }));
  return { ...at(name), UploadId };
}

async function upload(name, parts, { create = {}, each = {}, complete = {}, sum = "", by = s3 } = {}) {
  const where = await begin(name, create, by);
  const Parts = [];
  for (const [index, Body] of parts.entries()) {
    const part = await by.send(new sdk.UploadPartCommand({ ...where, PartNumber: index + 1, Body, ...each }));
    const field = `Checksum${sum}`;
    Parts.push({ PartNumber: index + 1, ETag: part.ETag, ...(sum ? { [field]: part[field] } : {}) });
  }
  await by.send(new sdk.CompleteMultipartUploadCommand({ ...where, ...complete, MultipartUpload: { Parts } }));
}

const whole = Buffer.concat([data(5 * MB), data(MB, 2)]);
await step("upload", () => upload("object", [data(5 * MB), data(MB, 2)]));
await step("download", async () => must(whole.equals(await read("object")), "the bytes come back"));
await step("range", async () => {
  const found = await read("object", { Range: "bytes=10-19" });
  must(found.equals(whole.subarray(10, 20)), "ten bytes");
});
await step("part-read", async () => must(data(MB, 2).equals(await read("object", { PartNumber: 2 })), "part 2"));
await step("list-parts", async () => {
  const where = await begin("listed");
  for (const PartNumber of [1, 2])
    await s3.send(new sdk.UploadPartCommand({ ...where, PartNumber, Body: data(1000 * PartNumber) }));
  const sizes = [];
  // Its paginator looks at NextPartNumberMarker alone, which S3 sends with the last page, too.
  for (let more = { IsTruncated: true }; more.IsTruncated; ) {
    const PartNumberMarker = more.NextPartNumberMarker;
    more = await s3.send(new sdk.ListPartsCommand({ ...where, MaxParts: 1, PartNumberMarker }));
    sizes.push(...more.Parts.map((part) => part.Size));
  }
  must(String(sizes) === "1000,2000", `two parts, not ${sizes}`);
  await s3.send(new sdk.AbortMultipartUploadCommand(where));
});
await step("list-uploads", async () => {
  const where = await begin("going/a b+é");
  const asked = { Bucket: BUCKET, Prefix: `${PREFIX}going/` };
  const listed = await s3.send(new sdk.ListMultipartUploadsCommand(asked));
  must(listed.Uploads?.[0]?.Key === where.Key, JSON.stringify(listed.Uploads));
  await s3.send(new sdk.AbortMultipartUploadCommand(where));
});
await step("copy", async () => {
  const where = await begin("copied");
  const source = { CopySource: `${BUCKET}/${PREFIX}object`, CopySourceRange: `bytes=10-${5 * MB + 9}` };
  const part = await s3.send(new sdk.UploadPartCopyCommand({ ...where, PartNumber: 1, ...source }));
  const Parts = [{ PartNumber: 1, ETag: part.CopyPartResult.ETag }];
  await s3.send(new sdk.CompleteMultipartUploadCommand({ ...where, MultipartUpload: { Parts } }));
  must(whole.subarray(10, 5 * MB + 10).equals(await read("copied")), "the copied range");
});
await step("abort", async () => {
  const where = await begin("aborted");
  await s3.send(new sdk.AbortMultipartUploadCommand(where));
  const refused = await s3.send(new sdk.ListPartsCommand(where)).then(() => "", (error) => error.name);
  must(refused === "NoSuchUpload", `an aborted upload is listed: ${refused}`);
});
for (const ChecksumAlgorithm of ["CRC32", "SHA256", "CRC64NVME"])
  await step(`checksum/${ChecksumAlgorithm}`, async () => {
    const [how, name] = [{ ChecksumAlgorithm }, `sum-${ChecksumAlgorithm}`];
    await upload(name, [data(5 * MB), data(1000)], { create: how, each: how, sum: ChecksumAlgorithm });
    must((await read(name, { ChecksumMode: "ENABLED" })).length === 5 * MB + 1000, "its length");
  });
await step("sse-c", async () => {
  const secret = randomBytes(32);
  const how = {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: secret.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(secret).digest("base64"),
  };
  const by = client(env.TLS_ENDPOINT_URL);
  await upload("secret", [data(1000)], { create: how, each: how, complete: how, by });
  must(data(1000).equals(await read("secret", how, by)), "the bytes come back");
});
await step("presigned", async () => {
  const where = await begin("presigned");
  // The default checksum of a presigned request is that of an empty body.
  const signer = new sdk.S3Client({
    endpoint: env.ENDPOINT_URL, region: env.AWS_REGION, forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  const url = await getSignedUrl(signer, new sdk.UploadPartCommand({ ...where, PartNumber: 1 }));
  const answer = await fetch(url, { method: "PUT", body: data(1000) });
  must(answer.ok, `${answer.status} ${await answer.text()}`);
  const Parts = [{ PartNumber: 1, ETag: answer.headers.get("etag") }];
  await s3.send(new sdk.CompleteMultipartUploadCommand({ ...where, MultipartUpload: { Parts } }));
});
await step("sample-13mb", async () => {
  await upload("sample", [data(5 * MB, 3), data(5 * MB, 4), data(3 * MB, 5)]);
  must((await read("sample")).length === 13 * MB, "its length");
});
await step("transfer", async () => {
  const body = data(20 * MB, 6);
  const params = { ...at("transferred"), Body: Readable.from([body.subarray(0, 7 * MB), body.subarray(7 * MB)]) };
  await new Upload({ client: s3, params }).done();
  must(body.equals(await read("transferred")), "the bytes come back");
});

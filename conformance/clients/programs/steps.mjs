// The steps of every client in JavaScript: what is called and compared, and one JSON line for each.
// A program gives `take` a subclass of `Client` with its client's own calls.
import { createHash, randomBytes } from "node:crypto";

const env = process.env;
const MB = 1 << 20;
export const REGION = env.AWS_REGION;
export const PREFIX = env.PREFIX;

function data(size, seed = 1) {
  return Buffer.alloc(size, createHash("sha512").update(String(seed)).digest());
}

const [first, second, small] = [data(5 * MB), data(MB, 2), data(1000, 3)];
const object = Buffer.concat([first, second]);

function must(holds, what) {
  if (!holds) throw new Error(what);
}

// One connection of a client: all uploads of it have the same settings. `checksum` is an algorithm's name, `key` a
// customer key of 32 bytes; both may be empty. An upload is whatever `begin` returns.
export class Client {
  constructor({ url = env.ENDPOINT_URL, bucket = env.BUCKET, checksum = "", key = null } = {}) {
    Object.assign(this, { url, bucket, checksum, key });
    this.connect();
  }

  named(number, answer) {
    const named = { PartNumber: number, ETag: answer.ETag };
    if (!this.checksum) return named;
    const field = `Checksum${this.checksum}`;
    must(answer[field], `the answer to a part has no ${field}`);
    return { ...named, [field]: answer[field] };
  }

  async write(name, ...pieces) {
    const [upload, parts] = [await this.begin(name), []];
    for (const [index, piece] of pieces.entries())
      parts.push(this.named(index + 1, await this.part(upload, index + 1, piece)));
    await this.complete(upload, parts);
  }
}

async function written(client, name, ...pieces) {
  await client.write(name, ...pieces);
  must(Buffer.concat(pieces).equals(await client.read(name)), "the bytes come back");
}

const steps = {
  upload: (client) => client.write("object", first, second),
  download: async (client) => must(object.equals(await client.read("object")), "the bytes come back"),
  range: async (client) => {
    const found = await client.read("object", { Range: "bytes=10-19" });
    must(found.equals(object.subarray(10, 20)), "ten bytes");
  },
  "part-read": async (client) => must(second.equals(await client.read("object", { PartNumber: 2 })), "part 2"),
  "list-parts": async (client) => {
    const upload = await client.begin("listed");
    for (const number of [1, 2]) await client.part(upload, number, data(1000 * number));
    const sizes = await client.sizes(upload);
    must(String(sizes) === "1000,2000", `two parts, not ${sizes}`);
    await client.abort(upload);
  },
  "list-uploads": async (client) => {
    const upload = await client.begin("going/a b+é");
    const found = await client.uploads(`${PREFIX}going/`);
    must(String(found) === `${PREFIX}going/a b+é`, `the upload alone is listed, not ${found}`);
    await client.abort(upload);
  },
  copy: async (client) => {
    const upload = await client.begin("copied");
    const part = await client.copiedPart(upload, 1, "object", 10, 5 * MB + 9);
    await client.complete(upload, [client.named(1, part)]);
    must(object.subarray(10, 5 * MB + 10).equals(await client.read("copied")), "the copied range");
  },
  abort: async (client) => {
    const upload = await client.begin("aborted");
    await client.abort(upload);
    const refused = await client.sizes(upload).then(() => "", (error) => error.name);
    must(refused === "NoSuchUpload", `an aborted upload is listed: ${refused}`);
  },
  checksum: (_, Kind, checksum) => written(new Kind({ checksum }), `sum-${checksum}`, first, small),
  "sse-c": (_, Kind) => written(new Kind({ url: env.TLS_ENDPOINT_URL, key: randomBytes(32) }), "secret", first, small),
  presigned: async (client) => {
    const upload = await client.begin("presigned");
    const answer = await fetch(await client.presigned(upload), { method: "PUT", body: small });
    must(answer.ok, `${answer.status} ${await answer.text()}`);
    await client.complete(upload, [{ PartNumber: 1, ETag: answer.headers.get("etag") }]);
  },
  "directory-bucket": (_, Kind) => written(new Kind({ bucket: env.DIRECTORY_BUCKET }), "object", first, small),
  "sample-13mb": (client) => written(client, "sample", data(5 * MB, 4), data(5 * MB, 5), data(3 * MB, 6)),
  transfer: async (client) => {
    const body = data(20 * MB, 7);
    await client.send("transferred", [body.subarray(0, 7 * MB), body.subarray(7 * MB)]);
    must(body.equals(await client.read("transferred")), "the bytes come back");
  },
};

// Take the wanted steps with a client's class, and say what became of each.
export async function take(Kind) {
  const client = new Kind();
  for (const step of env.STEPS.split(" ")) {
    const said = { step, ok: true };
    const [name, algorithm] = step.split("/");
    try {
      await steps[name](client, Kind, algorithm);
    } catch (error) {
      const status = error.$metadata?.httpStatusCode;
      Object.assign(said, { ok: false, error: `${error.name}: ${error.message}`, code: error.name, status });
    }
    console.log(JSON.stringify({ ...said, ended: Date.now() / 1000 }));
  }
}

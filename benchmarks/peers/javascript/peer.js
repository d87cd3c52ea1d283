// Signs the three requests with @smithy/signature-v4 and prints nanoseconds for one signature.
//
//   node peer.js REQUESTS SAMPLES MILLIS
import { readFileSync } from "node:fs";
import { Hash } from "@smithy/hash-node";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";

const [, , file, samples, millis] = process.argv;
const given = JSON.parse(readFileSync(file, "utf8"));
const version = JSON.parse(
  readFileSync(new URL("./package.json", import.meta.url), "utf8"),
).dependencies["@smithy/signature-v4"];
const signingDate = new Date(given.time);

/** A function that signs once and answers the signature. */
function prepare(request) {
  const s3 = request.service === "s3";
  const signer = new SignatureV4({
    credentials: {
      accessKeyId: given["access-key-id"],
      secretAccessKey: given.secret,
      sessionToken: given.token,
    },
    region: given.region,
    service: request.service,
    sha256: Hash.bind(null, "sha256"),
    uriEscapePath: !s3,
    applyChecksum: false,
  });
  const query = Object.fromEntries(new URLSearchParams(request.query));
  const headers = { ...request.headers };
  if (s3) {
    headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
  }
  const made = new HttpRequest({
    method: request.method,
    protocol: "https:",
    hostname: request.host,
    path: request.path,
    query,
    headers,
    body: request.body === "" ? undefined : request.body,
  });
  if (request.case === "presigned-get") {
    const only = new Set(["x-amz-content-sha256"]);
    return async () => {
      const signed = await signer.presign(made, {
        signingDate,
        expiresIn: given["expires-seconds"],
        unsignableHeaders: only,
        unhoistableHeaders: only,
      });
      return signed.query["X-Amz-Signature"];
    };
  }
  return async () => {
    const signed = await signer.sign(made, { signingDate });
    return signed.headers["authorization"].split("Signature=")[1];
  };
}

async function sample(sign) {
  const begun = process.hrtime.bigint();
  const end = begun + BigInt(millis) * 1_000_000n;
  let signed = 0;
  while (process.hrtime.bigint() < end) {
    for (let i = 0; i < 50; i++) {
      await sign();
    }
    signed += 50;
  }
  return Number(process.hrtime.bigint() - begun) / signed;
}

const results = [];
for (const request of given.requests) {
  const sign = prepare(request);
  const got = await sign();
  if (got !== request.signature) {
    console.error(
      `javascript: ${request.case}: the signature is ${got}, not ${request.signature}`,
    );
    process.exit(1);
  }
  const ns = [];
  for (let i = -2; i < Number(samples); i++) {
    const one = await sample(sign);
    if (i >= 0) {
      ns.push(one);
    }
  }
  results.push({
    signer: "javascript",
    label: `Node.js ${process.versions.node}, @smithy/signature-v4 ${version}`,
    case: request.case,
    ns,
  });
}
console.log(JSON.stringify(results));

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseAuthorization, signatureOf } from './s3-signature.js';

const REGION = 'eu-test-1';
const CLOCK_SKEW_MS = 15 * 60_000;
/** A signature is valid at a time of day. */
const nowMs = (): number => performance.timeOrigin + performance.now();
/** Headers that every signature must contain, beside all that begin with `x-amz-`. */
const SIGNED = ['host', 'x-amz-content-sha256', 'x-amz-date'];

/** Answers one request in place of the server. */
export type S3Fault = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * S3 as strict as AWS: objects of one bucket in memory, path style. It refuses whatever a client may not rely on elsewhere: wrong or incomplete
 * signatures, contents without a length, checksums that do not match, requests that it does not know.
 */
export class S3Server {
  readonly objects = new Map<string, Buffer>();
  /** Method and key of each request. */
  readonly requests: string[] = [];
  readonly bucket = 'kept-files';
  readonly accessKeyId = randomBytes(8).toString('hex');
  readonly secretAccessKey = randomBytes(24).toString('base64');
  /** Most keys in a page of a list. */
  maxKeys = 1_000;
  private readonly faults: [method: string, fault: S3Fault | undefined][] = [];
  /** Where lists go on, by token: clients must not guess them. */
  private readonly tokens = new Map<string, string>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.answer(request, response));
  }

  static async start(): Promise<S3Server> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new S3Server(server);
  }

  /** The settings of a client. */
  get access() {
    const { port } = this.server.address() as AddressInfo;
    const { bucket, accessKeyId, secretAccessKey } = this;
    return { endpoint: `http://127.0.0.1:${port}`, region: REGION, bucket, accessKeyId, secretAccessKey };
  }

  /** Environment of a program that keeps files here. */
  get env(): Record<string, string> {
    const { endpoint, region, bucket, accessKeyId, secretAccessKey } = this.access;
    return {
      MEDIA_S3_ENDPOINT: endpoint,
      MEDIA_S3_REGION: region,
      MEDIA_S3_BUCKET: bucket,
      MEDIA_S3_ACCESS_KEY_ID: accessKeyId,
      MEDIA_S3_SECRET_ACCESS_KEY: secretAccessKey,
    };
  }

  /** The next requests with this method are answered by these, one each; undefined: by the server. */
  fail(method: string, ...faults: (S3Fault | undefined)[]): void {
    for (const fault of faults) this.faults.push([method, fault]);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path, query] = request.url!.split('?');
    const [, bucket, ...names] = path!.split('/').map(decodeURIComponent);
    const key = names.join('/');
    this.requests.push(`${request.method} ${key}`);
    const next = this.faults.findIndex(([method]) => method === request.method);
    const [, fault] = next === -1 ? [] : this.faults.splice(next, 1)[0]!;
    if (fault) return fault(request, response);
    const refusal = this.refusalOf(request);
    if (refusal) return refuse(response, 403, refusal);
    if (bucket !== this.bucket) return refuse(response, 404, 'NoSuchBucket');
    if (request.method === 'PUT') return this.put(key, request, response);
    if (request.method === 'DELETE') return this.remove(key, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 501, 'NotImplemented');
    if (key === '') return this.list(new URLSearchParams(query), response);
    this.get(key, request, response);
  }

  /** The code of what is wrong with a signature. */
  private refusalOf(request: IncomingMessage): string | undefined {
    const { headers } = request;
    const authorization = parseAuthorization(headers.authorization);
    if (!authorization) return 'AccessDenied';
    const [date, ...rest] = authorization.scope;
    const sentAt = headers['x-amz-date'] as string | undefined;
    const iso = sentAt?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z') ?? '';
    if (!(Math.abs(Date.parse(iso) - nowMs()) < CLOCK_SKEW_MS)) return 'RequestTimeTooSkewed';
    if (authorization.accessKeyId !== this.accessKeyId) return 'InvalidAccessKeyId';
    if (date !== sentAt!.slice(0, 8) || rest.join('/') !== `${REGION}/s3/aws4_request`)
      return 'AuthorizationHeaderMalformed';
    const needed = [...SIGNED, ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
    if (needed.some((name) => !authorization.signedHeaders.includes(name))) return 'AccessDenied';
    const signed = { method: request.method!, url: request.url!, headers };
    const expected = signatureOf(signed, authorization, this.secretAccessKey);
    return authorization.signature === expected ? undefined : 'SignatureDoesNotMatch';
  }

  private async put(key: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers } = request;
    if (headers['content-length'] === undefined) return refuse(response, 411, 'MissingContentLength');
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The client went away in the middle: nothing is stored, and nobody reads an answer.
      return;
    }
    const content = Buffer.concat(chunks);
    const hash = createHash('sha256').update(content).digest();
    const payload = headers['x-amz-content-sha256'];
    if (payload !== 'UNSIGNED-PAYLOAD' && payload !== hash.toString('hex'))
      return refuse(response, 400, 'XAmzContentSHA256Mismatch');
    const checksum = headers['x-amz-checksum-sha256'];
    if (checksum !== undefined && checksum !== hash.toString('base64'))
      return refuse(response, 400, 'BadDigest');
    this.objects.set(key, content);
    response.setHeader('etag', `"${hash.toString('hex').slice(0, 32)}"`).end();
  }

  private remove(key: string, response: ServerResponse): void {
    this.objects.delete(key);
    response.writeHead(204).end();
  }

  private get(key: string, { method, headers }: IncomingMessage, response: ServerResponse): void {
    const content = this.objects.get(key);
    if (!content) return refuse(response, 404, 'NoSuchKey');
    response.setHeader('accept-ranges', 'bytes').setHeader('content-type', 'application/octet-stream');
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
    const start = range ? Number(range[1]) : 0;
    const end = Math.min(range?.[2] ? Number(range[2]) : Infinity, content.length - 1);
    if (range && start > end) return refuse(response, 416, 'InvalidRange');
    if (range) response.setHeader('content-range', `bytes ${start}-${end}/${content.length}`);
    response.writeHead(range ? 206 : 200, { 'content-length': end - start + 1 });
    response.end(method === 'HEAD' ? undefined : content.subarray(start, end + 1));
  }

  /** ListObjectsV2 */
  private list(query: URLSearchParams, response: ServerResponse): void {
    const known = ['list-type', 'prefix', 'max-keys', 'continuation-token'];
    if (query.get('list-type') !== '2' || [...query.keys()].some((name) => !known.includes(name)))
      return refuse(response, 501, 'NotImplemented');
    const token = query.get('continuation-token');
    const after = token === null ? '' : this.tokens.get(token);
    if (after === undefined) return refuse(response, 400, 'InvalidArgument');
    const prefix = query.get('prefix') ?? '';
    const found = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = found.slice(0, Math.min(Number(query.get('max-keys') ?? 1_000), this.maxKeys));
    const isTruncated = page.length < found.length;
    response.setHeader('content-type', 'application/xml');
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
        `<Name>${this.bucket}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${page.length}</KeyCount>` +
        `<MaxKeys>1000</MaxKeys><IsTruncated>${isTruncated}</IsTruncated>` +
        (isTruncated
          ? `<NextContinuationToken>${this.tokenAfter(page.at(-1)!)}</NextContinuationToken>`
          : '') +
        page.map((key) => this.entryOf(key)).join('') +
        `</ListBucketResult>`,
    );
  }

  private tokenAfter(key: string): string {
    const token = `${randomBytes(12).toString('base64')}+/=`;
    this.tokens.set(token, key);
    return token;
  }

  private entryOf(key: string): string {
    const size = this.objects.get(key)!.length;
    return (
      `<Contents><Key>${escaped(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>` +
      `<ETag>&quot;0&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`
    );
  }
}

/** Refuses a request as S3 does. */
export const s3Refusal =
  (status: number, code: string): S3Fault =>
  (_request, response) =>
    refuse(response, status, code);

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>refused</Message></Error>`,
  );
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

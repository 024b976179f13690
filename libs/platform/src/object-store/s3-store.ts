import { Readable } from 'node:stream';
import { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { S3mini, S3ServiceError } from 's3mini';
import { backOff, type BackOffOptions } from '../concurrency/back-off.js';
import { type ByteRange, checkKey, isKey, type ObjectSource, type ObjectStore } from './object-store.js';
import { s3Fetch, type S3Waits } from './s3-fetch.js';
import { verifiedChunks } from './verified-chunks.js';

export interface S3Options {
  /** Without the bucket, which is added to the path. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** What precedes all keys, without a slash at the end; default: nothing. */
  prefix?: string | undefined;
  waits?: S3Waits;
  retry?: BackOffOptions;
}

const WAITS: S3Waits = { answerMs: 10_000, storeMs: 60_000 };
const ATTEMPTS = 3;
const RETRY: BackOffOptions = { firstMs: 200, capMs: 2_000 };
const KEYS_AT_ONCE = 1_000;
const CONTENT_TYPE = 'application/octet-stream';

/**
 * Objects in S3-compatible storage (path style, Signature Version 4). A request that fails for a reason that may pass is repeated. Contents
 * are streamed in one request each, so that interrupted writers leave nothing behind.
 */
export class S3Store implements ObjectStore {
  private readonly client: S3mini;
  private readonly root: string;
  private readonly retry: BackOffOptions;

  constructor({ endpoint, bucket, prefix, waits = WAITS, retry = RETRY, ...access }: S3Options) {
    const url = new URL(endpoint);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${bucket}`;
    this.client = new S3mini({ ...access, endpoint: url.href, fetch: s3Fetch(waits) });
    this.retry = retry;
    this.root = prefix === undefined ? '' : `${prefix}/`;
  }

  async sizeOf(key: string): Promise<number | undefined> {
    const path = this.pathOf(key);
    return absentAsUndefined(this.attempted(`HEAD ${path}`, () => this.client.getContentLength(path)));
  }

  async put(key: string, source: ObjectSource): Promise<void> {
    const path = this.pathOf(key);
    await this.attempted(`PUT ${path}`, () => this.putOnce(path, source));
  }

  async read(key: string, range?: ByteRange): Promise<Readable | undefined> {
    const path = this.pathOf(key);
    const response = await absentAsUndefined(this.attempted(`GET ${path}`, () => this.getOnce(path, range)));
    return response && Readable.fromWeb(response.body as NodeReadableStream);
  }

  async *list(prefix: string): AsyncGenerator<string> {
    const path = `${this.pathOf(prefix.replace(/\/$/, ''))}/`;
    let token: string | undefined;
    do {
      const page = await this.attempted(`LIST ${path}`, () => this.listOnce(path, token));
      for (const each of page.keys) {
        const key = each.slice(this.root.length);
        // Objects of others, such as the empty ones that some tools create for folders.
        if (isKey(key)) yield key;
      }
      token = page.next;
    } while (token !== undefined);
  }

  async remove(key: string): Promise<void> {
    const path = this.pathOf(key);
    await absentAsUndefined(this.attempted(`DELETE ${path}`, () => this.client.deleteObject(path)));
  }

  removeLeftovers(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Repeats a request that failed for a reason that may pass.
   * @throws RefusedError; Error when the storage cannot be used; what the source of a content throws
   */
  private async attempted<T>(request: string, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++)
      try {
        return await work();
      } catch (error) {
        if (error instanceof SourceError) throw error.cause;
        const refusal = refusalIn(error);
        if (attempt === ATTEMPTS || (refusal && !mayPass(refusal))) throw described(request, error, refusal);
        await backOff(attempt, this.retry);
      }
  }

  private pathOf(key: string): string {
    return this.root + checkKey(key);
  }

  private async putOnce(path: string, source: ObjectSource): Promise<void> {
    let failure: unknown;
    async function* chunks() {
      try {
        yield* verifiedChunks(source);
      } catch (error) {
        failure = new SourceError(error);
        throw error;
      }
    }
    const content =
      source.bytes === 0 ? new Uint8Array() : (NodeReadableStream.from(chunks()) as ReadableStream);
    const checksum = Buffer.from(source.sha256, 'hex').toString('base64');
    try {
      await this.client.putObject(
        path,
        content,
        CONTENT_TYPE,
        undefined,
        { 'x-amz-checksum-sha256': checksum },
        source.bytes,
      );
    } catch (error) {
      throw failure ?? error;
    }
  }

  private async getOnce(path: string, range?: ByteRange): Promise<Response> {
    if (!range) return this.client.getObjectRaw(path);
    const response = await this.client.getObjectRaw(path, false, range.start, range.end + 1);
    if (response.headers.get('content-range')?.startsWith(`bytes ${range.start}-`)) return response;
    await response.body?.cancel();
    throw new Error('the answer is not the part of the content that was asked for');
  }

  private async listOnce(path: string, token?: string): Promise<{ keys: string[]; next?: string }> {
    const page = await this.client.listObjectsPaged('/', path, KEYS_AT_ONCE, token);
    if (!page?.objects) throw new S3ServiceError('', 404, 'NoSuchBucket');
    return { keys: page.objects.map(({ Key }) => Key), next: page.nextContinuationToken };
  }
}

/** The source of a content failed, and not the storage. */
class SourceError extends Error {
  constructor(override readonly cause: unknown) {
    super('the content cannot be read', { cause });
  }
}

/** The storage answered that it does not do this. */
class RefusedError extends Error {
  constructor(
    request: string,
    readonly status: number,
    readonly reason: string,
  ) {
    super(`the S3-compatible storage refused ${request}: ${status} ${reason}`);
    this.name = 'RefusedError';
  }
}

/** The client wraps some of its own errors. */
function refusalIn(error: unknown): S3ServiceError | undefined {
  if (error instanceof S3ServiceError) return error;
  return error instanceof Error && error.cause instanceof S3ServiceError ? error.cause : undefined;
}

const mayPass = ({ status, serviceCode }: S3ServiceError): boolean =>
  status >= 500 || status === 429 || status === 408 || serviceCode === 'RequestTimeout';

/** Without the body of the answer, which may repeat what was signed. */
function described(request: string, error: unknown, refusal: S3ServiceError | undefined): Error {
  if (refusal) return new RefusedError(request, refusal.status, refusal.serviceCode ?? 'Unknown');
  return new Error(`the S3-compatible storage cannot be used (${request})`, { cause: error });
}

/** A missing bucket is an error, and no absent object. A `HEAD` cannot tell them apart. */
async function absentAsUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404 && error.reason !== 'NoSuchBucket')
      return undefined;
    throw error;
  }
}

/** How long this side waits for the storage, in milliseconds. */
export interface S3Waits {
  /** For an answer, and for the next part of a content that is read. */
  answerMs: number;
  /** For the next part of a content that is stored to be taken, and afterwards for the answer. */
  storeMs: number;
}

/** What may be in an error or a page of a list; 1,000 keys of 1 KiB and what describes them fit in. */
const MAX_ANSWER_BYTES = 4 * 1_048_576;

/**
 * `fetch` for a client of S3: it gives up on a storage that does not answer or stops in the middle of a content, follows no redirect, and
 * rejects an answer to a request for a list that is none.
 */
export function s3Fetch({ answerMs, storeMs }: S3Waits): typeof fetch {
  return async (input, init = {}) => {
    const isStored = init.body instanceof ReadableStream;
    const wait = new Wait(isStored ? storeMs : answerMs);
    const body = isStored ? whileWaiting(init.body as ByteStream, () => wait.restart()) : init.body;
    wait.restart();
    try {
      const headers = { ...(init.headers as Record<string, string>), 'accept-encoding': 'identity' };
      const response = await fetch(input, {
        ...init,
        ...{ body, headers, duplex: 'half', redirect: 'manual', signal: wait.signal },
      });
      return await checked(response, wait, isList(input));
    } finally {
      wait.stop();
    }
  };
}

type ByteStream = ReadableStream<Uint8Array>;

const isList = (input: Parameters<typeof fetch>[0]): boolean =>
  new URL(input as string).searchParams.has('list-type');

async function checked(response: Response, wait: Wait, list: boolean): Promise<Response> {
  const { status, headers } = response;
  if (!response.body) return response;
  const body = readWithin(response.body, wait);
  if (response.ok && !list) return new Response(body, { status, headers });
  const text = await boundedText(body);
  if (response.ok && !isCompleteList(text)) throw new Error('the answer is no list of objects');
  return new Response(text, { status, headers });
}

/** The client takes any other answer, such as the page of a proxy, for an empty list; a sweep would then remove files that are in use. */
function isCompleteList(xml: string): boolean {
  if (!/<ListBucketResult[\s>]/.test(xml) || !xml.trimEnd().endsWith('</ListBucketResult>')) return false;
  const [, isTruncated] = /<IsTruncated>(true|false)<\/IsTruncated>/.exec(xml) ?? [];
  return isTruncated === 'false' || (isTruncated === 'true' && /<NextContinuationToken>[^<]/.test(xml));
}

async function boundedText(body: ByteStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The time counts while the storage is waited for, and not while the reader has enough. */
function readWithin(body: ByteStream, wait: Wait): ByteStream {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        wait.restart();
        const { done, value } = await reader.read().finally(() => wait.stop());
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

const whileWaiting = (body: ByteStream, onTaken: () => void): ByteStream =>
  body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        onTaken();
        controller.enqueue(chunk);
      },
    }),
  );

/** Aborts its signal when it is neither restarted nor stopped in time. */
class Wait {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly ms: number) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  restart(): void {
    this.stop();
    this.timer = setTimeout(() => this.controller.abort(new Error(`no answer for ${this.ms} ms`)), this.ms);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

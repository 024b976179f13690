import {
  Agent as PlainAgent,
  type ClientRequest,
  type IncomingMessage,
  request as plainRequest,
} from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { AppError } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { type Answer, retryAfterMs } from './next-step.js';
import { isPlain, type TargetGuard } from '../endpoint/target-guard.js';

/** Only the status of a response matters; its body is read up to this size, so that the connection can be reused. */
const ANSWER_MAX_BYTES = 65_536;
const BODY_MAX_BYTES = 262_144;
const IDLE_SOCKET_MS = 30_000;

/** Posts to receivers and follows no redirect. Connections are kept for later deliveries. */
export class WebhookSender {
  private readonly plain = new PlainAgent({ keepAlive: true, timeout: IDLE_SOCKET_MS });
  private readonly tls = new TlsAgent({ keepAlive: true, timeout: IDLE_SOCKET_MS });
  private closed = false;

  constructor(
    private readonly guard: TargetGuard,
    private readonly timeoutMs: number,
  ) {}

  /** One attempt. It never rejects: an error is part of its result. */
  async post(target: string, headers: object, body: string): Promise<Answer> {
    if (Buffer.byteLength(body) > BODY_MAX_BYTES) return { error: 'the body is too large' };
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const response = await this.send(this.guard.parse(target), headers, body, signal);
      discard(response);
      const status = response.statusCode ?? 0;
      return { status, retryAfterMs: retryAfterMs(response.headers['retry-after'], wallClockMs()) };
    } catch (error) {
      return { error: signal.aborted ? 'timeout' : reasonOf(error) };
    }
  }

  /** Ends attempts in progress without a result. */
  close(): void {
    this.closed = true;
    this.plain.destroy();
    this.tls.destroy();
  }

  /** The receiver may have just closed a kept connection: that does not count as a result, and a new connection is opened. */
  private async send(url: URL, headers: object, body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const first = this.startRequest(url, headers, body, signal);
    try {
      return await answerTo(first);
    } catch (error) {
      const wasReset = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
      if (!first.reusedSocket || !wasReset || this.closed) throw error;
      return await answerTo(this.startRequest(url, headers, body, signal));
    }
  }

  private startRequest(url: URL, headers: object, body: string, signal: AbortSignal): ClientRequest {
    const plain = isPlain(url);
    const begun = (plain ? plainRequest : tlsRequest)(url, {
      method: 'POST',
      agent: plain ? this.plain : this.tls,
      lookup: this.guard.lookup(plain),
      signal,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'discord-relay-webhooks/1',
      },
    });
    begun.end(body);
    return begun;
  }
}

const answerTo = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => request.once('response', resolve).on('error', reject));

function discard(response: IncomingMessage): void {
  let bytes = 0;
  // The status has arrived; an incomplete body does not matter.
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_MAX_BYTES) response.destroy();
  });
}

/** Codes only, because messages contain addresses. */
function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return error instanceof AppError || typeof code === 'string' ? String(code) : 'connection failed';
}

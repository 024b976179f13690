import { get, type IncomingMessage } from 'node:http';
import { until } from '@discord-relay/local-stack';

export interface SseEvent {
  event: string;
  /** The client's cursor after the event. */
  id: string;
  data: unknown;
}

export interface SseRequest {
  token?: string;
  cookie?: string;
  lastEventId?: string;
}

/** Reads server-sent events over its own socket, following the HTML standard. */
export class SseClient {
  readonly events: SseEvent[] = [];
  readonly comments: string[] = [];
  /** What a browser would send as `Last-Event-ID`. */
  lastEventId = '';
  /** Every `retry:` received. */
  readonly retriesMs: number[] = [];
  ended = false;
  private rest = '';
  private fields = { event: '', data: [] as string[] };

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.read(text));
    response.on('close', () => (this.ended = true));
    // An aborted stream emits `close` afterwards.
    response.on('error', () => undefined);
  }

  /** Resolves when the status is known. */
  static async open(url: string, { token, cookie, lastEventId }: SseRequest): Promise<SseClient> {
    const headers = {
      accept: 'text/event-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(cookie !== undefined && { cookie }),
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      get(url, { headers, agent: false }, resolve).on('error', reject),
    );
    const client = new SseClient(response);
    client.lastEventId = lastEventId ?? '';
    return client;
  }

  get retryMs(): number | undefined {
    return this.retriesMs.at(-1);
  }

  get status(): number {
    return this.response.statusCode!;
  }

  named(...names: string[]): SseEvent[] {
    return this.events.filter(({ event }) => names.includes(event));
  }

  /** Resolves to the first `count` events with these names. */
  async take(count: number, ...names: string[]): Promise<SseEvent[]> {
    return await until(`${count} of ${names.join()}`, 20_000, () => {
      const found = this.named(...names);
      return found.length >= count ? found : undefined;
    });
  }

  /** Resolves when the client has reached this cursor. */
  async reach(seq: number): Promise<void> {
    await until(`cursor ${seq}`, 20_000, () => this.lastEventId === String(seq) || undefined);
  }

  async end(): Promise<void> {
    await until('end of stream', 20_000, () => this.ended || undefined);
  }

  close(): void {
    this.response.destroy();
  }

  private read(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) this.line(line);
  }

  private line(line: string): void {
    if (line === '') return this.dispatch();
    if (line.startsWith(':')) return void this.comments.push(line.slice(1).trim());
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line)!;
    if (field === 'event') this.fields.event = value!;
    else if (field === 'data') this.fields.data.push(value!);
    else if (field === 'id') this.lastEventId = value!;
    else if (field === 'retry') this.retriesMs.push(Number(value));
  }

  private dispatch(): void {
    const { event, data } = this.fields;
    this.fields = { event: '', data: [] };
    if (data.length === 0) return;
    this.events.push({ event, id: this.lastEventId, data: JSON.parse(data.join('\n')) });
  }
}

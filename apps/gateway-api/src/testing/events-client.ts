import { get, type IncomingMessage } from 'node:http';
import { until } from '@discord-relay/local-stack';

/** A record of the event stream: an event, or what the service adds. */
export interface StreamedEvent {
  seq: number;
  cursor: string;
  id: string;
  type: string;
  redacted?: string;
  guildid: string;
  data: Record<string, unknown>;
}

/** Reads newline-delimited events from a response that may stay open. */
export class EventsClient {
  readonly records: StreamedEvent[] = [];
  ended = false;
  private rest = '';

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      const lines = (this.rest + text).split('\n');
      this.rest = lines.pop()!;
      for (const line of lines) this.records.push(JSON.parse(line) as StreamedEvent);
    });
    response.on('close', () => (this.ended = true));
    // An aborted response emits `close` afterwards.
    response.on('error', () => undefined);
  }

  /** Resolves when the status is known. */
  static async open(url: string, token: string): Promise<EventsClient> {
    const headers = { authorization: `Bearer ${token}` };
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      get(url, { headers, agent: false }, resolve).on('error', reject),
    );
    return new EventsClient(response);
  }

  /** The events of the log, without what the service adds. */
  get events(): StreamedEvent[] {
    return this.records.filter(({ type }) => !type.startsWith('relay.'));
  }

  of(type: string): StreamedEvent[] {
    return this.records.filter((record) => record.type === type);
  }

  /** Resolves to the first `count` events of the log. */
  async take(count: number): Promise<StreamedEvent[]> {
    return await until(`${count} events`, 20_000, () =>
      this.events.length >= count ? this.events : undefined,
    );
  }

  async first(type: string): Promise<StreamedEvent> {
    return await until(type, 20_000, () => this.of(type)[0]);
  }

  async end(): Promise<void> {
    await until('the end of the response', 20_000, () => this.ended || undefined);
  }

  close(): void {
    this.response.destroy();
  }
}

import { useCallback, useEffect, useState } from 'react';
import type { RelayClient, RelayError } from '@discord-relay/client';
import type { QueueState, RestQueuePage, Snowflake } from '@discord-relay/contracts';
import { asRelayError } from '../../relay/as-relay-error.js';

export interface Queue {
  /** undefined: not read yet. */
  page: RestQueuePage | undefined;
  phase: 'loading' | 'ready' | 'failed';
  error: RelayError | null;
  more: () => void;
  again: () => void;
}

const PAGE_SIZE = 50;
const EMPTY = { page: undefined, phase: 'loading', error: null } as const;

/** The conversations in a state, live: after an update, the pages on screen are read again. */
export function useQueue(client: RelayClient, guildId: Snowflake, state: QueueState): Queue {
  const [found, setFound] = useState<Pick<Queue, 'page' | 'phase' | 'error'>>(EMPTY);
  const [pages, setPages] = useState(1);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    setFound(EMPTY);
    setPages(1);
  }, [guildId, state]);
  useEffect(() => {
    const feed = client.queue(guildId);
    const fail = (error: RelayError) => setFound({ page: undefined, phase: 'failed', error });
    const reader = new LatestReader(
      () => readPages(client, guildId, state, pages),
      (page) => setFound({ page, phase: 'ready', error: null }),
      (cause) => fail(asRelayError(cause)),
    );
    const stops = [feed.on('update', () => reader.read()), feed.on('refused', fail)];
    reader.read();
    feed.join();
    return () => {
      for (const stop of stops) stop();
      reader.stop();
      feed.leave();
    };
  }, [client, guildId, state, pages, attempt]);
  const more = useCallback(() => setPages((count) => count + 1), []);
  const again = useCallback(() => setAttempt((count) => count + 1), []);
  return { ...found, more, again };
}

/** Runs one read at a time; requests during a read lead to one more read afterwards. */
class LatestReader<T> {
  private isReading = false;
  private isStale = false;
  private isStopped = false;

  constructor(
    private readonly readOnce: () => Promise<T>,
    private readonly found: (value: T) => void,
    private readonly failed: (cause: unknown) => void,
  ) {}

  read(): void {
    this.isStale = true;
    if (!this.isReading) void this.run();
  }

  stop(): void {
    this.isStopped = true;
  }

  private async run(): Promise<void> {
    this.isReading = true;
    while (this.isStale && !this.isStopped) {
      this.isStale = false;
      await this.readOnce().then(
        (value) => !this.isStopped && this.found(value),
        (cause: unknown) => !this.isStopped && this.failed(cause),
      );
    }
    this.isReading = false;
  }
}

async function readPages(
  client: RelayClient,
  guildId: Snowflake,
  state: QueueState,
  pages: number,
): Promise<RestQueuePage> {
  const path = `/api/v1/guilds/${guildId}/queue`;
  const read = (after?: string) => client.get<RestQueuePage>(path, { state, after, limit: PAGE_SIZE });
  let page = await read();
  for (let i = 1; i < pages && page.next !== null; i++) {
    const next = await read(page.next);
    page = { ...next, entries: [...page.entries, ...next.entries] };
  }
  return page;
}

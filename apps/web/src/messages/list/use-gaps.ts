import { useEffect, useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { RestGap, RestGapPage } from '@discord-relay/contracts';

const MOST = 100;
const CHECK_EVERY_MS = 5_000;
/** A gap is recorded when Discord is reached again, shortly after the connection is. */
const CHECKS = 6;

const NONE: readonly RestGap[] = [];

/**
 * The newest gaps of the guild. No event announces them, so they are read again for a while after every change of the
 * connection to Discord or to the service, and as long as backfill is running.
 */
export function useGaps(client: RelayClient, guildId: string | undefined): readonly RestGap[] {
  const [gaps, setGaps] = useState(NONE);
  useEffect(() => {
    if (guildId === undefined) return;
    const poll = new GapPolling(client, guildId, (found) =>
      setGaps((known) => (JSON.stringify(known) === JSON.stringify(found) ? known : found)),
    );
    const stop = client.on('source', () => poll.start());
    poll.start();
    return () => {
      stop();
      poll.stop();
    };
  }, [client, guildId]);
  return gaps;
}

class GapPolling {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private checks = 0;
  private isStopped = false;

  constructor(
    private readonly client: RelayClient,
    private readonly guildId: string,
    private readonly onGaps: (gaps: RestGap[]) => void,
  ) {}

  start(): void {
    this.checks = CHECKS;
    if (this.timer === undefined) this.schedule(0);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => void this.check(), delayMs);
  }

  private async check(): Promise<void> {
    this.checks -= 1;
    const path = `/api/v1/guilds/${this.guildId}/gaps`;
    // After a failure, the gaps that are known stay until the next check.
    const page = await this.client.get<RestGapPage>(path, { limit: MOST }).catch(() => null);
    if (this.isStopped) return;
    if (page) this.onGaps(page.gaps);
    const isRunning = page?.gaps.some(({ closedAt }) => closedAt === null) ?? false;
    this.timer = undefined;
    if (isRunning || this.checks > 0) this.schedule(CHECK_EVERY_MS);
  }
}

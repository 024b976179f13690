import { setTimeout as sleep } from 'node:timers/promises';
import { connect, RelayError } from '@discord-relay/client';
import type { LedgerEntry } from '../discord/sim-client.js';

const ASK_AGAIN_MS = 100;

/** Tries to join a channel again and again, and records the live messages that it gets while it has access. */
export class Intruder {
  readonly received = new Set<string>();
  private readonly client;
  private closed = false;

  constructor(
    url: string,
    token: string,
    private readonly channelId: string,
    private readonly userId: string,
  ) {
    this.client = connect({ url, token });
    this.client.channel(channelId).on('message', ({ id }) => this.received.add(id));
    void this.request();
  }

  /** Ids of the messages it got that were written while it did not have the role, by the ledger's order. */
  strange(entries: readonly LedgerEntry[]): string[] {
    let has = false;
    const open = new Set<string>();
    for (const { kind, userId, channelId, messageId } of entries) {
      if (kind === 'member.updated' && userId === this.userId) has = !has;
      if (kind === 'message.created' && channelId === this.channelId && has) open.add(messageId!);
    }
    return [...this.received].filter((id) => !open.has(id));
  }

  close(): void {
    this.closed = true;
    this.client.close();
  }

  private async request(): Promise<void> {
    while (!this.closed) {
      await this.client
        .channel(this.channelId)
        .join()
        .catch((error: unknown) => {
          if (!(error instanceof RelayError)) throw error;
        });
      await sleep(ASK_AGAIN_MS);
    }
  }
}

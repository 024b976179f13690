import { createHash } from 'node:crypto';
import type { LedgerEntry } from './sim-client.js';

/**
 * A name for one fact about one message, the same wherever it is met: in the simulator's ledger, in the log, at a
 * client. A revision is named by its time in milliseconds and its content.
 */
export type FactKey = string;

export const createdKey = (id: string): FactKey => `created ${id}`;
export const deletedKey = (id: string): FactKey => `deleted ${id}`;
export const updatedKey = (id: string, editedAt: string | null, hash: string): FactKey =>
  `updated ${id} ${editedAt === null ? '-' : Date.parse(editedAt)} ${hash}`;

/** As the simulator's ledger hashes content. */
export const hashOf = (content: string): string =>
  createHash('sha256').update(content, 'utf8').digest('hex').slice(0, 16);

/** The facts that a ledger entry stands for; a bulk deletion stands for one deletion each. */
export function keysOf(entry: LedgerEntry): FactKey[] {
  switch (entry.kind) {
    case 'message.created':
      return [createdKey(entry.messageId!)];
    case 'message.updated':
      return [updatedKey(entry.messageId!, entry.editedTimestamp, entry.contentHash!)];
    case 'message.deleted':
      return [deletedKey(entry.messageId!)];
    case 'message.bulk_deleted':
      return entry.messageIds!.map(deletedKey);
    default:
      return [];
  }
}

/** Counts how often each fact was met. */
export class Tally {
  private readonly counts = new Map<FactKey, number>();

  add(key: FactKey): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  has(key: FactKey): boolean {
    return this.counts.has(key);
  }

  /** Facts that were due and never met, met more than once, or met without being due. */
  compare(due: ReadonlySet<FactKey>): { lost: FactKey[]; doubled: FactKey[]; unknown: FactKey[] } {
    const met = [...this.counts];
    return {
      lost: [...due].filter((key) => !this.counts.has(key)),
      doubled: met.filter(([, count]) => count > 1).map(([key]) => key),
      unknown: met.filter(([key]) => !due.has(key)).map(([key]) => key),
    };
  }
}

export interface FinalMessage {
  deleted: boolean;
  hash: string;
}

/** Every message of the ledger as it should be in the end. */
export function finalMessages(entries: readonly LedgerEntry[]): Map<string, FinalMessage> {
  const messages = new Map<string, FinalMessage>();
  for (const entry of entries) {
    if (entry.kind === 'message.created' || entry.kind === 'message.updated') {
      messages.set(entry.messageId!, { deleted: false, hash: entry.contentHash! });
    }
    const gone = entry.kind === 'message.deleted' ? [entry.messageId!] : (entry.messageIds ?? []);
    for (const id of gone) messages.set(id, { deleted: true, hash: '' });
  }
  return messages;
}

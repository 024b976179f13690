import { createHash } from 'node:crypto';
import type { LedgerEntry } from '../discord/sim-client.js';

/**
 * A name for one fact about one message, the same in the simulator's ledger, in the log and at a client. A revision is
 * identified by its time in milliseconds and its content. A reaction can be added, removed and added again, so a fact may
 * occur more than once.
 */
export type FactKey = string;

export const createdKey = (id: string): FactKey => `created ${id}`;
export const deletedKey = (id: string): FactKey => `deleted ${id}`;
export const updatedKey = (id: string, editedAt: string | null, hash: string): FactKey =>
  `updated ${id} ${editedAt === null ? '-' : Date.parse(editedAt)} ${hash}`;

export const reactionKey = (
  verb: string,
  messageId: string,
  userId: string | null,
  emoji: string | null,
): FactKey => `reaction.${verb} ${messageId} ${userId ?? '-'} ${emoji ?? '-'}`;

/** Hashes content like the simulator's ledger. */
export const hashOf = (content: string): string =>
  createHash('sha256').update(content, 'utf8').digest('hex').slice(0, 16);

/** The facts of a ledger entry; a bulk deletion is one deletion per message. */
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
    case 'reaction.added':
    case 'reaction.removed':
    case 'reaction.cleared':
      return [reactionKey(entry.kind.slice(9), entry.messageId!, entry.userId ?? null, entry.emoji ?? null)];
    default:
      return [];
  }
}

/** How many times each fact of the ledger must appear. */
export function dueFacts(entries: readonly LedgerEntry[]): Tally {
  const due = new Tally();
  for (const key of entries.flatMap(keysOf)) due.add(key);
  return due;
}

/** Counts the occurrences of each fact. */
export class Tally {
  private readonly counts = new Map<FactKey, number>();

  add(key: FactKey): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  has(key: FactKey): boolean {
    return this.counts.has(key);
  }

  /** How many different facts were counted. */
  get size(): number {
    return this.counts.size;
  }

  /** Facts that occur less often than due, more often than due, or without being due at all. */
  compare(due: Tally): { lost: FactKey[]; doubled: FactKey[]; unknown: FactKey[] } {
    const met = [...this.counts];
    return {
      lost: [...due.counts].filter(([key, count]) => (this.counts.get(key) ?? 0) < count).map(([key]) => key),
      doubled: met.filter(([key, count]) => due.has(key) && count > due.counts.get(key)!).map(([key]) => key),
      unknown: met.filter(([key]) => !due.has(key)).map(([key]) => key),
    };
  }
}

export interface FinalMessage {
  deleted: boolean;
  hash: string;
}

/** Every message of the ledger in its expected final state. */
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

/** Every reaction in the expected final state, as `message user emoji`. */
export function finalReactions(entries: readonly LedgerEntry[]): Set<string> {
  const remaining = new Map<string, Set<string>>();
  const of = (messageId: string) => remaining.get(messageId) ?? new Set<string>();
  for (const entry of entries) {
    const { kind, messageId, userId, emoji } = entry;
    if (kind === 'reaction.added')
      remaining.set(messageId!, of(messageId!).add(`${messageId} ${userId} ${emoji}`));
    if (kind === 'reaction.removed') of(messageId!).delete(`${messageId} ${userId} ${emoji}`);
    if (kind === 'reaction.cleared') {
      for (const each of of(messageId!))
        if (!emoji || each.endsWith(` ${emoji}`)) of(messageId!).delete(each);
    }
    if (kind === 'message.deleted') remaining.delete(messageId!);
    if (kind === 'message.bulk_deleted') for (const id of entry.messageIds!) remaining.delete(id);
  }
  return new Set([...remaining.values()].flatMap((each) => [...each]));
}

import type { Redaction, RelayEvent } from '@discord-relay/contracts';

export type { Redaction };

/** What a deleted message keeps in the read models, too: ids and times. */
const KEPT: ReadonlySet<string> = new Set([
  'id',
  'messageId',
  'channelId',
  'guildId',
  'createdAt',
  'editedAt',
]);

/** The event as a tombstone: its envelope, and ids and times of its data. */
export function tombstoneOf({ data, ...envelope }: RelayEvent, redacted: Redaction): Uint8Array {
  const kept = Object.fromEntries(Object.entries(data).filter(([key]) => KEPT.has(key)));
  return Buffer.from(JSON.stringify({ ...envelope, redacted, data: kept }));
}

/** The user whom the event names as its author or actor; undefined: none. */
export function actorOf({ data }: RelayEvent): string | undefined {
  const { author, userId, user } = data as {
    author?: { id: string };
    userId?: string;
    user?: { id: string };
  };
  return author?.id ?? userId ?? user?.id;
}

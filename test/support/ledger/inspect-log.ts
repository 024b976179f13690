import { isOfPartition, LOG_STREAM, parseEvent, type RelayEvent } from '@discord-relay/contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import {
  createdKey,
  deletedKey,
  type FactKey,
  hashOf,
  reactionKey,
  Tally,
  updatedKey,
} from './message-facts.js';

/** Reads the whole log with its own consumer and counts every message fact in it. */
export async function tallyLog(natsUrl: string): Promise<Tally> {
  const tally = new Tally();
  const connection = await connect({ servers: natsUrl });
  try {
    const manager = await jetstreamManager(connection);
    const { state } = await manager.streams.info(LOG_STREAM);
    if (state.messages === 0) return tally;
    const consumer = await jetstream(connection).consumers.get(LOG_STREAM);
    const messages = await consumer.consume();
    for await (const message of messages) {
      if (isOfPartition(message.subject)) count(tally, message.string());
      if (message.seq >= state.last_seq) break;
    }
    return tally;
  } finally {
    await connection.close();
  }
}

function count(tally: Tally, payload: string): void {
  const parsed = parseEvent(payload);
  if (!parsed.ok) throw new Error(`the log contains an unreadable message: ${parsed.reason}`);
  for (const key of factsOf(parsed.event)) tally.add(key);
}

/** The message facts of an event. */
export function factsOf({ type, data }: RelayEvent): FactKey[] {
  switch (type) {
    case 'message.created':
      return [createdKey(data.id)];
    case 'message.updated':
      return [updatedKey(data.id, data.editedAt ?? null, hashOf(data.content ?? ''))];
    case 'message.deleted':
      return [deletedKey(data.id)];
    case 'message.bulk_deleted':
      return data.ids.map(deletedKey);
    case 'reaction.added':
    case 'reaction.removed':
      return [reactionKey(type.slice(9), data.messageId, data.userId, emojiText(data.emoji))];
    case 'reaction.cleared':
      return [reactionKey('cleared', data.messageId, null, data.emoji && emojiText(data.emoji))];
    default:
      return [];
  }
}

/** An emoji in the format of the simulator's ledger. */
const emojiText = ({ id, name }: { id: string | null; name: string | null }): string =>
  id === null ? (name ?? '') : `${name}:${id}`;

import { LOG_STREAM, parseEvent } from '@discord-relay/contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { createdKey, deletedKey, hashOf, reactionKey, Tally, updatedKey } from './message-facts.js';

/** Reads the whole log with a consumer of its own and counts every message fact in it. */
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
      count(tally, message.string());
      if (message.seq >= state.last_seq) break;
    }
    return tally;
  } finally {
    await connection.close();
  }
}

function count(tally: Tally, payload: string): void {
  const parsed = parseEvent(payload);
  if (!parsed.ok) throw new Error(`the log holds something unreadable: ${parsed.reason}`);
  const { type, data } = parsed.event;
  if (type === 'message.created') tally.add(createdKey(data.id));
  if (type === 'message.updated')
    tally.add(updatedKey(data.id, data.editedAt ?? null, hashOf(data.content ?? '')));
  if (type === 'message.deleted') tally.add(deletedKey(data.id));
  if (type === 'reaction.added' || type === 'reaction.removed') {
    tally.add(reactionKey(type.slice(9), data.messageId, data.userId, emojiText(data.emoji)));
  }
  if (type === 'reaction.cleared') {
    tally.add(reactionKey('cleared', data.messageId, null, data.emoji && emojiText(data.emoji)));
  }
  if (type === 'message.bulk_deleted') for (const id of data.ids) tally.add(deletedKey(id));
}

/** As the simulator's ledger writes an emoji. */
const emojiText = ({ id, name }: { id: string | null; name: string | null }): string =>
  id === null ? (name ?? '') : `${name}:${id}`;

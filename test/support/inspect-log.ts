import { LOG_STREAM, parseEvent } from '@discord-relay/contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { createdKey, deletedKey, hashOf, Tally, updatedKey } from './message-facts.js';

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
  if (type === 'message.bulk_deleted') for (const id of data.ids) tally.add(deletedKey(id));
}

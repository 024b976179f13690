import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError, isOfPartition, LOG_STREAM } from '@discord-relay/contracts';

const REQUEST_TIMEOUT_MS = 2_000;

/** The end of the log at the time when something that relies on it was stored. */
export interface LogPosition {
  /** When the stream was created, which distinguishes it from a later stream of the same name. */
  created: string;
  sequence: number;
}

/** `whole`: the log still has everything; `empty`: it has nothing; `shorter`: it ends at `endedAt`, earlier than before. */
export type LogContinuity = { state: 'whole' } | { state: 'empty' } | { state: 'shorter'; endedAt: string };

/**
 * Checks that the log still has everything that it acknowledged.
 * @throws AppError LOG.LOST; errors of the server when there is no log or NATS is unavailable
 */
export async function requireLog(connection: NatsConnection, before: LogPosition): Promise<void> {
  const { state } = await compareLog(connection, before);
  if (state !== 'whole') throw new AppError('LOG.LOST');
}

/** Compares the log with an earlier position. Rejects when NATS is unavailable or there is no log. */
export async function compareLog(connection: NatsConnection, before: LogPosition): Promise<LogContinuity> {
  const { streams } = await jetstreamManager(connection, { checkAPI: false, timeout: REQUEST_TIMEOUT_MS });
  const { created, state } = await streams.info(LOG_STREAM);
  if (created === before.created && state.last_seq >= before.sequence) return { state: 'whole' };
  const end = await lastEventTime(streams, state);
  return end ? { state: 'shorter', endedAt: end.toISOString() } : { state: 'empty' };
}

/** When the last event was stored. Fences after it, which replicas raise when they start, do not count. */
async function lastEventTime(
  streams: JetStreamManager['streams'],
  state: { messages: number; first_seq: number; last_seq: number },
): Promise<Date | undefined> {
  if (state.messages === 0) return undefined;
  for (let seq = state.last_seq; seq >= state.first_seq; seq--) {
    const message = await streams.getMessage(LOG_STREAM, { seq });
    if (message && isOfPartition(message.subject)) return message.time;
  }
  return undefined;
}

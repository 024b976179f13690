import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError, LOG_STREAM } from '@discord-relay/contracts';

const REQUEST_TIMEOUT_MS = 2_000;

/** Where the log was when something was stored that relies on it. */
export interface LogPosition {
  /** When the stream was made: tells it from one that has taken its place. */
  created: string;
  sequence: number;
}

/** `whole`: the log has all that it had; `empty`: it has nothing; else it ends earlier, at the time that is told. */
export type LogContinuity = { state: 'whole' } | { state: 'empty' } | { state: 'shorter'; endedAt: string };

/**
 * Makes sure that the log has what it acknowledged.
 * @throws AppError LOG.LOST; errors of the server when there is no log or NATS is away
 */
export async function requireLog(connection: NatsConnection, before: LogPosition): Promise<void> {
  const { state } = await compareLog(connection, before);
  if (state !== 'whole') throw new AppError('LOG.LOST');
}

/** Compares the log with what it was. Rejects when NATS is away or there is no log. */
export async function compareLog(connection: NatsConnection, before: LogPosition): Promise<LogContinuity> {
  const { streams } = await jetstreamManager(connection, { checkAPI: false, timeout: REQUEST_TIMEOUT_MS });
  const { created, state } = await streams.info(LOG_STREAM);
  if (created === before.created && state.last_seq >= before.sequence) return { state: 'whole' };
  if (state.messages === 0) return { state: 'empty' };
  return { state: 'shorter', endedAt: new Date(state.last_ts).toISOString() };
}

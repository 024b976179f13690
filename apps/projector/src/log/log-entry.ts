import { sampledTrace } from '@discord-relay/platform';
import type { JsMsg } from '@nats-io/jetstream';
import { streamClock } from './stream-clock.js';

/** One message of the log. */
export interface LogEntry {
  seq: number;
  subject: string;
  data: Uint8Array;
  sizeBytes: number;
  /** When JetStream stored it, milliseconds since the Unix epoch, with a fraction. */
  storedAtMs: number;
  /** Messages of the partition behind this one. */
  pending: number;
  /** The trace it is part of (W3C trace context), where that is sampled and the event new enough to be on its way. */
  traceparent?: string;
}

/** An event that is read again later is not on its way any more: its trace is told. */
const ON_ITS_WAY_MS = 60_000;

export function entryOf(message: JsMsg, pending: number): LogEntry {
  const { seq, subject, data } = message;
  const storedAtMs = message.info.timestampNanos / 1e6;
  const isOnItsWay = () => streamClock.nowMs() - storedAtMs < ON_ITS_WAY_MS;
  const traceparent = sampledTrace(() => (isOnItsWay() ? message.headers?.get('traceparent') : undefined));
  return { seq, subject, data, sizeBytes: data.byteLength, storedAtMs, pending, traceparent };
}

import { sampledTrace } from '@discord-relay/platform';
import type { JsMsg } from '@nats-io/jetstream';
import { streamClock } from './stream-clock.js';

/** One message of the log. */
export interface LogEntry {
  seq: number;
  subject: string;
  data: Uint8Array;
  sizeBytes: number;
  /** When JetStream stored it: milliseconds since the Unix epoch, with a fraction. */
  storedAtMs: number;
  /** Number of messages of the partition that follow. */
  pending: number;
  /** W3C trace context, if the trace is sampled and the event was stored recently. */
  traceparent?: string;
}

/** A trace covers the first projection of an event, not a later replay. */
const TRACED_FOR_MS = 60_000;

export function toLogEntry(message: JsMsg, pending: number): LogEntry {
  const { seq, subject, data } = message;
  const storedAtMs = message.info.timestampNanos / 1e6;
  const isRecent = () => streamClock.nowMs() - storedAtMs < TRACED_FOR_MS;
  const traceparent = sampledTrace(() => (isRecent() ? message.headers?.get('traceparent') : undefined));
  return { seq, subject, data, sizeBytes: data.byteLength, storedAtMs, pending, traceparent };
}

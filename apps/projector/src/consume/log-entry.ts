import type { JsMsg } from '@nats-io/jetstream';

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
}

export const entryOf = (message: JsMsg, pending: number): LogEntry => ({
  seq: message.seq,
  subject: message.subject,
  data: message.data,
  sizeBytes: message.data.byteLength,
  storedAtMs: message.info.timestampNanos / 1e6,
  pending,
});

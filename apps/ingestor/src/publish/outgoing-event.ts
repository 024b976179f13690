import { JetStreamApiError } from '@nats-io/jetstream';
import { errors, headers } from '@nats-io/transport-node';
import { CLOUDEVENT_CONTENT_TYPE, type EventType } from '@discord-relay/contracts';
import type { BatchMessage } from './batch-sender.js';

/** The server's code for a message over the stream's `max_msg_size`. */
const MESSAGE_SIZE_EXCEEDED = 10_054;

/** When an event was sent for the first time: if the log has it, it is stored behind `afterSequence`. */
export interface FirstSending {
  /** By this process's monotonic clock. */
  atMs: number;
  afterSequence: number;
}

/** An encoded event on its way into the log. */
export interface OutgoingEvent {
  id: string;
  type: EventType;
  subject: string;
  payload: Uint8Array;
  /** Size of the payload. */
  bytes: number;
  traceparent: string;
  queuedAtMs: number;
  firstSending?: FirstSending;
  /** Whether this process may still publish it; default: it may. */
  leaseStatus?: () => 'held' | 'uncertain' | 'lost';
  /** Called once, when the log has the event or can never accept it. */
  settled: () => void;
}

export function messageFor({ id, subject, payload, traceparent }: OutgoingEvent): BatchMessage {
  const all = headers();
  all.set('Nats-Msg-Id', id);
  all.set('Content-Type', CLOUDEVENT_CONTENT_TYPE);
  all.set('traceparent', traceparent);
  return { subject, payload, headers: all };
}

/**
 * A message that asks whether the log has an event and never stores it: the server checks the message id before it
 * refuses the sequence. A leader drops repeated messages before its replicas have stored them; once they have this one,
 * they have everything before it.
 */
export function probeFor(event: OutgoingEvent): BatchMessage {
  const message = messageFor(event);
  message.headers.set('Nats-Expected-Last-Sequence', String(Number.MAX_SAFE_INTEGER));
  return message;
}

/** The client refuses messages over the server's `max_payload`; the server refuses those over the stream's limit. */
export function isTooLarge(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === MESSAGE_SIZE_EXCEEDED;
  return error instanceof errors.InvalidArgumentError;
}

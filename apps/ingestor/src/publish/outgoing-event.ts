import { JetStreamApiError } from '@nats-io/jetstream';
import { errors, headers } from '@nats-io/transport-node';
import { CLOUDEVENT_CONTENT_TYPE, type EventType } from '@discord-relay/contracts';
import type { BatchMessage } from '@discord-relay/platform';
import type { EventFence, Fence } from '../nats/log-fences.js';

export type { EventFence } from '../nats/log-fences.js';

/** The server's code for a message whose fence is not the newest. */
const WRONG_LAST_SEQUENCE = 10_071;
/** The server's code for a message over the stream's `max_msg_size`. */
const MESSAGE_SIZE_EXCEEDED = 10_054;

/** The first time that an event was sent: if the log has the event, it is after `afterSequence`. */
export interface FirstSending {
  /** By this process's monotonic clock. */
  atMs: number;
  afterSequence: number;
}

/** An encoded event to publish. */
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
  /** Whether this process may still publish the event; default: it may. */
  leaseStatus?: () => 'held' | 'uncertain' | 'lost';
  /** Default: the log accepts the event from any process. */
  fence?: EventFence;
  /** Whether the event was read back from disk, so that another process may have published it meanwhile. */
  spooled?: boolean;
  /** Called once, when the log has the event or can never accept it. */
  settled: () => void;
  /** Called once instead of {@link settled} when the event is dropped because another process has its shard. */
  abandoned?: () => void;
}

/** Whether this process may publish an event; default: it may. */
export function publishingStatus({ fence, leaseStatus }: OutgoingEvent): 'held' | 'uncertain' | 'lost' {
  if (fence && fence.expected() === undefined) return 'lost';
  return leaseStatus?.() ?? 'held';
}

export function messageFor(
  { id, subject, payload, traceparent }: OutgoingEvent,
  expected?: Fence,
): BatchMessage {
  const all = headers();
  all.set('Nats-Msg-Id', id);
  all.set('Content-Type', CLOUDEVENT_CONTENT_TYPE);
  all.set('traceparent', traceparent);
  if (expected) {
    all.set('Nats-Expected-Last-Subject-Sequence', String(expected.sequence));
    all.set('Nats-Expected-Last-Subject-Sequence-Subject', expected.subject);
  }
  return { subject, payload, headers: all };
}

/**
 * The messages of a batch. The server rejects a batch from the first message on whose fence is not the newest, so the first
 * message of each shard names its fence. The server drops a repeated message before it checks the fence, so a message that the log
 * may have is not the only one to name it.
 */
export function messagesFor(events: readonly OutgoingEvent[]): BatchMessage[] {
  const checked = new Set<string>();
  return events.map((event) => {
    const subject = event.fence?.subject;
    const sequence = event.fence?.expected();
    if (subject === undefined || sequence === undefined || checked.has(subject)) return messageFor(event);
    if (event.firstSending === undefined && !event.spooled) checked.add(subject);
    return messageFor(event, { subject, sequence });
  });
}

/** Another process has raised the fence, or the log has lost it. */
export const isFenceRefused = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE;

/**
 * A message that queries whether the log has an event, and is never stored: the server checks the message id before it
 * refuses the sequence. A leader drops repeated messages before its replicas have stored them; once they have this one, they
 * have everything before it.
 */
export function probeFor(event: OutgoingEvent): BatchMessage {
  const message = messageFor(event);
  message.headers.set('Nats-Expected-Last-Sequence', String(Number.MAX_SAFE_INTEGER));
  return message;
}

/** Whether a message is too large: the client rejects it over the server's `max_payload`, the server over the stream's limit. */
export function isTooLarge(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === MESSAGE_SIZE_EXCEEDED;
  return error instanceof errors.InvalidArgumentError;
}

import { z } from 'zod';
import { AppError, type EventType } from '@discord-relay/contracts';
import type { Fence } from '../nats/log-fences.js';
import type { OutgoingEvent } from './outgoing-event.js';
import type { SpoolRecord } from './spool/frame.js';

const headSchema = z.object({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  traceparent: z.string(),
  queuedAtMs: z.number(),
  /** If the log has the event already, it is after this sequence. */
  afterSequence: z.number().int().min(0),
  /** Absent in records of versions that did not store it. */
  fence: z.object({ subject: z.string(), sequence: z.number().int().min(0) }).optional(),
});

export function toRecord(event: OutgoingEvent, newestSequence: number): SpoolRecord {
  const { id, type, subject, traceparent, queuedAtMs, firstSending, payload } = event;
  const afterSequence = firstSending?.afterSequence ?? newestSequence;
  const fence = event.fence && { subject: event.fence.subject, sequence: event.fence.sequence };
  const queued = { id, type, subject, traceparent, queuedAtMs };
  const head: z.output<typeof headSchema> = { ...queued, afterSequence, fence };
  return { head: JSON.stringify(head), payload };
}

type SpooledFields = 'id' | 'type' | 'subject' | 'payload' | 'bytes' | 'traceparent' | 'queuedAtMs';

export interface SpooledEvent extends Pick<OutgoingEvent, SpooledFields> {
  afterSequence: number;
  fence?: Fence | undefined;
}

/** Decodes a record. @throws AppError LOG.SPOOL_DAMAGED when a record with a valid checksum was not written by this version */
export function fromRecord({ head, payload }: SpoolRecord): SpooledEvent {
  try {
    const { type, ...fields } = headSchema.parse(JSON.parse(head));
    return { ...fields, type: type as EventType, payload, bytes: payload.length };
  } catch (cause) {
    throw new AppError('LOG.SPOOL_DAMAGED', 'the spool contains records in an unknown format', {
      cause,
    });
  }
}

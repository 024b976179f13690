import {
  type Change,
  type QueueEntry,
  type PublicEvent,
  publicEventsOf,
  type WebhookBody,
  type WebhookEvent,
  type WebhookGap,
} from '@discord-relay/contracts';
import { deliveryId, GAP_PART } from './delivery-id.js';

/** Everything up to `seq` is done, and so are the first `part` facts of the next change. */
export interface Position {
  seq: number;
  part: number;
}

/** The selected events of an endpoint; null: all. */
export interface Filter {
  channels: ReadonlySet<string> | null;
  types: ReadonlySet<string> | null;
}

/** A change with its commit time (ISO 8601). */
export type CommittedChange = Change & { committedAt: string };

/** One request to send. */
export interface Delivery {
  /** `webhook-id`: the same for every attempt, so that receivers can drop duplicates. */
  id: string;
  seq: number;
  /** The index of the fact within the change; {@link GAP_PART} for a gap. */
  part: number;
  type: WebhookEvent;
  body: WebhookBody;
  /** The endpoint's position after this delivery. */
  after: Position;
}

/** What follows a position: the deliveries in order, and the endpoint's position after all of them. */
export interface Plan {
  deliveries: Delivery[];
  end: Position;
}

export interface Subscriber {
  id: string;
  guildId: string;
  filter: Filter;
}

/** Entries of the support queue that a change concerns, by its `seq`. */
export type QueueEntries = ReadonlyMap<number, readonly QueueEntry[]>;

/** Whether the subscriber receives the support queue. */
export const selectsQueue = ({ types }: Filter): boolean => types === null || types.has('queue.updated');

/**
 * The deliveries for a guild's changes that were read after `position`; `head` is the guild's newest `seq`, read in the same
 * transaction. A gap replaces missing changes; `nowIso` is its time.
 */
export function planDeliveries(
  subscriber: Subscriber,
  position: Position,
  { head, changes }: { head: number; changes: readonly CommittedChange[] },
  nowIso: string,
  queue: QueueEntries = new Map(),
): Plan {
  const deliveries: Delivery[] = [];
  let at = position;
  const gap = (until: number, reason: WebhookGap['reason']) => {
    deliveries.push(gapDelivery(subscriber, at.seq, until, reason, nowIso));
    at = { seq: until, part: 0 };
  };
  if (head < at.seq) gap(head, 'cursor_unknown');
  for (const change of changes) {
    if (change.guildPrev > at.seq) gap(change.guildPrev, 'past_retention');
    const ofChange = deliveriesOf(subscriber, at, change, queue.get(change.seq));
    if (!ofChange) gap(change.seq, 'unreadable');
    else deliveries.push(...ofChange);
    at = { seq: change.seq, part: 0 };
  }
  if (changes.length === 0 && head > at.seq) gap(head, 'past_retention');
  return { deliveries, end: at };
}

/** The deliveries of one change from the position's part on; undefined if this version does not understand the change. */
function deliveriesOf(
  subscriber: Subscriber,
  at: Position,
  change: CommittedChange,
  entries: readonly QueueEntry[] | undefined,
): Delivery[] | undefined {
  const facts = webhookEventsOf(change, entries);
  if (!facts) return undefined;
  const selected = facts
    .map((fact, part) => ({ fact, part }))
    .filter(({ fact, part }) => part >= at.part && isSelected(subscriber.filter, fact));
  return selected.map(({ fact, part }, i) => {
    const isLast = i === selected.length - 1;
    const after = isLast ? { seq: change.seq, part: 0 } : { seq: at.seq, part: part + 1 };
    return deliveryOf(subscriber.id, change, fact, part, after);
  });
}

/**
 * All facts of a change, in a fixed order: the index of a fact is part of its id. `entries` of the support queue come last.
 */
export function webhookEventsOf(
  change: Change,
  entries: readonly QueueEntry[] = [],
): PublicEvent[] | undefined {
  try {
    return [...publicEventsOf(change), ...entries.map(queueEvent)];
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const queueEvent = (entry: QueueEntry): PublicEvent => ({
  channelId: entry.channelId,
  type: 'queue.updated',
  payload: entry,
});

const isSelected = ({ channels, types }: Filter, { channelId, type }: PublicEvent): boolean =>
  (channels === null || (channelId !== null && channels.has(channelId))) &&
  (types === null || types.has(type));

export function deliveryOf(
  endpointId: string,
  { seq, committedAt: timestamp }: CommittedChange,
  { type, payload }: PublicEvent,
  part: number,
  after: Position,
): Delivery {
  const body = { type, timestamp, data: { ...payload, seq } };
  return { id: deliveryId(endpointId, seq, part), seq, part, type, body, after };
}

function gapDelivery(
  { id, guildId }: Subscriber,
  after: number,
  until: number,
  reason: WebhookGap['reason'],
  timestamp: string,
): Delivery {
  const data: WebhookGap = { guildId: guildId as WebhookGap['guildId'], after, until, reason, seq: until };
  return {
    id: deliveryId(id, until, GAP_PART),
    seq: until,
    part: GAP_PART,
    type: 'gap',
    body: { type: 'gap', timestamp, data },
    after: { seq: until, part: 0 },
  };
}

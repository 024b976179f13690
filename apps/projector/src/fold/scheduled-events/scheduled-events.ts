import type { RelayEventOf, ScheduledEventState, Snowflake } from '@discord-relay/contracts';
import { type RowOf, SCHEDULED_EVENTS } from '@discord-relay/read-model/tables';
import type { EventSlice } from '../shared/event-slice.js';
import { areStorable, isAbsentOrStorable } from '../shared/ids.js';
import { iso } from '../shared/iso.js';
import { known } from '../shared/known.js';
import { keysOf } from '../shared/parking.js';
import type { IndependentModel, RowModel } from '../shared/row-model.js';
import type { LoadedRows, RowRead } from '../shared/row-read.js';
import { RowSet } from '../shared/row-set.js';
import { type RowWrite, upsert } from '../shared/row-write.js';

type Row = RowOf<typeof SCHEDULED_EVENTS>;
type Keys = Pick<Row, 'id' | 'guild_id'>;
type Fields = Keys & Partial<Omit<Row, keyof Keys | 'deleted_at' | 'seq'>>;

export type ScheduledEventOp = { model: 'scheduledEvents' } &
  /** `synced`: Discord listed the event, so it exists even if it counted as deleted. */
  ({ op: 'upsert'; event: Fields; synced: boolean } | { op: 'delete'; event: Keys; at: string });

type Described = RelayEventOf<
  'scheduled_event.synced' | 'scheduled_event.created' | 'scheduled_event.updated'
>;
type Deleted = RelayEventOf<'scheduled_event.deleted'>;

function fold(event: Described | Deleted, at: string): ScheduledEventOp[] {
  const model = 'scheduledEvents' as const;
  if (event.type === 'scheduled_event.deleted') {
    const { id, guildId } = event.data;
    return [{ model, op: 'delete', event: { id, guild_id: guildId }, at }];
  }
  const synced = event.type === 'scheduled_event.synced';
  return [{ model, op: 'upsert', event: fieldsOf(event.data), synced }];
}

const timeOf = (time: string | null | undefined): string | null | undefined => time && iso(time);

const fieldsOf = (event: ScheduledEventState): Fields => ({
  id: event.id,
  guild_id: event.guildId,
  ...known({
    channel_id: event.channelId,
    creator_id: event.creatorId,
    name: event.name,
    description: event.description,
    starts_at: timeOf(event.startsAt),
    ends_at: timeOf(event.endsAt),
    status: event.status,
    entity_type: event.entityType,
    location: event.location,
  }),
});

const isDeleted = (event: Described | Deleted): event is Deleted => event.type === 'scheduled_event.deleted';

export const scheduledEventEvents: EventSlice<Described | Deleted, ScheduledEventOp> = {
  fold,
  hasStorableIds: (event) =>
    areStorable(event.data.id, event.data.guildId) &&
    (isDeleted(event) ||
      (isAbsentOrStorable(event.data.channelId) && isAbsentOrStorable(event.data.creatorId))),
  parkingKeys: ({ data }) => keysOf('scheduled_event', data.id),
};

const READ_EVENTS: RowRead<typeof SCHEDULED_EVENTS, [Snowflake]> = {
  name: 'read_scheduled_events',
  table: SCHEDULED_EVENTS,
  where: 'id = ANY($1::bigint[])',
};

const UNKNOWN = {
  channel_id: null,
  creator_id: null,
  name: null,
  description: null,
  starts_at: null,
  ends_at: null,
  status: null,
  entity_type: null,
  location: null,
} as const;

/** A deleted event comes back only if Discord lists it, because ids are not reused. */
function evolve(row: Row | undefined, op: ScheduledEventOp, seq: number): Row | null {
  const isGone = row !== undefined && row.deleted_at !== null;
  if (op.op === 'delete') return isGone ? null : { ...UNKNOWN, ...row, ...op.event, deleted_at: op.at, seq };
  return isGone && !op.synced ? null : { ...UNKNOWN, ...row, ...op.event, deleted_at: null, seq };
}

class ScheduledEventSet implements RowModel<ScheduledEventOp> {
  readonly rows: RowSet<Snowflake, Row>;

  constructor(loaded: LoadedRows) {
    this.rows = new RowSet(loaded.of(READ_EVENTS), ({ id }) => id);
  }

  apply(op: ScheduledEventOp, seq: number): void {
    this.rows.update(op.event.id, seq, (row) => evolve(row, op, seq));
  }

  writes(): RowWrite[] {
    return [upsert(SCHEDULED_EVENTS, this.rows.dirty())];
  }
}

export const scheduledEventModel = {
  requires: ({ event }, required) => required.add(READ_EVENTS, event.id),
  create: (loaded) => new ScheduledEventSet(loaded),
} satisfies IndependentModel<ScheduledEventOp>;

import type { RestScheduledEvent } from '@discord-relay/contracts';
import { SCHEDULED_EVENTS, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../database/read-model.database.js';

const EVENT = select(SCHEDULED_EVENTS, [
  'id',
  'guild_id',
  'channel_id',
  'creator_id',
  'name',
  'description',
  'starts_at',
  'ends_at',
  'status',
  'location',
]);
type EventRow = SelectedRow<typeof EVENT>;

const ACTIVE = 2;

/**
 * Scheduled or active. If its end was missed while nothing was received, an event would stay in the list: one that began more
 * than a day ago is shown only while its end is ahead.
 */
const LIST = `
  SELECT ${EVENT.list} FROM scheduled_events
  WHERE guild_id = $1 AND deleted_at IS NULL AND name IS NOT NULL AND status IN (1, 2)
    AND coalesce(ends_at, starts_at + interval '1 day', 'infinity') > now()
  ORDER BY starts_at NULLS LAST, id`;

/** Events of a guild that are not over, by start time. */
export async function listScheduledEvents(query: Querying, guildId: string): Promise<RestScheduledEvent[]> {
  const rows = await query.rows<EventRow>({ name: 'scheduled_events', text: LIST, values: [guildId] });
  return rows.map(toEvent);
}

const toEvent = ({ name, status, startsAt, endsAt, ...row }: EventRow): RestScheduledEvent => ({
  ...row,
  name: name!,
  status: status === ACTIVE ? 'active' : 'scheduled',
  startsAt: startsAt?.toISOString() ?? null,
  endsAt: endsAt?.toISOString() ?? null,
});

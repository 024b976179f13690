import type { RelayEventOf } from '@discord-relay/contracts';
import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { isAbsentOrStorable, isStorable } from '../shared/ids.js';
import { iso } from '../shared/iso.js';
import type { GapFields } from './evolve.js';
import type { GapOp } from './gap-set.js';

function gapFields(event: RelayEventOf<'gap.opened'> | RelayEventOf<'gap.closed'>, at: string): GapFields {
  const keys = { gap_id: event.data.gapId, guild_id: event.guildid };
  if (event.type === 'gap.closed') {
    const { recovered, unrecoverable, channels } = event.data;
    return { ...keys, closed_at: at, recovered, unrecoverable, channels };
  }
  const { shardId, cause, from, to } = event.data;
  return {
    ...keys,
    shard_id: shardId,
    cause,
    opened_at: at,
    from_time: from.time === null ? null : iso(from.time),
    from_snowflake: from.snowflake,
    to_time: iso(to.time),
    to_snowflake: to.snowflake,
  };
}

export const gapEvents: EventSlice<EventOf<'gap'>, GapOp> = {
  fold: (event, at) => [{ model: 'gaps', op: 'describe', gap: gapFields(event, at) }],
  hasStorableIds: (event) => {
    if (event.type !== 'gap.opened') return true;
    return isStorable(event.data.to.snowflake) && isAbsentOrStorable(event.data.from.snowflake);
  },
  parkingKeys: ({ data, guildId }) =>
    typeof data.gapId === 'string' ? [`gap:${data.gapId}:${guildId}`] : [],
};

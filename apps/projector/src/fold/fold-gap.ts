import type { RelayEventOf } from '@discord-relay/contracts';
import type { GapFields } from './gap-rows.js';
import { iso } from './iso.js';

export function gapFields(
  event: RelayEventOf<'gap.opened'> | RelayEventOf<'gap.closed'>,
  at: string,
): GapFields {
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

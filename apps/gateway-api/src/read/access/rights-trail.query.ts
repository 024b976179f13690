import { guildFeed, type Snowflake } from '@discord-relay/contracts';
import { CHANGES, select, type SelectedRow } from '@discord-relay/read-model';
import type { GuildAccess } from '../../access/guild-access.js';
import { seesAllChannels, type Principal } from '../../access/principal.js';
import { type RightsTrail, rightsUnchangedSince, type TrailStep } from '../../access/rights-trail.js';
import type { Querying } from '../../database/read-model.database.js';

/** With more steps than this, rights count as changed. */
const MAX_STEPS = 5_000;
/** A timeout that ended longer ago affects no change that is still stored. */
const KEPT_MS = 25 * 3_600_000;

/** The caller, and the current access data of the guild. */
export interface ViewerAccess {
  principal: Principal;
  access: Pick<GuildAccess, 'guildId' | 'parentOf' | 'wasTimedOut'>;
}

/** Whether the user has had their current rights in the channel (null: in the guild) ever since the change `seq`. */
export type UnchangedSince = (channelId: string | null, seq: number) => boolean;

const STEP = select(CHANGES, ['seq', 'prev']);
type StepRow = SelectedRow<typeof STEP> & Pick<TrailStep, 'access'>;
/** The guild's newest `seq`, the database's time, and a step; all columns of the step are null if there is none. */
type TrailRow = { head: string; nowMs: number } & (StepRow | { [Name in keyof StepRow]: null });

const TRAIL = `
  SELECT h.head, extract(epoch FROM now())::float8 * 1000 AS "nowMs", t.* FROM (SELECT coalesce((SELECT seq FROM feed_heads WHERE feed = $1), 0) AS head) h
  LEFT JOIN LATERAL (SELECT ${STEP.list}, body -> 'access' AS access FROM changes WHERE feed = $1 AND seq > $2
                     ORDER BY seq LIMIT $3) t ON true
  ORDER BY t.seq`;

/**
 * A request for history may only return what the user was allowed to see at the time. The result says for which times after
 * `from` that is certain. Reads in the caller's transaction.
 */
export async function readUnchangedSince(
  query: Querying,
  { principal, access }: ViewerAccess,
  from: number,
): Promise<UnchangedSince> {
  if (seesAllChannels(principal)) return () => true;
  const { trail, nowMs } = await readTrail(query, access.guildId as Snowflake, from);
  const found = new Map<string | null, number>();
  return (channelId, seq) => {
    const channel = channelId === null ? null : { id: channelId, parentId: access.parentOf(channelId) };
    const since = found.get(channelId) ?? rightsUnchangedSince(trail, principal.id, channel);
    found.set(channelId, since);
    return since <= seq && !access.wasTimedOut(principal, channelId, nowMs - KEPT_MS);
  };
}

async function readTrail(
  query: Querying,
  guildId: Snowflake,
  from: number,
): Promise<{ trail: RightsTrail; nowMs: number }> {
  const rows = await query.rows<TrailRow>({
    name: 'rights_trail',
    text: TRAIL,
    values: [guildFeed(guildId), from, MAX_STEPS],
  });
  const steps = rows
    .filter(({ seq }) => seq !== null)
    .map(({ seq, prev, access }) => ({ seq: Number(seq), prev: Number(prev), access }));
  const { head, nowMs } = rows[0]!;
  return { trail: { from, head: Number(head), steps }, nowMs };
}

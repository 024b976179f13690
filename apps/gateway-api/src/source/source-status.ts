import {
  SHARD_STATES,
  type SourceShard,
  type SourceState,
  type SourceStatus,
} from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';
import { z } from 'zod';

const shardShape = z.object({ id: z.int(), state: z.enum(SHARD_STATES) });
/** What an ingestor of any release reports; a missing field counts as empty. */
const reportShape = z.object({
  shards: z.array(shardShape).catch([]),
  unownedShards: z.array(z.int()).catch([]),
  lastEventAt: z.iso.datetime().nullable().catch(null),
});

export const UNKNOWN_SOURCE: SourceStatus = {
  state: 'unknown',
  ingestors: 0,
  shards: [],
  lastEventAt: null,
};

/** Merges the ingestors' reports into one status. The last event of `before` stays known after its ingestor has stopped. */
export function sourceStatusOf(
  reports: readonly Pick<StatusReport, 'detail'>[],
  before: SourceStatus,
): SourceStatus {
  const known = reports.map(({ detail }) => reportShape.parse(detail));
  const shards = mergeShards(known);
  const times = [before.lastEventAt, ...known.map(({ lastEventAt }) => lastEventAt)];
  const lastEventAt =
    times
      .filter((time) => time !== null)
      .sort()
      .at(-1) ?? null;
  return { state: stateOf(shards), ingestors: reports.length, shards, lastEventAt };
}

/** The ingestors could not be queried; the last event stays known. */
export const unknownAfter = ({ lastEventAt }: SourceStatus): SourceStatus => ({
  ...UNKNOWN_SOURCE,
  lastEventAt,
});

/** Whether to inform clients: the time of the last event alone does not change the source. */
export const hasChanged = (before: SourceStatus, after: SourceStatus): boolean =>
  JSON.stringify({ ...before, lastEventAt: null }) !== JSON.stringify({ ...after, lastEventAt: null });

export const connectedShards = ({ shards }: SourceStatus): number =>
  shards.filter(({ state }) => state === 'CONNECTED').length;

/** During a handover two ingestors report the same shard: one connection is enough. */
function mergeShards(reports: readonly z.infer<typeof reportShape>[]): SourceShard[] {
  const shards = new Map<number, SourceShard>();
  for (const { unownedShards } of reports)
    for (const id of unownedShards) shards.set(id, { id, state: 'DISCONNECTED' });
  for (const shard of reports.flatMap((report) => report.shards))
    if (shards.get(shard.id)?.state !== 'CONNECTED') shards.set(shard.id, shard);
  return [...shards.values()].sort((a, b) => a.id - b.id);
}

function stateOf(shards: readonly SourceShard[]): SourceState {
  const connected = shards.filter(({ state }) => state === 'CONNECTED').length;
  if (connected === 0) return 'disconnected';
  return connected === shards.length ? 'connected' : 'partial';
}

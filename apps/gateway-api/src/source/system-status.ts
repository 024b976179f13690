import {
  type RestSystem,
  type ServiceName,
  SERVICES,
  SHARD_STATES,
  type SystemInstance,
  type SystemPartition,
  type SystemShard,
} from '@discord-relay/contracts';
import type { StatusReport } from '@discord-relay/platform';
import { z } from 'zod';

const shardShape = z.object({
  id: z.int(),
  state: z.enum(SHARD_STATES),
  failures: z.number().catch(0),
});
const partitionShape = z.object({
  partition: z.int(),
  owned: z.boolean(),
  lag: z.number(),
  lagSeconds: z.number(),
  state: z.string(),
  problem: z.string().nullable(),
});
/** What the services of any release report; a missing field counts as empty. */
const ingestorShape = z.object({
  shards: z.array(shardShape).catch([]),
  unownedShards: z.array(z.int()).catch([]),
});
const projectorShape = z.object({ partitions: z.array(partitionShape).catch([]) });

export type StatusByService = Readonly<Record<ServiceName, readonly StatusReport[]>>;

/** The reports of all services in the shape of the API. */
export function systemStatusOf(
  reports: StatusByService,
): Pick<RestSystem, 'instances' | 'silent' | 'shards' | 'partitions'> {
  return {
    instances: SERVICES.flatMap((service) =>
      reports[service]
        .map((report) => instanceOf(service, report))
        .sort((a, b) => a.instance.localeCompare(b.instance)),
    ),
    silent: SERVICES.filter((service) => reports[service].length === 0),
    shards: shardsOf(reports.ingestor),
    partitions: partitionsOf(reports.projector),
  };
}

const instanceOf = (
  service: ServiceName,
  { instance, state, version, uptimeMs, checks }: StatusReport,
): SystemInstance => ({
  ...{ service, instance, state, version, uptimeMs },
  problems: Object.entries(checks).flatMap(([check, { ok, detail, problem }]) =>
    ok && problem === undefined ? [] : [{ check, detail: problem ?? detail ?? 'failing' }],
  ),
});

/** During a handover two ingestors report the same shard: the connected one counts. */
function shardsOf(ingestors: readonly StatusReport[]): SystemShard[] {
  const known = ingestors.map(({ instance, detail }) => ({ instance, ...ingestorShape.parse(detail) }));
  const shards = new Map<number, SystemShard>();
  for (const { unownedShards } of known)
    for (const id of unownedShards)
      shards.set(id, { id, state: 'DISCONNECTED', instance: null, failures: 0 });
  for (const { instance, shards: held } of known)
    for (const shard of held)
      if (shards.get(shard.id)?.state !== 'CONNECTED') shards.set(shard.id, { ...shard, instance });
  return [...shards.values()].sort((a, b) => a.id - b.id);
}

/** The owner's view of each partition; without an owner, that of the projector that sees it furthest behind. */
function partitionsOf(projectors: readonly StatusReport[]): SystemPartition[] {
  const known = projectors.flatMap(({ instance, detail }) =>
    projectorShape.parse(detail).partitions.map(({ owned, ...each }) => ({
      ...each,
      instance: owned ? instance : null,
    })),
  );
  const partitions = new Map<number, SystemPartition>();
  for (const each of known) {
    const other = partitions.get(each.partition);
    if (!other || isBetterView(each, other)) partitions.set(each.partition, each);
  }
  return [...partitions.values()].sort((a, b) => a.partition - b.partition);
}

const isBetterView = (a: SystemPartition, b: SystemPartition): boolean =>
  (a.instance === null) === (b.instance === null) ? a.lag > b.lag : a.instance !== null;

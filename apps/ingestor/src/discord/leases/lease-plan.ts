/** The state on which a replica bases its decision. */
export interface LeaseView {
  readonly shardCount: number;
  readonly self: string;
  /** Participating replicas, including this one unless it is leaving. */
  readonly replicas: readonly string[];
  /** Shard -> owner of its lease; free and expired leases are missing. */
  readonly owners: ReadonlyMap<number, string>;
}

export interface LeasePlan {
  readonly acquire: readonly number[];
  readonly release: readonly number[];
}

/**
 * Assigns shards to replicas: each gets the floor or the ceiling of an equal part, with as few moves as possible. Replicas with
 * the same view compute the same plan; while views differ, the leases prevent two owners.
 */
export function assignShards({ shardCount, replicas, owners }: LeaseView): Map<number, string> {
  const held = new Map(replicas.map((replica) => [replica, [] as number[]]));
  for (let shardId = 0; shardId < shardCount; shardId++) held.get(owners.get(shardId) ?? '')?.push(shardId);
  const quotas = quotasOf(held, shardCount);
  const assignment = new Map<number, string>();
  for (const [replica, shardIds] of held)
    for (const shardId of shardIds.slice(0, quotas.get(replica))) assignment.set(shardId, replica);
  const open = [...quotas].flatMap(([replica, quota]) =>
    Array.from({ length: Math.max(0, quota - held.get(replica)!.length) }, () => replica),
  );
  for (let shardId = 0; shardId < shardCount; shardId++) {
    if (assignment.has(shardId)) continue;
    const replica = open.shift();
    if (replica !== undefined) assignment.set(shardId, replica);
  }
  return assignment;
}

/** The actions of this replica: acquire free shards that are assigned to it, and release those that are not. */
export function planLeases(view: LeaseView): LeasePlan {
  const assignment = assignShards(view);
  const mine = [...assignment].filter(([, owner]) => owner === view.self).map(([shardId]) => shardId);
  const held = [...view.owners].filter(([, owner]) => owner === view.self).map(([shardId]) => shardId);
  return {
    acquire: mine.filter((shardId) => !view.owners.has(shardId)).sort((a, b) => a - b),
    release: held.filter((shardId) => assignment.get(shardId) !== view.self).sort((a, b) => a - b),
  };
}

/** Replicas that hold most get the larger parts, so that nothing moves in a balanced fleet. */
function quotasOf(held: ReadonlyMap<string, readonly number[]>, shardCount: number): Map<string, number> {
  const ranked = [...held].sort(
    ([a, hasA], [b, hasB]) => hasB.length - hasA.length || (a < b ? -1 : Number(a > b)),
  );
  const least = Math.floor(shardCount / ranked.length);
  const larger = shardCount % ranked.length;
  return new Map(ranked.map(([replica], rank) => [replica, least + (rank < larger ? 1 : 0)]));
}

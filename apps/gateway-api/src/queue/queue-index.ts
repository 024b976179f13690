import type { Change, QueueLimit, RestQueueSettings, Snowflake } from '@discord-relay/contracts';
import { TaskQueue } from '@discord-relay/platform';
import type { Querying } from '../database/read-model.database.js';
import { readGuildTail } from '../read/changes.query.js';
import { type QueueLimits, type QueueReading, readItems, readStaff } from './queue-facts.query.js';
import { byPlace, type PlacedItem } from './queue-item.js';
import { type Touched, touchedByAll } from './queue-scope.js';

/** The queue of a guild, evaluated on one state of the database. */
export interface EvaluatedQueue extends QueueReading {
  /** Schema of the projection. */
  schema: string;
  /** The newest change of the guild that is included. */
  seq: number;
  settings: RestQueueSettings;
  staff: ReadonlySet<Snowflake>;
  /** Longest waiting first. */
  sorted: readonly PlacedItem[];
}

/** The limits that leave out older conversations. */
export const limitsBeyond = ({ hasOlderThreads, cutChannels }: QueueReading): QueueLimit[] => [
  ...(hasOlderThreads ? (['threads'] as const) : []),
  ...(cutChannels.size > 0 ? (['messages'] as const) : []),
];

/** With more changes than this, the whole queue is evaluated. */
const MAX_CHANGES = 1_000;
const MAX_GUILDS = 200;

const POSITION = `
  SELECT current_schema()::text AS schema, coalesce((SELECT seq FROM feed_heads WHERE feed = 'a:' || $1), 0) AS seq`;

/**
 * Keeps the last evaluation of each guild. It evaluates only what changed between that state and the snapshot that the caller
 * reads. Without an unbroken chain of changes, it evaluates everything.
 */
export class QueueIndex {
  private readonly guilds = new Map<string, { last?: EvaluatedQueue; evaluations: TaskQueue }>();
  /** Number of evaluations so far: of the whole queue, and of the changed part. */
  readonly evaluated = { whole: 0, partial: 0 };

  /** `onLimit`: called when a limit begins to leave out older conversations of a guild. */
  constructor(
    private readonly limits: QueueLimits,
    private readonly onLimit: (limit: QueueLimit, guildId: Snowflake) => void,
  ) {}

  /** The queue in the state of `query`, which must be a snapshot. */
  async evaluate(query: Querying, guildId: Snowflake, settings: RestQueueSettings): Promise<EvaluatedQueue> {
    const [row] = await query.rows<{ schema: string; seq: string }>({
      name: 'queue_position',
      text: POSITION,
      values: [guildId],
    });
    const { limits } = this;
    const target = { guildId, schema: row!.schema, seq: Number(row!.seq), settings, limits };
    const guild = this.guildOf(guildId);
    if (guild.last && isAt(guild.last, target)) return guild.last;
    // One evaluation at a time: each starts from the result of the previous one and has little left to do.
    return guild.evaluations.run(async () => {
      const { last } = guild;
      if (last && isAt(last, target)) return last;
      const next = await this.evaluateFrom(query, last, target);
      const before = last ? limitsBeyond(last) : [];
      for (const limit of limitsBeyond(next)) if (!before.includes(limit)) this.onLimit(limit, guildId);
      if (!last || !isNewer(last, next)) guild.last = next;
      return next;
    });
  }

  private async evaluateFrom(
    query: Querying,
    last: EvaluatedQueue | undefined,
    target: Target,
  ): Promise<EvaluatedQueue> {
    if (!last || !isSameQueue(last, target)) return this.evaluateAll(query, target);
    const touched = await readTouched(query, last, target);
    if (touched === 'all') return this.evaluateAll(query, target);
    if (touched.size === 0) return { ...last, seq: target.seq };
    this.evaluated.partial += 1;
    const found = await readItems(query, { ...target, staff: last.staff }, touched);
    const next = replaced(last, target, touched, found);
    // Several new threads may exceed a limit that was not reached before.
    return next.items.size > target.limits.threads ? this.evaluateAll(query, target) : next;
  }

  private async evaluateAll(query: Querying, target: Target): Promise<EvaluatedQueue> {
    this.evaluated.whole += 1;
    const staff = await readStaff(query, target.guildId, target.settings.staffRoleIds);
    return evaluatedOf(target, staff, await readItems(query, { ...target, staff }, null));
  }

  private guildOf(guildId: string) {
    const known = this.guilds.get(guildId);
    if (known) return known;
    const [oldest] = this.guilds.keys();
    if (this.guilds.size >= MAX_GUILDS && oldest !== undefined) this.guilds.delete(oldest);
    const guild: { last?: EvaluatedQueue; evaluations: TaskQueue } = { evaluations: new TaskQueue() };
    this.guilds.set(guildId, guild);
    return guild;
  }
}

type Target = Pick<EvaluatedQueue, 'schema' | 'seq' | 'settings'> & {
  guildId: Snowflake;
  limits: QueueLimits;
};

const isSameQueue = (a: EvaluatedQueue, b: Target): boolean =>
  a.schema === b.schema && a.settings.revision === b.settings.revision;

const isAt = (queue: EvaluatedQueue, target: Target): boolean =>
  queue.seq === target.seq && isSameQueue(queue, target);

/** Whether `a` was evaluated on a later state of the database than `b`. */
const isNewer = (a: EvaluatedQueue, b: EvaluatedQueue): boolean =>
  a.schema === b.schema && (a.settings.revision > b.settings.revision || a.seq > b.seq);

/** `all` if changes are missing, or if older threads may replace deleted ones. */
async function readTouched(query: Querying, last: EvaluatedQueue, target: Target): Promise<Touched> {
  if (last.items.size >= target.limits.threads) return 'all';
  const { changes } = await readGuildTail(query, target.guildId, last.seq, MAX_CHANGES);
  return isChain(last.seq, changes, target.seq) ? touchedByAll(changes, last) : 'all';
}

const isChain = (from: number, changes: readonly Change[], to: number): boolean =>
  changes.every(({ guildPrev }, i) => guildPrev === (i === 0 ? from : changes[i - 1]!.seq)) &&
  (changes.at(-1)?.seq ?? from) === to;

function evaluatedOf(
  { schema, seq, settings }: Target,
  staff: ReadonlySet<Snowflake>,
  found: QueueReading,
): EvaluatedQueue {
  const sorted = [...found.items.values()].flat().sort(byPlace);
  return { ...found, schema, seq, settings, staff, sorted };
}

/** The queue with these channels evaluated again. Nearly everything keeps its order, which makes sorting fast. */
function replaced(
  last: EvaluatedQueue,
  { schema, seq, settings }: Target,
  touched: ReadonlySet<Snowflake>,
  found: QueueReading,
): EvaluatedQueue {
  const items = new Map(last.items);
  for (const id of touched) items.delete(id);
  for (const [id, each] of found.items) items.set(id, each);
  const kept = last.sorted.filter(({ channelId }) => !touched.has(channelId));
  const sorted = [...kept, ...[...found.items.values()].flat()].sort(byPlace);
  const cutChannels = new Set(found.cutChannels);
  for (const id of last.cutChannels) if (!touched.has(id)) cutChannels.add(id);
  const { staff, hasOlderThreads } = last;
  return { schema, seq, settings, staff, items, sorted, hasOlderThreads, cutChannels };
}

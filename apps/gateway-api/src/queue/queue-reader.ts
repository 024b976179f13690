import type { QueueEntry, QueueLimit, QueuePerson, Snowflake } from '@discord-relay/contracts';
import type { Querying } from '../database/read-model.database.js';
import { namesOfMembers } from '../read/member-names.query.js';
import type { QueueLimits } from './queue-facts.query.js';
import { type EvaluatedQueue, QueueIndex } from './queue-index.js';
import type { QueueItem } from './queue-item.js';
import type { QueueSettingsStore } from './queue-settings.js';

/** Reads support queues with the current settings. */
export class QueueReader {
  private readonly index: QueueIndex;

  /** `onLimit`: called when a limit begins to leave out older conversations of a guild. */
  constructor(
    readonly settings: QueueSettingsStore,
    limits: QueueLimits,
    onLimit: (limit: QueueLimit, guildId: Snowflake) => void = () => undefined,
  ) {
    this.index = new QueueIndex(limits, onLimit);
  }

  /** Number of evaluations of the whole queue, and of only a part. */
  get evaluated(): QueueIndex['evaluated'] {
    return this.index.evaluated;
  }

  /** The queue in the state of `query`, which must be a snapshot. @throws AppError `SERVICE.UNAVAILABLE` */
  async evaluate(query: Querying, guildId: Snowflake): Promise<EvaluatedQueue> {
    return this.index.evaluate(query, guildId, await this.settings.read(guildId));
  }

  /** The items with the names of the users in the guild. */
  async entriesOf(query: Querying, guildId: Snowflake, items: readonly QueueItem[]): Promise<QueueEntry[]> {
    const people = items.flatMap(({ openerId, lastSpeakerId }) => [openerId, lastSpeakerId]);
    const nameOf = await namesOfMembers(query, guildId, people);
    return items.map((item) => toEntry(guildId, item, nameOf));
  }
}

function toEntry(
  guildId: Snowflake,
  item: QueueItem,
  nameOf: (userId: Snowflake) => string | null,
): QueueEntry {
  const { id, channelId, parentId, name, state, firstResponseS } = item;
  const person = (personId: Snowflake | null): QueuePerson | null =>
    personId === null ? null : { id: personId, name: nameOf(personId) };
  return {
    ...{ id, guildId, channelId, parentId, name, state, firstResponseS },
    opener: person(item.openerId),
    openedAt: iso(item.openedAtMs),
    lastSpeaker: person(item.lastSpeakerId),
    lastMessageAt: isoOrNull(item.lastMessageAtMs),
    waitingSince: isoOrNull(item.waitingSinceMs),
    firstResponseAt: isoOrNull(item.firstResponseAtMs),
  };
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString();
const isoOrNull = (timeMs: number | null): string | null => (timeMs === null ? null : iso(timeMs));

import { compareSnowflakes, isSnowflake, LAST_SNOWFLAKE, type Snowflake } from '@discord-relay/contracts';
import type { RawDispatch } from '../events/normalize-result.js';
import { isFields, readList, type Fields } from '../fields/read-fields.js';

/** Ids that are kept for all incomplete member lists of a shard; about 60 bytes each. */
const MAX_IDS = 1_000_000;

export type AbandonedListReason =
  'asked_again' | 'session_lost' | 'handed_over' | 'guild_gone' | 'unreadable' | 'too_many';

/** A guild's members as far as they have been listed. */
interface PendingList {
  readonly nonce: string;
  chunkCount: number | undefined;
  readonly chunks: Set<number>;
  readonly listed: Set<Snowflake>;
  /** Members who joined (true) or left since the request; the list may be older. */
  readonly changedSince: Map<Snowflake, boolean>;
}

interface Chunk {
  guildId: Snowflake;
  nonce: unknown;
  index: number;
  count: number;
  userIds: Snowflake[];
}

/**
 * Collects a shard's member lists until they are complete: only a complete list reveals who is no longer a member. A list is
 * valid for one session, and is abandoned rather than risk counting a present member as absent.
 */
export class MemberListCollector {
  private readonly lists = new Map<Snowflake, PendingList>();
  private size = 0;

  constructor(private readonly maxIds = MAX_IDS) {}

  /** All members of a guild are requested under this nonce, from this point on in the order of dispatches. */
  start(guildId: Snowflake, nonce: string): AbandonedListReason[] {
    const givenUp = this.abandon(guildId, 'asked_again');
    const roll = {
      chunks: new Set<number>(),
      listed: new Set<Snowflake>(),
      changedSince: new Map<Snowflake, boolean>(),
    };
    this.lists.set(guildId, { nonce, chunkCount: undefined, ...roll });
    return givenUp;
  }

  /** All members of the guild, by id, if the chunk completes its list; otherwise undefined. */
  readonly completeListOf = (fields: Fields): Snowflake[] | undefined => {
    const chunk = readChunk(fields);
    const roll = chunk && this.listOf(chunk);
    if (!roll || !fits(roll, chunk)) return undefined;
    if (new Set([...roll.chunks, chunk.index]).size < chunk.count) return undefined;
    const present = new Set([...roll.listed, ...chunk.userIds]);
    for (const [userId, came] of roll.changedSince) present[came ? 'add' : 'delete'](userId);
    return [...present].sort(compareSnowflakes);
  };

  /** Applies a dispatch that has been normalized. Returns a reason for each list that it made invalid. */
  apply({ t: type, d: data }: RawDispatch): AbandonedListReason[] {
    if (!isFields(data)) return [];
    if (type === 'GUILD_MEMBERS_CHUNK') return this.addChunk(data);
    if (type === 'GUILD_MEMBER_ADD') return this.markChanged(data, true);
    if (type === 'GUILD_MEMBER_REMOVE') return this.markChanged(data, false);
    return type === 'GUILD_DELETE' && isSnowflake(data.id) ? this.abandon(data.id, 'guild_gone') : [];
  }

  abandonAll(reason: AbandonedListReason): AbandonedListReason[] {
    return [...this.lists.keys()].flatMap((guildId) => this.abandon(guildId, reason));
  }

  private addChunk(fields: Fields): AbandonedListReason[] {
    const chunk = readChunk(fields);
    if (!chunk) return this.abandonUnreadable(fields);
    const roll = this.listOf(chunk);
    if (!roll) return [];
    if (!fits(roll, chunk)) return this.abandon(chunk.guildId, 'unreadable');
    roll.chunkCount = chunk.count;
    roll.chunks.add(chunk.index);
    if (roll.chunks.size === chunk.count) {
      this.remove(chunk.guildId);
      return [];
    }
    const before = roll.listed.size;
    for (const userId of chunk.userIds) roll.listed.add(userId);
    return this.grow(chunk.guildId, roll.listed.size - before);
  }

  private markChanged({ guild_id: guildId, user }: Fields, came: boolean): AbandonedListReason[] {
    const roll = isSnowflake(guildId) ? this.lists.get(guildId) : undefined;
    if (!roll || !isSnowflake(guildId)) return [];
    const userId = idOf(user);
    if (userId === undefined) return this.abandon(guildId, 'unreadable');
    const before = roll.changedSince.size;
    roll.changedSince.set(userId, came);
    return this.grow(guildId, roll.changedSince.size - before);
  }

  private listOf({ guildId, nonce }: Pick<Chunk, 'guildId' | 'nonce'>): PendingList | undefined {
    const roll = this.lists.get(guildId);
    return roll?.nonce === nonce ? roll : undefined;
  }

  private abandonUnreadable({ guild_id: guildId, nonce }: Fields): AbandonedListReason[] {
    const isOurs = isSnowflake(guildId) && this.listOf({ guildId, nonce });
    return isOurs ? this.abandon(guildId, 'unreadable') : [];
  }

  private grow(guildId: Snowflake, by: number): AbandonedListReason[] {
    this.size += by;
    return this.size > this.maxIds ? this.abandon(guildId, 'too_many') : [];
  }

  private abandon(guildId: Snowflake, reason: AbandonedListReason): AbandonedListReason[] {
    const known = this.lists.has(guildId);
    this.remove(guildId);
    return known ? [reason] : [];
  }

  private remove(guildId: Snowflake): void {
    const roll = this.lists.get(guildId);
    this.size -= (roll?.listed.size ?? 0) + (roll?.changedSince.size ?? 0);
    this.lists.delete(guildId);
  }
}

/** A chunk whose ids are all readable; no complete list is empty, because the bot is in it. */
function readChunk(fields: Fields): Chunk | undefined {
  const { guild_id: guildId, nonce, chunk_index: index, chunk_count: count, members } = fields;
  const users = readList(members, (each) => (isFields(each) ? idOf(each.user) : undefined));
  if (!isSnowflake(guildId) || users.dropped > 0 || users.items.length === 0) return undefined;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(count)) return undefined;
  return { guildId, nonce, index: Number(index), count: Number(count), userIds: users.items };
}

const fits = ({ chunkCount }: PendingList, { index, count }: Chunk): boolean =>
  index >= 0 && index < count && (chunkCount ?? count) === count;

const idOf = (user: unknown): Snowflake | undefined =>
  isFields(user) && isSnowflake(user.id) && compareSnowflakes(user.id, LAST_SNOWFLAKE) <= 0
    ? user.id
    : undefined;

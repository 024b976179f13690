import { compareSnowflakes, isSnowflake, LAST_SNOWFLAKE, type Snowflake } from '@discord-relay/contracts';
import type { RawDispatch } from '../events/normalize-result.js';
import { isFields, readList, type Fields } from '../fields/read-fields.js';

/** Ids that are kept for all guilds of a shard whose lists have not come whole; about 60 bytes each. */
export const MOST_IDS = 1_000_000;

export type GivenUp =
  'asked_again' | 'session_lost' | 'handed_over' | 'guild_gone' | 'unreadable' | 'too_many';

/** A guild's members as far as they are listed. */
interface Roll {
  readonly nonce: string;
  chunkCount: number | undefined;
  readonly chunks: Set<number>;
  readonly listed: Set<Snowflake>;
  /** Who came (true) or went since the list was asked for; the list may be older. */
  readonly moved: Map<Snowflake, boolean>;
}

interface Chunk {
  guildId: Snowflake;
  nonce: unknown;
  index: number;
  count: number;
  userIds: Snowflake[];
}

/**
 * Gathers a shard's lists of members until they are whole: only then it is known who is not there. What was gathered
 * is good for one session, and is given up rather than that somebody is taken for absent who is not.
 */
export class MemberRolls {
  private readonly rolls = new Map<Snowflake, Roll>();
  private size = 0;

  constructor(private readonly mostIds = MOST_IDS) {}

  /** All members of a guild are asked for, under this nonce, from here on in the order of dispatches. */
  begin(guildId: Snowflake, nonce: string): GivenUp[] {
    const givenUp = this.giveUp(guildId, 'asked_again');
    const roll = {
      chunks: new Set<number>(),
      listed: new Set<Snowflake>(),
      moved: new Map<Snowflake, boolean>(),
    };
    this.rolls.set(guildId, { nonce, chunkCount: undefined, ...roll });
    return givenUp;
  }

  /** Everybody who is in the guild, by id, if the chunk is the last that its list needs; else undefined. */
  readonly completedBy = (fields: Fields): Snowflake[] | undefined => {
    const chunk = readChunk(fields);
    const roll = chunk && this.rollOf(chunk);
    if (!roll || !fits(roll, chunk)) return undefined;
    if (new Set([...roll.chunks, chunk.index]).size < chunk.count) return undefined;
    const present = new Set([...roll.listed, ...chunk.userIds]);
    for (const [userId, came] of roll.moved) present[came ? 'add' : 'delete'](userId);
    return [...present].sort(compareSnowflakes);
  };

  /** Takes in a dispatch, after what it becomes was made of it. Returns why lists were given up for it. */
  see({ t: type, d: data }: RawDispatch): GivenUp[] {
    if (!isFields(data)) return [];
    if (type === 'GUILD_MEMBERS_CHUNK') return this.gather(data);
    if (type === 'GUILD_MEMBER_ADD') return this.move(data, true);
    if (type === 'GUILD_MEMBER_REMOVE') return this.move(data, false);
    return type === 'GUILD_DELETE' && isSnowflake(data.id) ? this.giveUp(data.id, 'guild_gone') : [];
  }

  /** Gives up what has not come whole. */
  forget(reason: GivenUp): GivenUp[] {
    return [...this.rolls.keys()].flatMap((guildId) => this.giveUp(guildId, reason));
  }

  private gather(fields: Fields): GivenUp[] {
    const chunk = readChunk(fields);
    if (!chunk) return this.unreadable(fields);
    const roll = this.rollOf(chunk);
    if (!roll) return [];
    if (!fits(roll, chunk)) return this.giveUp(chunk.guildId, 'unreadable');
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

  private move({ guild_id: guildId, user }: Fields, came: boolean): GivenUp[] {
    const roll = isSnowflake(guildId) ? this.rolls.get(guildId) : undefined;
    if (!roll || !isSnowflake(guildId)) return [];
    const userId = idOf(user);
    if (userId === undefined) return this.giveUp(guildId, 'unreadable');
    const before = roll.moved.size;
    roll.moved.set(userId, came);
    return this.grow(guildId, roll.moved.size - before);
  }

  private rollOf({ guildId, nonce }: Pick<Chunk, 'guildId' | 'nonce'>): Roll | undefined {
    const roll = this.rolls.get(guildId);
    return roll?.nonce === nonce ? roll : undefined;
  }

  private unreadable({ guild_id: guildId, nonce }: Fields): GivenUp[] {
    const isOurs = isSnowflake(guildId) && this.rollOf({ guildId, nonce });
    return isOurs ? this.giveUp(guildId, 'unreadable') : [];
  }

  private grow(guildId: Snowflake, by: number): GivenUp[] {
    this.size += by;
    return this.size > this.mostIds ? this.giveUp(guildId, 'too_many') : [];
  }

  private giveUp(guildId: Snowflake, reason: GivenUp): GivenUp[] {
    const known = this.rolls.has(guildId);
    this.remove(guildId);
    return known ? [reason] : [];
  }

  private remove(guildId: Snowflake): void {
    const roll = this.rolls.get(guildId);
    this.size -= (roll?.listed.size ?? 0) + (roll?.moved.size ?? 0);
    this.rolls.delete(guildId);
  }
}

/** A chunk all of whose ids can be read; of a whole list none is empty: the bot is in it. */
function readChunk(fields: Fields): Chunk | undefined {
  const { guild_id: guildId, nonce, chunk_index: index, chunk_count: count, members } = fields;
  const users = readList(members, (each) => (isFields(each) ? idOf(each.user) : undefined));
  if (!isSnowflake(guildId) || users.dropped > 0 || users.items.length === 0) return undefined;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(count)) return undefined;
  return { guildId, nonce, index: Number(index), count: Number(count), userIds: users.items };
}

const fits = ({ chunkCount }: Roll, { index, count }: Chunk): boolean =>
  index >= 0 && index < count && (chunkCount ?? count) === count;

const idOf = (user: unknown): Snowflake | undefined =>
  isFields(user) && isSnowflake(user.id) && compareSnowflakes(user.id, LAST_SNOWFLAKE) <= 0
    ? user.id
    : undefined;

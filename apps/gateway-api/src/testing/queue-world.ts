import { type AccessChange, firstSnowflakeAt, type Snowflake } from '@discord-relay/contracts';
import { MEMBER, type World } from './world.js';

export const FORUM = '7000' as Snowflake;
export const QUESTIONS = '7001' as Snowflake;
export const STAFF_ROLE = '60' as Snowflake;
export const SOLVED_TAG = '900' as Snowflake;
export const STAFF = '801' as Snowflake;
export const ASKER = '802' as Snowflake;
export const BOT = '803' as Snowflake;

const FIRST_MS = Date.parse('2026-01-01T00:00:00Z');
const GUILD_FORUM = 15;

interface Said {
  authorId?: Snowflake;
  bot?: boolean;
  replyTo?: Snowflake | null;
  /** Minutes after the first of January. */
  minute?: number;
}

/**
 * A guild with a forum and a text channel for questions of members and answers of staff; the rows are those of a projector.
 */
export class QueueWorld {
  private minutes = 0;
  private earlyMinutes = 0;

  constructor(
    private readonly world: World,
    readonly guildId: Snowflake,
  ) {}

  /** An id created in the given minute, by default ten minutes after the last one. */
  idAt(minute = (this.minutes += 10)): Snowflake {
    return firstSnowflakeAt(FIRST_MS + minute * 60_000);
  }

  /** A minute before all others; never the same one twice. */
  earlyMinute(): number {
    return 1 + this.earlyMinutes++ / 1_000;
  }

  async setUp(): Promise<void> {
    const { world, guildId } = this;
    const channel = (channelId: Snowflake, type: number): AccessChange => ({
      ...{ of: 'channel', channelId, type, parentId: null, overwrites: [], deleted: false },
    });
    await world.access([channel(FORUM, GUILD_FORUM), channel(QUESTIONS, 0)], guildId);
    await world.access([{ of: 'role', roleId: STAFF_ROLE, permissions: '0' }], guildId);
    await this.member(STAFF, [STAFF_ROLE]);
    await this.member(ASKER);
    await world.query('UPDATE members SET username = $2 WHERE user_id = $1', [ASKER, 'asker']);
  }

  async member(userId: Snowflake, roleIds: Snowflake[] = [], left = false): Promise<void> {
    await this.world.access([{ of: 'member', userId, ...MEMBER, roleIds, left }], this.guildId);
  }

  /** A forum post; its id determines when it was opened. */
  async post(name = 'a question', ownerId: Snowflake = ASKER, id = this.idAt()): Promise<Snowflake> {
    await this.world.query(
      `INSERT INTO channels (id, guild_id, type, name, parent_id, owner_id, archived, overwrites, seq)
       VALUES ($1, $2, 11, $3, $4, $5, false, NULL, 0)`,
      [id, this.guildId, name, FORUM, ownerId],
    );
    await this.announceThread(id);
    return id;
  }

  /** Changes columns of a thread; `isAnnounced`: whether a change announces it. */
  async patchThread(
    id: Snowflake,
    column: 'archived' | 'applied_tag_ids' | 'deleted_at',
    value: unknown,
    isAnnounced = true,
  ): Promise<void> {
    await this.world.query(`UPDATE channels SET ${column} = $2 WHERE id = $1`, [id, value]);
    if (isAnnounced) await this.announceThread(id);
    else await this.world.retry([], this.guildId);
  }

  async say(channelId: Snowflake, said: Said = {}): Promise<Snowflake> {
    const { authorId = ASKER, bot = false, replyTo = null, minute } = said;
    const id = this.idAt(minute);
    const author = { id: authorId, username: 'someone', ...(bot && { bot }) };
    const reference = replyTo && { type: 'default', messageId: replyTo, channelId };
    await this.world.query(
      `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, author, content, created_at, type, reference, partial, seq)
       VALUES ($1, $2, $3, $4, 'someone', $5, 'text', now(), $6, $7, false, 0)`,
      [id, channelId, this.guildId, authorId, author, replyTo ? 19 : 0, reference],
    );
    const body = {
      id,
      content: 'text',
      author,
      timestamp: '2026-01-01T00:00:00.000Z',
      channelId,
      serverId: this.guildId,
    };
    await this.world.publishChange({ kind: 'message', body: body as never }, this.guildId, channelId);
    return id;
  }

  async remove(channelId: Snowflake, id: Snowflake): Promise<void> {
    const erased = 'deleted_at = now(), author_id = NULL, author = NULL, content = NULL';
    await this.world.query(`UPDATE messages SET ${erased} WHERE id = $1`, [id]);
    const body = { ids: [id], channelId, serverId: this.guildId };
    await this.world.publishChange({ kind: 'message_delete', body }, this.guildId, channelId);
  }

  private async announceThread(id: Snowflake): Promise<void> {
    const [row] = await this.world.query<{ name: string; archived: boolean; deleted: boolean }>(
      'SELECT name, archived, deleted_at IS NOT NULL AS deleted FROM channels WHERE id = $1',
      [id],
    );
    const access: AccessChange = {
      ...{ of: 'channel', channelId: id, type: 11, parentId: FORUM, overwrites: null, deleted: row!.deleted },
    };
    const body = { id, type: 11, serverId: this.guildId, parentId: FORUM, ...row!, access: [access] };
    await this.world.publishChange({ kind: 'channel_update', body }, this.guildId);
  }
}

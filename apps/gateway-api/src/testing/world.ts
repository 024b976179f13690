import { openTestPool } from '@discord-relay/local-stack';
import type pg from 'pg';
import {
  type AccessChange,
  type Change,
  type ChangeBody,
  changeSubject,
  channelFeed,
  type FeedKey,
  guildFeed,
  positionSubject,
  type Snowflake,
} from '@discord-relay/contracts';
import { guildHead, PROJECTION_VERSION, projectionSchema, withSearchPath } from '@discord-relay/read-model';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { accessRows } from './access-rows.js';

export const GUILD = '100' as Snowflake;
export const CHANNEL = '1001' as Snowflake;
export const OTHER_CHANNEL = '1002' as Snowflake;
export const OTHER_GUILD = '200' as Snowflake;
export const FAR_CHANNEL = '2001' as Snowflake;

/** A member of both guilds without a role. */
export const VIEWER = '501' as Snowflake;
/** Has all permissions in both guilds. */
export const OWNER = '7' as Snowflake;
/** VIEW_CHANNEL, READ_MESSAGE_HISTORY and CONNECT, which everyone has. */
const READING = '1115136';

/** A member without roles, for tests to override. */
export const MEMBER = { roleIds: [] as Snowflake[], timedOutUntil: null, left: false };

const AUTHOR = { id: '7' as Snowflake, username: 'ada' };
const CREATED_AT = '2026-01-02T03:04:05.678Z';

/** Writes read models and announces changes as a projector would; a test can omit each step to cause a fault. */
export class World {
  private nextSeq = 1;
  private nextMessageId = 5_000;
  private nats: NatsConnection | undefined;

  private constructor(
    private readonly pool: pg.Pool,
    private readonly natsUrl: string,
  ) {}

  /** Two guilds, three channels, no messages, in the empty read model of this database. */
  static async create(databaseUrl: string, natsUrl: string): Promise<World> {
    const schema = projectionSchema(PROJECTION_VERSION);
    const pool = openTestPool(withSearchPath(databaseUrl, schema), 4);
    const world = new World(pool, natsUrl);
    await world.seed();
    return world;
  }

  async close(): Promise<void> {
    await this.nats?.close();
    await this.pool.end();
  }

  async query<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.pool.query<R>(text, values)).rows;
  }

  /** Commits a new message without announcing it. */
  async write(channelId: Snowflake = CHANNEL, guildId: Snowflake = GUILD, text?: string): Promise<Change> {
    const id = String(this.nextMessageId++) as Snowflake;
    const content = text ?? `message ${id}`;
    await this.query(
      `INSERT INTO messages (id, channel_id, guild_id, author_id, author_username, content, created_at, partial, seq)
       VALUES ($1, $2, $3, $4, $5, $6, $7, false, $8)`,
      [id, channelId, guildId, AUTHOR.id, AUTHOR.username, content, CREATED_AT, this.nextSeq],
    );
    const first = { timestamp: CREATED_AT, editedTimestamp: null, pinned: null, revision: 0 };
    const body = { id, content, author: AUTHOR, ...first, channelId, serverId: guildId };
    return await this.commit(channelFeed(channelId), guildId, channelId, { kind: 'message', body });
  }

  /** Commits and announces a new message. */
  async say(channelId: Snowflake = CHANNEL, guildId: Snowflake = GUILD, text?: string): Promise<Change> {
    const change = await this.write(channelId, guildId, text);
    await this.announce(change);
    return change;
  }

  /** Commits and announces the deletion of several messages by one event. */
  async bulkDelete(ids: Snowflake[], channelId: Snowflake = CHANNEL): Promise<Change> {
    await this.query('UPDATE messages SET deleted_at = now(), content = NULL WHERE id = ANY ($1::bigint[])', [
      ids,
    ]);
    const body = { ids, channelId, serverId: GUILD };
    const change = await this.commit(channelFeed(channelId), GUILD, channelId, {
      kind: 'message_delete',
      body,
    });
    await this.announce(change);
    return change;
  }

  /** Commits and announces the new name of a channel. */
  async rename(name: string, channelId: Snowflake = CHANNEL): Promise<Change> {
    await this.query('UPDATE channels SET name = $2 WHERE id = $1', [channelId, name]);
    const body = { id: channelId, name, type: 0, serverId: GUILD, deleted: false };
    const change = await this.commit(guildFeed(GUILD), GUILD, null, { kind: 'channel_update', body });
    await this.announce(change);
    return change;
  }

  /** Commits and announces changes of access. */
  async access(changes: AccessChange[], guildId: Snowflake = GUILD): Promise<Change> {
    const change = await this.writeAccess(changes, guildId);
    await this.announce(change);
    return change;
  }

  /** As {@link access}, but not announced. */
  async writeAccess(changes: AccessChange[], guildId: Snowflake = GUILD): Promise<Change> {
    for (const each of changes)
      for (const [text, values] of accessRows(each, guildId)) await this.query(text, values);
    return await this.commit(guildFeed(guildId), guildId, null, {
      kind: 'access',
      body: { access: changes },
    });
  }

  /** Like a parked event that is retried: the rows change and the heads move, but there is no change for it. */
  async retry(changes: AccessChange[], guildId: Snowflake = GUILD): Promise<void> {
    for (const each of changes)
      for (const [text, values] of accessRows(each, guildId)) await this.query(text, values);
    const seq = this.nextSeq++;
    await this.query(
      `INSERT INTO feed_heads (feed, seq, guild_id) VALUES ($1, $3, $4), ($2, $3, $4)
       ON CONFLICT (feed) DO UPDATE SET seq = excluded.seq`,
      [guildFeed(guildId), guildHead(guildId), seq, guildId],
    );
  }

  /** Commits and announces any change of a channel's feed or of the guild's own; the caller provides its rows. */
  async publishChange(
    change: ChangeBody,
    guildId: Snowflake = GUILD,
    channelId: Snowflake | null = null,
  ): Promise<Change> {
    const feed = channelId === null ? guildFeed(guildId) : channelFeed(channelId);
    const committed = await this.commit(feed, guildId, channelId, change);
    await this.announce(committed);
    return committed;
  }

  /** As {@link publishChange}, for a channel's feed. */
  async publishChannelChange(change: ChangeBody, channelId: Snowflake = CHANNEL): Promise<Change> {
    const committed = await this.commit(channelFeed(channelId), GUILD, channelId, change);
    await this.announce(committed);
    return committed;
  }

  /** Removes changes up to `seq`. */
  async forget(seq: number): Promise<void> {
    await this.query('DELETE FROM changes WHERE seq <= $1', [seq]);
  }

  async announce(change: Change): Promise<void> {
    await this.publish(changeSubject(change.guildId, change.channelId), JSON.stringify(change));
  }

  async announcePosition(guildId: Snowflake = GUILD): Promise<void> {
    const seq = await this.head(guildHead(guildId));
    await this.publish(positionSubject(guildId), JSON.stringify({ guildId, seq }));
  }

  /** Resolves when the server has the message. */
  async publish(subject: string, payload: string): Promise<void> {
    this.nats ??= await connect({ servers: this.natsUrl, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    this.nats.publish(subject, payload);
    await this.nats.flush();
  }

  async head(feed: string): Promise<number> {
    const rows = await this.query<{ seq: string }>('SELECT seq FROM feed_heads WHERE feed = $1', [feed]);
    return Number(rows[0]?.seq ?? 0);
  }

  private async seed(): Promise<void> {
    await this.query(
      `INSERT INTO guilds (id, name, icon, owner_id, available, seq)
       VALUES ($1, 'First', 'abc', 7, true, 0), ($2, 'Second', NULL, 7, true, 0)`,
      [GUILD, OTHER_GUILD],
    );
    await this.query(
      `INSERT INTO channels (id, guild_id, type, name, position, overwrites, seq)
       VALUES ($1, $2, 0, 'general', 1, '[]', 0), ($3, $2, 0, 'top', 0, '[]', 0), ($4, $5, 0, 'far', 0, '[]', 0)`,
      [CHANNEL, GUILD, OTHER_CHANNEL, FAR_CHANNEL, OTHER_GUILD],
    );
    for (const guildId of [GUILD, OTHER_GUILD]) {
      const everyone: AccessChange = { of: 'role', roleId: guildId, permissions: READING };
      const viewer: AccessChange = { of: 'member', userId: VIEWER, ...MEMBER };
      for (const [text, values] of [...accessRows(everyone, guildId), ...accessRows(viewer, guildId)])
        await this.query(text, values);
    }
  }

  private async commit(
    feed: FeedKey,
    guildId: Snowflake,
    channelId: Snowflake | null,
    change: ChangeBody,
  ): Promise<Change> {
    const seq = this.nextSeq;
    this.nextSeq += 1 + (seq % 3);
    const guild = guildHead(guildId);
    const [prev, guildPrev] = await Promise.all([this.head(feed), this.head(guild)]);
    await this.query(
      `WITH heads AS (INSERT INTO feed_heads (feed, seq, guild_id) VALUES ($1, $4, $3), ($2, $4, $3)
                      ON CONFLICT (feed) DO UPDATE SET seq = excluded.seq)
       INSERT INTO changes (guild_id, channel_id, feed, seq, prev, guild_prev, kind, body)
       VALUES ($3, $5, $1, $4, $6, $7, $8, $9)`,
      [feed, guild, guildId, seq, channelId, prev, guildPrev, change.kind, JSON.stringify(change.body)],
    );
    return { guildId, channelId, feed, seq, prev, guildPrev, ...change };
  }
}

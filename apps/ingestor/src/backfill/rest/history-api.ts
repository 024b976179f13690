import { Routes } from 'discord-api-types/v10';
import {
  AppError,
  compareSnowflakes,
  emojiKey,
  isSnowflake,
  type EmojiKey,
  type Snowflake,
} from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { isFields, type Fields } from '../../normalize/fields/read-fields.js';
import type { BackfillMetrics } from '../../metrics/backfill-metrics.js';
import { HistoryRequestError } from './history-request-error.js';
import { PacedRequests, type RequestSettings } from './paced-requests.js';

export const PAGE_SIZE = 100;
/** Number of channels that are read concurrently, because each mostly waits for its own rate-limit bucket. */
export const CHANNELS_AT_A_TIME = 8;
/** A channel has one rate-limit bucket for each route, as at Discord. */
const CHANNEL_ROUTES = [
  'messages',
  'message',
  'reactions',
  'public-threads',
  'private-threads',
  'joined-threads',
] as const;

export type ThreadKind = 'public' | 'private' | 'joined';
export type PageAnchor = { after?: Snowflake; before?: Snowflake };
/** An object of Discord with an id. */
export type Identified = Fields & { id: Snowflake };

interface ThreadPage {
  threads: Identified[];
  /** True when Discord does not say: then the next page shows it. */
  hasMore: boolean;
}

/** Reads history from Discord's REST API. */
export class HistoryApi {
  private readonly requests: PacedRequests;
  private userId: Promise<Snowflake> | undefined;
  /** Number of list elements without an id so far. */
  unreadable = 0;

  constructor(
    settings: RequestSettings,
    metrics: BackfillMetrics,
    private readonly logger: Logger,
    signal: AbortSignal,
  ) {
    this.requests = new PacedRequests(settings, metrics, logger, signal);
  }

  /**
   * One page of messages, oldest first even if Discord sends another order, without messages outside of the requested range.
   */
  async messages(channelId: string, anchor: PageAnchor, limit = PAGE_SIZE): Promise<Identified[]> {
    const route = Routes.channelMessages(channelId);
    const page = await this.list(`messages/${channelId}`, route, { ...anchor, limit });
    const { after, before } = anchor;
    return page
      .filter(({ id }) => !after || compareSnowflakes(id, after) > 0)
      .filter(({ id }) => !before || compareSnowflakes(id, before) < 0)
      .sort((a, b) => compareSnowflakes(a.id, b.id));
  }

  /** undefined when there is no such message. */
  async message(channelId: string, id: Snowflake): Promise<Fields | undefined> {
    try {
      return await this.object(`message/${channelId}`, Routes.channelMessage(channelId, id));
    } catch (error) {
      if (error instanceof HistoryRequestError && error.kind === 'message_gone') return undefined;
      throw error;
    }
  }

  /** The ids of all users who reacted with an emoji. Pages may be short: reads until there are at least `expected`. */
  async reactionUsers(
    channelId: string,
    id: Snowflake,
    { emoji, burst, expected }: { emoji: EmojiKey; burst: boolean; expected: number },
  ): Promise<Snowflake[]> {
    const name = emoji.id === null ? emojiKey(emoji) : `${emoji.name ?? '_'}:${emoji.id}`;
    const route = Routes.channelMessageReaction(channelId, id, encodeURIComponent(name));
    const users = new Set<Snowflake>();
    for (let after: Snowflake | undefined; ;) {
      const query = { limit: PAGE_SIZE, type: Number(burst), ...(after && { after }) };
      const page = (await this.list(`reactions/${channelId}`, route, query)).map((user) => user.id);
      const isNew = page.some((userId) => !users.has(userId));
      for (const userId of page) users.add(userId);
      if (!isNew || (page.length < PAGE_SIZE && users.size >= expected)) return [...users];
      after = page.reduce((a, b) => (compareSnowflakes(a, b) > 0 ? a : b));
    }
  }

  async channels(guildId: string): Promise<Identified[]> {
    return this.list(`channels/${guildId}`, Routes.guildChannels(guildId), {});
  }

  /** The bot's own id. */
  async ownUserId(): Promise<Snowflake> {
    this.userId ??= (async () => {
      const user = await this.object('me', '/users/@me');
      if (isSnowflake(user.id)) return user.id;
      throw badAnswer('/users/@me');
    })();
    try {
      return await this.userId;
    } catch (error) {
      this.userId = undefined;
      throw error;
    }
  }

  async guild(guildId: string): Promise<Fields> {
    return this.object(`guild/${guildId}`, Routes.guild(guildId));
  }

  async member(guildId: string, userId: string): Promise<Fields> {
    return this.object(`member/${guildId}`, Routes.guildMember(guildId, userId));
  }

  async activeThreads(guildId: string): Promise<Identified[]> {
    return (await this.threads(`threads/${guildId}`, Routes.guildActiveThreads(guildId))).threads;
  }

  /**
   * A page of archived threads, last archived first; `before` is an archive timestamp. Joined private threads come newest first,
   * and `before` is an id.
   */
  async archivedThreads(channelId: string, kind: ThreadKind, before: string | undefined) {
    const route =
      kind === 'joined'
        ? Routes.channelJoinedArchivedThreads(channelId)
        : Routes.channelThreads(channelId, kind);
    return this.threads(`${kind}-threads/${channelId}`, route, {
      limit: PAGE_SIZE,
      ...(before && { before }),
    });
  }

  /** Forgets the buckets of a finished channel. */
  forget(channelId: string): void {
    for (const route of CHANNEL_ROUTES) this.requests.forget(`${route}/${channelId}`);
  }

  close(): void {
    this.requests.close();
  }

  private async list(bucket: string, route: `/${string}`, query: object): Promise<Identified[]> {
    const list = await this.requests.get(bucket, route, query);
    if (Array.isArray(list)) return this.identified(list, route);
    throw badAnswer(route);
  }

  private async object(bucket: string, route: `/${string}`): Promise<Fields> {
    const object = await this.requests.get(bucket, route);
    if (isFields(object) && !Array.isArray(object)) return object;
    throw badAnswer(route);
  }

  private async threads(bucket: string, route: `/${string}`, query: object = {}): Promise<ThreadPage> {
    const answer = await this.requests.get(bucket, route, query);
    if (!isFields(answer) || !Array.isArray(answer.threads)) throw badAnswer(route);
    return { threads: this.identified(answer.threads, route), hasMore: answer.has_more !== false };
  }

  /** Drops elements without an id, and counts them. */
  private identified(list: readonly unknown[], route: string): Identified[] {
    const good = list.filter((each): each is Identified => isFields(each) && isSnowflake(each.id));
    const unreadable = list.length - good.length;
    if (unreadable > 0) {
      this.unreadable += unreadable;
      this.logger.warn({ route, unreadable }, 'elements of a list from Discord have no id');
    }
    return good;
  }
}

const badAnswer = (route: string): HistoryRequestError =>
  HistoryRequestError.of(
    new AppError('DISCORD.BAD_ANSWER', `the answer to ${route} does not have the documented shape`),
  );

import { setTimeout as sleep } from 'node:timers/promises';
import {
  DiscordAPIError,
  RateLimitError,
  RequestMethod,
  REST,
  RESTEvents,
  type ResponseLike,
} from '@discordjs/rest';
import { Routes } from 'discord-api-types/v10';
import { AppError, emojiKey, isSnowflake, type EmojiKey, type Snowflake } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { isFields, type Fields } from '../normalize/read-fields.js';
import type { BackfillMetrics } from './backfill-metrics.js';
import { RefusalBreaker, RequestPace } from './request-pace.js';

const REQUEST_TIMEOUT_MS = 15_000;
export const PAGE_SIZE = 100;
/** A channel's buckets are one for each of its routes, as at Discord. */
const CHANNEL_ROUTES = [
  'messages',
  'message',
  'reactions',
  'public-threads',
  'private-threads',
  'joined-threads',
] as const;
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);

export interface HistoryApiSettings {
  token: string;
  apiUrl: string;
  requestsPerSecond: number;
  /** Answers of 401, 403 and 429 within ten minutes at which nothing more is asked. */
  maxRefusals?: number;
}

export type ThreadKind = 'public' | 'private' | 'joined';
export type PageAnchor = { after: Snowflake } | { before: Snowflake } | object;

/** History as Discord's REST API tells it: paced, counted, and never more often refused than is safe. */
export class HistoryApi {
  private readonly rest: REST;
  private readonly pace: RequestPace;
  private readonly breaker: RefusalBreaker;
  private userId: Promise<Snowflake> | undefined;

  constructor(
    private readonly settings: HistoryApiSettings,
    private readonly metrics: BackfillMetrics,
    private readonly logger: Logger,
    private readonly signal: AbortSignal,
  ) {
    this.pace = new RequestPace(settings.requestsPerSecond);
    this.breaker = new RefusalBreaker(settings.maxRefusals);
    this.rest = new REST({
      version: '10',
      api: settings.apiUrl,
      timeout: REQUEST_TIMEOUT_MS,
      // The library would wait and repeat out of sight of pace and breaker.
      rejectOnRateLimit: () => true,
    });
    this.rest.on(RESTEvents.Response, (_request, response) => this.count(response.status));
  }

  /** One page of messages, oldest first. */
  async messages(channelId: string, anchor: PageAnchor, limit = PAGE_SIZE): Promise<Fields[]> {
    const page = await this.list(`messages/${channelId}`, Routes.channelMessages(channelId), {
      ...anchor,
      limit,
    });
    return page.reverse();
  }

  /** undefined when there is no such message. */
  async message(channelId: string, id: Snowflake): Promise<Fields | undefined> {
    try {
      const message = await this.ask(`message/${channelId}`, Routes.channelMessage(channelId, id));
      return isFields(message) ? message : undefined;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** Everyone who reacted with an emoji, by id. */
  async reactionUsers(
    channelId: string,
    id: Snowflake,
    emoji: EmojiKey,
    burst: boolean,
  ): Promise<Snowflake[]> {
    const name = emoji.id === null ? emojiKey(emoji) : `${emoji.name ?? '_'}:${emoji.id}`;
    const route = Routes.channelMessageReaction(channelId, id, encodeURIComponent(name));
    const users: Snowflake[] = [];
    for (;;) {
      const query = {
        limit: PAGE_SIZE,
        type: Number(burst),
        ...(users.length > 0 && { after: users.at(-1) }),
      };
      const page = (await this.list(`reactions/${channelId}`, route, query)).map(({ id: userId }) => userId);
      users.push(...page.filter(isSnowflake));
      if (page.length < PAGE_SIZE) return users;
    }
  }

  async channels(guildId: string): Promise<Fields[]> {
    return this.list(`channels/${guildId}`, Routes.guildChannels(guildId), {});
  }

  /** The bot's own id. */
  async ownUserId(): Promise<Snowflake> {
    this.userId ??= (async () => {
      const user = await this.ask('me', '/users/@me');
      if (isFields(user) && isSnowflake(user.id)) return user.id;
      throw new AppError('DISCORD.UNREACHABLE', 'Discord did not say who the bot is');
    })();
    try {
      return await this.userId;
    } catch (error) {
      this.userId = undefined;
      throw error;
    }
  }

  async guild(guildId: string): Promise<Fields> {
    const guild = await this.ask(`guild/${guildId}`, Routes.guild(guildId));
    return isFields(guild) ? guild : {};
  }

  async member(guildId: string, userId: string): Promise<Fields> {
    const member = await this.ask(`member/${guildId}`, Routes.guildMember(guildId, userId));
    return isFields(member) ? member : {};
  }

  async activeThreads(guildId: string): Promise<Fields[]> {
    return threadsIn(await this.ask(`threads/${guildId}`, Routes.guildActiveThreads(guildId))).threads;
  }

  /**
   * A page of archived threads, last archived first; `before` is an archive timestamp. Those private ones that the bot
   * has joined come newest first, and `before` is an id.
   */
  async archivedThreads(channelId: string, kind: ThreadKind, before: string | undefined) {
    const route =
      kind === 'joined'
        ? Routes.channelJoinedArchivedThreads(channelId)
        : Routes.channelThreads(channelId, kind);
    return threadsIn(
      await this.ask(`${kind}-threads/${channelId}`, route, { limit: PAGE_SIZE, ...(before && { before }) }),
    );
  }

  /** A channel that is done with. */
  forget(channelId: string): void {
    for (const route of CHANNEL_ROUTES) this.pace.forget(`${route}/${channelId}`);
  }

  close(): void {
    this.rest.clearHandlerSweeper();
    this.rest.clearHashSweeper();
  }

  private async list(bucket: string, route: `/${string}`, query: object): Promise<Fields[]> {
    const list = await this.ask(bucket, route, query);
    return Array.isArray(list) ? list.filter(isFields) : [];
  }

  private async ask(bucket: string, route: `/${string}`, query: object = {}): Promise<unknown> {
    const parameters = Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]);
    for (;;) {
      this.checkBreaker();
      const waitMs = this.pace.reserve(bucket, performance.now()) - performance.now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.signal });
      this.signal.throwIfAborted();
      const response = await this.send(bucket, route, new URLSearchParams(parameters));
      if (response) return response.json();
    }
  }

  /** undefined when the request has to be made again later. */
  private async send(
    bucket: string,
    fullRoute: `/${string}`,
    query: URLSearchParams,
  ): Promise<ResponseLike | undefined> {
    try {
      const { signal } = this;
      // The library drops its token at a 401, and would never ask again.
      this.rest.setToken(this.settings.token);
      const response = await this.rest.queueRequest({ method: RequestMethod.Get, fullRoute, query, signal });
      this.pace.answered(bucket, bucketState(response));
      return response;
    } catch (error) {
      if (!(error instanceof RateLimitError)) throw error;
      const waitMs = Math.max(error.retryAfter, error.timeToReset);
      this.pace.refused(bucket, waitMs, performance.now(), error.global);
      this.logger.debug({ route: error.route, waitMs, global: error.global }, 'backfill has to wait');
      return undefined;
    }
  }

  private count(status: number): void {
    this.metrics.requests.inc({ status: String(status) });
    if (REFUSALS.has(status)) this.breaker.refused(performance.now());
  }

  private checkBreaker(): void {
    if (this.breaker.isOpen(performance.now())) throw new AppError('DISCORD.TOO_MANY_REFUSALS');
  }
}

/** The HTTP status of a refusal by Discord; undefined for every other error. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof DiscordAPIError ? error.status : undefined;

function bucketState({ headers }: ResponseLike) {
  const number = (name: string) => {
    const value = headers.get(name);
    return value === null || Number.isNaN(Number(value)) ? undefined : Number(value);
  };
  const resetAfterS = number('x-ratelimit-reset-after');
  return {
    remaining: number('x-ratelimit-remaining'),
    resetAfterMs: resetAfterS === undefined ? undefined : resetAfterS * 1_000,
  };
}

function threadsIn(answer: unknown): { threads: Fields[]; hasMore: boolean } {
  if (!isFields(answer) || !Array.isArray(answer.threads)) return { threads: [], hasMore: false };
  return { threads: answer.threads.filter(isFields), hasMore: answer.has_more === true };
}

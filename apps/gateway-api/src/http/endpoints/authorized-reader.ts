import { Inject, Injectable } from '@nestjs/common';
import { AppError, type WireGuild } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import type { GuildAccess } from '../../access/guild-access.js';
import { loadGuildAccess, loadGuildAccesses } from '../../read/access/load-guild-access.js';
import type { Rights } from '../../access/permissions.js';
import { guildScope, seesAllChannels, type Principal } from '../../access/principal.js';
import { CONFIG, type GatewayApiConfig } from '../../config.js';
import { type ChannelRow, findChannel, guildsOfChannels } from '../../read/channels.query.js';
import { findGuild, listGuilds, listGuildsAround, listGuildsAsOf } from '../../read/guilds.query.js';
import { type Querying, ReadModelDatabase } from '../../database/read-model.database.js';
import type { Point } from '../../read/as-of/point.query.js';

/** What a request may read in a guild. */
export interface GuildReadContext {
  query: Querying;
  /** The caller's rights in these channels, or in all channels of the guild; default: the current rights. */
  loadRights: (channelIds?: readonly string[], asOf?: PastRights) => Promise<LoadedRights>;
  /** Whether the caller might see the guild at an earlier point. */
  sawGuild: (asOf: PastRights) => Promise<boolean>;
  /** As {@link seesAllChannels}, of the caller. */
  seesAllChannels: boolean;
}

/** The point of which rights are read; a timeout that was in force at its earliest time counts. */
type PastRights = Pick<Point, 'seq' | 'earliestMs'>;

export interface LoadedRights {
  /** No rights if the channel is not known. */
  rights: (channelId: string) => Rights;
  /** Ids of all visible channels, in no particular order. */
  visibleChannels: () => string[];
  access: GuildAccess;
}

export interface ChannelReadContext extends GuildReadContext {
  channel: ChannelRow;
}

/**
 * Reads rows together with the caller's rights, from one state of the database: a right that was removed before the request
 * is never used.
 */
@Injectable()
export class AuthorizedReader {
  constructor(
    @Inject(ReadModelDatabase) private readonly database: ReadModelDatabase,
    @Inject(CONFIG) private readonly config: GatewayApiConfig,
  ) {}

  /** The guilds that the principal may see, by name. */
  async guilds(principal: Principal): Promise<WireGuild[]> {
    const publicChannels = this.config.PUBLIC_CHANNELS;
    return this.database.snapshot(async (query) => {
      if (seesAllChannels(principal)) return listGuilds(query, guildScope(principal));
      const guilds = await listGuildsAround(query, principal.id, publicChannels);
      const access = await loadGuildAccesses(
        query,
        guilds.map(({ id }) => id),
        { userIds: [principal.id], publicChannels, channelIds: [...publicChannels] },
      );
      return guilds.filter(({ id }) => access.get(id)!.seesGuild(principal));
    });
  }

  /** As {@link guilds}, of those that the principal might see after the event `seq` as well. */
  async guildsAsOf(principal: Principal, seq: number): Promise<WireGuild[]> {
    const ids = (await this.guilds(principal)).map(({ id }) => id);
    return this.database.snapshot(async (query) => {
      const guilds = await listGuildsAsOf(query, ids, seq);
      const publicChannels = this.config.PUBLIC_CHANNELS;
      const selection = { publicChannels, channelIds: [...publicChannels], asOf: seq };
      const userIds = seesAllChannels(principal) ? [] : [principal.id];
      const access = await loadGuildAccesses(query, ids, { ...selection, userIds });
      return guilds.filter(({ id }) => access.get(id)!.seesGuild(principal));
    });
  }

  /** @throws AppError `GUILD.NOT_FOUND`, also when the principal may not see the guild; what `work` throws */
  async inGuild<T>(
    principal: Principal,
    guildId: string,
    work: (reading: GuildReadContext) => Promise<T>,
  ): Promise<T> {
    return this.database.snapshot(async (query) => {
      const access = await this.accessTo(query, principal, guildId, {
        channelIds: [...this.config.PUBLIC_CHANNELS],
      });
      if (!access.seesGuild(principal) || !(await findGuild(query, guildId)))
        throw new AppError('GUILD.NOT_FOUND');
      return work(this.readingOf(query, principal, guildId));
    });
  }

  /**
   * @throws AppError `CHANNEL.NOT_FOUND`, also when the principal may not read the channel, or not see it where that suffices;
   * `CHANNEL.HISTORY_FORBIDDEN` when `need` is `history` and only that right is missing; what `work` throws
   */
  async inChannel<T>(
    principal: Principal,
    channelId: string,
    need: keyof Rights,
    work: (reading: ChannelReadContext) => Promise<T>,
  ): Promise<T> {
    return this.database.snapshot(async (query) => {
      const channel = await findChannel(query, channelId);
      if (!channel) throw new AppError('CHANNEL.NOT_FOUND');
      const reading = this.readingOf(query, principal, channel.guildId);
      requireRights((await reading.loadRights([channelId])).rights(channelId), need);
      return work({ ...reading, channel });
    });
  }

  /** The given channels that the principal may see, in any guild. */
  async visibleChannels(principal: Principal, channelIds: readonly string[]): Promise<Set<string>> {
    return this.database.snapshot(async (query) => {
      const guildOf = await guildsOfChannels(query, channelIds);
      const accesses = await loadGuildAccesses(query, [...new Set(guildOf.values())], {
        userIds: seesAllChannels(principal) ? [] : [principal.id],
        publicChannels: this.config.PUBLIC_CHANNELS,
        channelIds,
      });
      const nowMs = wallClockMs();
      const sees = ([id, guildId]: [string, string]) =>
        accesses.get(guildId)!.rights(principal, id, nowMs).see;
      return new Set([...guildOf].filter(sees).map(([id]) => id));
    });
  }

  private readingOf(query: Querying, principal: Principal, guildId: string): GuildReadContext {
    const loadRights: GuildReadContext['loadRights'] = async (channelIds, asOf) => {
      const access = await this.accessTo(query, principal, guildId, { channelIds, asOf: asOf?.seq });
      return sightOf(access, principal, asOf?.earliestMs ?? wallClockMs());
    };
    const sawGuild: GuildReadContext['sawGuild'] = async ({ seq }) => {
      const channelIds = [...this.config.PUBLIC_CHANNELS];
      const access = await this.accessTo(query, principal, guildId, { channelIds, asOf: seq });
      return access.seesGuild(principal);
    };
    return { query, loadRights, sawGuild, seesAllChannels: seesAllChannels(principal) };
  }

  private accessTo(
    query: Querying,
    principal: Principal,
    guildId: string,
    { channelIds, asOf }: { channelIds?: readonly string[] | undefined; asOf?: number | undefined },
  ): Promise<GuildAccess> {
    return loadGuildAccess(query, guildId, {
      userIds: seesAllChannels(principal) ? [] : [principal.id],
      publicChannels: this.config.PUBLIC_CHANNELS,
      ...(channelIds && { channelIds }),
      asOf,
    });
  }
}

function sightOf(access: GuildAccess, principal: Principal, atMs: number): LoadedRights {
  return {
    rights: (channelId) => access.rights(principal, channelId, atMs),
    visibleChannels: () => access.visibleChannels(principal, atMs),
    access,
  };
}

/**
 * The channels whose history the caller may read: the given ones, or all of the guild.
 * @throws AppError as {@link AuthorizedReader.inChannel} for a given one that the caller may not read
 */
export async function historyChannels(
  loadRights: GuildReadContext['loadRights'],
  channelIds?: readonly string[],
): Promise<string[]> {
  const { rights, visibleChannels } = await loadRights(channelIds);
  if (channelIds === undefined) return visibleChannels().filter((id) => rights(id).history);
  for (const id of channelIds) requireRights(rights(id), 'history');
  return [...channelIds];
}

export const demandHistory = (rights: Rights): void => requireRights(rights, 'history');
export const demandSight = (rights: Rights): void => requireRights(rights, 'see');

/** @throws AppError as {@link AuthorizedReader.inChannel} */
function requireRights({ see, read, history }: Rights, need: keyof Rights): void {
  if (!see || (need !== 'see' && !read)) throw new AppError('CHANNEL.NOT_FOUND');
  if (need === 'history' && !history) throw new AppError('CHANNEL.HISTORY_FORBIDDEN');
}

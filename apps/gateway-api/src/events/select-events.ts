import { Inject, Injectable } from '@nestjs/common';
import { AppError, type EventType } from '@discord-relay/contracts';
import { guildScope, seesAllChannels, type Principal } from '../access/principal.js';
import { CONFIG, type GatewayApiConfig } from '../config.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import { AuthorizedReader } from '../http/endpoints/authorized-reader.js';
import { guildIdsFor } from '../read/guilds.query.js';
import { LOGGED_TYPES, MESSAGE_TYPES, typesMatching } from '../log/select/event-types.js';
import type { SubjectSelection } from '../log/select/subject-filters.js';

export interface SelectionRequest {
  types?: string[];
  guild?: string[];
  channel?: string[];
}

/** Turns the filters of a request into a selection that the caller may ask for. */
@Injectable()
export class EventSelector {
  constructor(
    @Inject(AuthorizedReader) private readonly reading: AuthorizedReader,
    @Inject(ReadModelDatabase) private readonly database: ReadModelDatabase,
    @Inject(CONFIG) private readonly config: GatewayApiConfig,
  ) {}

  /** @throws AppError `REQUEST.INVALID`, `AUTH.FORBIDDEN`, `GUILD.NOT_FOUND`, `CHANNEL.*` */
  async select(principal: Principal, request: SelectionRequest): Promise<SubjectSelection> {
    const types = selectTypes(principal, request.types);
    const guilds = request.guild ?? null;
    for (const id of guilds ?? []) await this.reading.inGuild(principal, id, () => Promise.resolve());
    if (!request.channel)
      return { types, channelIds: null, guildIds: guilds ?? (await this.visibleGuilds(principal)) };
    const channelIds = [...new Set(request.channel)];
    const guildsOfChannels = new Set<string>();
    for (const id of channelIds) guildsOfChannels.add(await this.guildOf(principal, id, guilds));
    return { types, channelIds, guildIds: [...guildsOfChannels] };
  }

  /** null: all, which only analysts and admins may read. */
  private async visibleGuilds(principal: Principal): Promise<string[] | null> {
    if (seesAllChannels(principal)) return guildScope(principal);
    const ids = await guildIdsFor(this.database, principal, this.config.PUBLIC_CHANNELS);
    if (ids.length === 0) throw new AppError('GUILD.NOT_FOUND');
    return ids;
  }

  private guildOf(
    principal: Principal,
    channelId: string,
    guilds: readonly string[] | null,
  ): Promise<string> {
    return this.reading.inChannel(principal, channelId, 'history', async ({ channel: { guildId } }) => {
      if (guilds && !guilds.includes(guildId)) throw new AppError('CHANNEL.NOT_FOUND');
      return Promise.resolve(guildId);
    });
  }
}

/** A wildcard selects what the caller may read of its types; a type that is named must be one of these. */
function selectTypes(principal: Principal, patterns: readonly string[] = ['*']): ReadonlySet<EventType> {
  const readable = new Set(seesAllChannels(principal) ? LOGGED_TYPES : MESSAGE_TYPES);
  const selected = new Set<EventType>();
  for (const pattern of patterns) {
    const types = typesMatching(pattern);
    if (types.length === 0) throw new AppError('REQUEST.INVALID', `types: no event type matches ${pattern}`);
    const allowed = types.filter((type) => readable.has(type));
    if (allowed.length === 0)
      throw new AppError('AUTH.FORBIDDEN', `types: only analysts and admins may read ${pattern}`);
    for (const type of allowed) selected.add(type);
  }
  return selected;
}

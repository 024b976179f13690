import { GatewayIntentBits as I, GatewayOpcodes as Op } from 'discord-api-types/v10';
import { memberWithUserPayload } from '../payloads/guild-payload.js';
import type { MemberRecord } from '../state/model/records.js';
import type { World } from '../state/world.js';
import type { membersRequest } from './wire/client-payload.js';
import { jsonDispatch } from './dispatches/dispatch.js';
import type { Session } from './sessions/session.js';
import type { z } from 'zod';

type Request = z.infer<typeof membersRequest>;

const CHUNK = 1000;
const MAX_BY_QUERY = 100;

/** Answers op 8. The complete list of a guild is sent once per window; more often there is RATE_LIMITED. */
export class MemberChunks {
  private readonly lastByGuild = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly windowMs: number,
  ) {}

  /** @returns whether the request is valid and the session may make it. */
  answer(session: Session, request: Request, nowMs: number): boolean {
    const { guild_id: guildId, query, limit, user_ids: userIds, nonce } = request;
    if (!this.world.guilds.has(guildId)) return false;
    const isWhole = userIds === undefined && query === '' && limit === 0;
    if (isWhole && (session.terms.intents & I.GuildMembers) === 0) return false;
    if (isWhole && this.isTooSoon(session, guildId, nonce, nowMs)) return true;
    const requestedIds = userIds === undefined ? null : [userIds].flat();
    const found = requestedIds
      ? requestedIds.flatMap((id) => this.world.members.find(guildId, id) ?? [])
      : this.world.members
          .matching(guildId, query ?? '')
          .slice(0, isWhole ? Infinity : Math.min(limit ?? 0, MAX_BY_QUERY));
    const known = new Set(found.map(({ userId }) => userId));
    const notFound = (requestedIds ?? []).filter((id) => !known.has(id));
    this.send(session, request, found, notFound);
    return true;
  }

  private isTooSoon(session: Session, guildId: string, nonce: string | undefined, nowMs: number): boolean {
    const last = this.lastByGuild.get(guildId);
    if (last === undefined || nowMs - last >= this.windowMs) {
      this.lastByGuild.set(guildId, nowMs);
      return false;
    }
    const d = {
      opcode: Op.RequestGuildMembers,
      retry_after: (last + this.windowMs - nowMs) / 1000,
      meta: { guild_id: guildId, ...(nonce === undefined ? {} : { nonce }) },
    };
    session.send(jsonDispatch('RATE_LIMITED', null, d));
    return true;
  }

  private send(session: Session, request: Request, members: MemberRecord[], notFound: string[]): void {
    const count = Math.max(1, Math.ceil(members.length / CHUNK));
    for (let i = 0; i < count; i++) {
      const d = {
        guild_id: request.guild_id,
        members: members
          .slice(i * CHUNK, (i + 1) * CHUNK)
          .map((each) => memberWithUserPayload(this.world, each)),
        chunk_index: i,
        chunk_count: count,
        ...(notFound.length > 0 ? { not_found: notFound } : {}),
        ...(request.presences ? { presences: [] } : {}),
        ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
      };
      session.send(jsonDispatch('GUILD_MEMBERS_CHUNK', null, d));
    }
  }
}

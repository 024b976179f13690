import {
  AppError,
  type RestExportSize,
  type RestGap,
  type RestMember,
  type RestRole,
  type SearchHas,
  type Snowflake,
} from '@discord-relay/contracts';
import type { ArchiveSource, ExportQuery, ExportRequest } from '@discord-relay/export';
import type { Principal } from '../../access/principal.js';
import { withoutHidden } from '../../http/as-of/as-of-context.js';
import type { AuthorizedReader, GuildReadContext } from '../../http/endpoints/authorized-reader.js';
import type { ExportReader } from '../../http/endpoints/export-reader.js';
import { channelsOf } from '../../http/endpoints/guild-reads.js';
import type { ExportQueryDto, ExportSizeQueryDto } from '../../http/endpoints/requests.dto.js';
import type { LivePriority } from '../../log/reader/live-priority.js';
import { listGaps } from '../../read/gaps.query.js';
import { findGuild } from '../../read/guilds.query.js';
import { findMembers, listRoles } from '../../read/members.query.js';
import type { ClaimedExport, ExportLeases, Lease } from '../jobs/export-leases.js';

const PAGE_ROWS = 5_000;
const GAPS_AT_ONCE = 100;

/** Ends a run whose lease another replica has, or whose export was cancelled. */
export const LEASE_LOST = new Error('the lease of the export is lost');

export interface ReadPorts {
  reader: ExportReader;
  reading: AuthorizedReader;
  leases: ExportLeases;
  priority: LivePriority;
}

/** Reads what an export contains, with the rights that its creator has at the moment of each read. */
export class CreatorReads implements ArchiveSource {
  private readonly principal: Principal;

  constructor(
    private readonly ports: ReadPorts,
    private readonly lease: Lease,
    claimed: ClaimedExport,
  ) {
    this.principal = principalOf(claimed);
    this.within = claimed.channelIds && new Set(claimed.channelIds);
  }

  /** Channels with messages at the beginning; null: not known yet. */
  private within: ReadonlySet<string> | null;

  get channelIds(): string[] {
    return [...(this.within ?? [])];
  }

  async size(query: ExportQuery): Promise<RestExportSize> {
    const size = await this.read(() => this.ports.reader.size(this.principal, filterOf(query)));
    this.within = new Set(size.channels.map(({ key }) => key));
    return size;
  }

  page(query: ExportQuery, after: string | null): Promise<string> {
    const { details, ...filter } = query;
    const request: ExportQueryDto = {
      ...filterOf(filter),
      limit: PAGE_ROWS,
      ...(after !== null && { after }),
      ...(details === 'true' && { details }),
    };
    return this.read(() => this.ports.reader.page(this.principal, request, this.within ?? undefined));
  }

  /** Latest change last, as `relay export` writes them. */
  async gaps({ guild, filter: { from, to } }: ExportRequest): Promise<RestGap[]> {
    const gaps: RestGap[] = [];
    for (let before: number | undefined; ;) {
      const filter = { before, from, to, limit: GAPS_AT_ONCE };
      const page = await this.inGuild(guild, async ({ query, loadRights }) => {
        const found = await listGaps(query, guild, filter);
        return { ...found, gaps: await withoutHidden(found.gaps, loadRights) };
      });
      gaps.push(...page.gaps);
      if (page.next === null) return gaps.reverse();
      before = Number(page.next);
    }
  }

  guild(guildId: string): Promise<{ name: string; channels: ReadonlyMap<string, string> }> {
    return this.inGuild(guildId, async (reading) => {
      const { name } = (await findGuild(reading.query, guildId))!;
      const channels = await channelsOf(reading, guildId as Snowflake);
      return { name, channels: new Map(channels.map((channel) => [channel.id, channel.name])) };
    });
  }

  roles(guildId: string): Promise<RestRole[]> {
    return this.inGuild(guildId, ({ query }) => listRoles(query, guildId));
  }

  members(guildId: string, userIds: readonly string[]): Promise<RestMember[]> {
    return this.inGuild(guildId, async ({ query }) => (await findMembers(query, guildId, userIds)).members);
  }

  private inGuild<T>(guildId: string, work: (reading: GuildReadContext) => Promise<T>): Promise<T> {
    return this.read(() => this.ports.reading.inGuild(this.principal, guildId, work));
  }

  /** @throws LEASE_LOST; AppError `AUTH.TOKEN_REVOKED`, `AUTH.TOKEN_EXPIRED`; what the read throws */
  private async read<T>(work: () => Promise<T>): Promise<T> {
    const standing = await this.ports.leases.standing(this.lease);
    if (standing === 'lost') throw LEASE_LOST;
    if (standing === 'revoked')
      throw new AppError('AUTH.TOKEN_REVOKED', 'the log-in or the token that created the export has ended');
    if (standing === 'expired')
      throw new AppError('AUTH.TOKEN_EXPIRED', 'the token that created the export has expired');
    return this.ports.priority.runWithRest(work);
  }
}

const principalOf = ({ userId, role, guilds, credential, rightsUntil }: ClaimedExport): Principal => ({
  id: userId,
  role,
  expiresAtMs: rightsUntil.getTime(),
  ...(guilds && { guilds: new Set(guilds) }),
  ...(credential !== null && { credential }),
});

function filterOf({
  guild,
  channels,
  has,
  q,
  author,
  mentions,
  from,
  to,
  since,
  until,
}: ExportQuery): ExportSizeQueryDto {
  return {
    ...{ guild: guild!, q, author, mentions, from, to, since, until },
    channels: channels?.split(','),
    has: has?.split(',') as SearchHas[] | undefined,
  };
}

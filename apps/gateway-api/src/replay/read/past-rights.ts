import type { GuildAccess } from '../../access/guild-access.js';
import { seesAllChannels, type Principal } from '../../access/principal.js';
import type { Querying } from '../../database/read-model.database.js';
import { isStorableId } from '../../database/storable-id.js';
import { loadGuildAccess } from '../../read/access/load-guild-access.js';

/** The next event after `$2` that changes what the user could see: another row of theirs, of a role, of a channel or of the guild. */
const NEXT_CHANGE = `
  SELECT least(
    (SELECT until_seq FROM row_versions
     WHERE guild_id = $1 AND until_seq > $2
       AND (of_table IN ('guilds', 'channels', 'roles') OR (of_table = 'members' AND id = $3))
     ORDER BY until_seq LIMIT 1),
    (SELECT min(seq) FROM thread_members WHERE user_id = $3 AND seq > $2),
    (SELECT seq FROM members WHERE guild_id = $1 AND user_id = $3 AND seq > $2)) AS seq`;

export interface PastRightsOptions {
  guildId: string;
  /** Only the rights in these channels are needed; default: in all. */
  channelIds?: readonly string[];
  publicChannels: ReadonlySet<string>;
}

/** The rights that a user had when something happened, loaded once for all events between two changes of them. */
export class PastRights {
  private known: { fromSeq: number; untilSeq: number; access: GuildAccess } | undefined;

  constructor(
    private readonly options: PastRightsOptions,
    private readonly principal: Principal,
  ) {}

  /** Whether the user could read the history of the channel at the event with this sequence, which was recorded at this time. */
  async history(query: Querying, channelId: string, seq: number, atMs: number): Promise<boolean> {
    return (await this.after(query, seq)).rights(this.principal, channelId, atMs).history;
  }

  /** The rights after the event with this sequence. */
  async after(query: Querying, seq: number): Promise<GuildAccess> {
    const { known } = this;
    if (known && known.fromSeq <= seq && seq < known.untilSeq) return known.access;
    const { guildId, publicChannels, channelIds } = this.options;
    const { id } = this.principal;
    const userIds = seesAllChannels(this.principal) ? [] : [id];
    const access = await loadGuildAccess(query, guildId, {
      userIds,
      publicChannels,
      asOf: seq,
      ...(channelIds && { channelIds: [...channelIds, ...publicChannels] }),
    });
    const userId = isStorableId(id) ? id : null;
    const [next] = await query.rows<{ seq: number | string | null }>({
      name: 'next_change_of_rights',
      text: NEXT_CHANGE,
      values: [guildId, seq, userId],
    });
    this.known = { fromSeq: seq, untilSeq: Number(next!.seq ?? Infinity), access };
    return access;
  }
}

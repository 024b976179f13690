import type { Snowflake } from '@discord-relay/contracts';
import { GUILDS } from '@discord-relay/read-model/tables';
import { type FeedChain, requireGuildFeed } from '../shared/feed-chain.js';
import type { RowModel, RequireRows } from '../shared/row-model.js';
import type { LoadedRows, RowRead } from '../shared/row-read.js';
import { RowSet } from '../shared/row-set.js';
import { RowVersions } from '../shared/row-versions.js';
import { type RowWrite, upsert } from '../shared/row-write.js';
import type { GuildRow } from '../shared/rows.js';
import { guildAccess, guildDecides, guildUnavailable, leaveGuild, upsertGuild } from './evolve.js';
import type { GuildOp } from './ops.js';

const READ_GUILDS: RowRead<typeof GUILDS, [Snowflake]> = {
  name: 'read_guilds',
  table: GUILDS,
  where: 'id = ANY($1::bigint[])',
};

export const requiredByGuilds: RequireRows<GuildOp> = (op, required) => {
  const id = op.op === 'upsert' ? op.guild.id : op.id;
  required.add(READ_GUILDS, id);
  requireGuildFeed(required, id);
};

export class GuildSet implements RowModel<GuildOp> {
  readonly rows: RowSet<Snowflake, GuildRow>;
  private readonly versions = new RowVersions<GuildRow>('guilds', {
    ids: ({ id }) => ({ guildId: id, id }),
  });

  constructor(
    loaded: LoadedRows,
    private readonly feeds: FeedChain,
  ) {
    this.rows = new RowSet(loaded.of(READ_GUILDS), (row) => row.id, this.versions);
  }

  apply(op: GuildOp, seq: number): void {
    switch (op.op) {
      case 'upsert':
        return this.update(op.guild.id, seq, (row) => upsertGuild(row, op.guild, op.joined, seq));
      case 'unavailable':
        return this.update(op.id, seq, (row) => guildUnavailable(row, op.id, seq));
      case 'leave':
        return this.update(op.id, seq, (row) => leaveGuild(row, op.id, op.at, seq));
      default:
        return op satisfies never;
    }
  }

  writes(): RowWrite[] {
    return [upsert(GUILDS, this.rows.dirty()), ...this.versions.writes()];
  }

  private update(id: Snowflake, seq: number, next: (row?: GuildRow) => GuildRow | null): void {
    const before = this.rows.get(id);
    const after = this.rows.update(id, seq, next);
    if (!after || !guildDecides(before, after)) return;
    this.feeds.announceInGuild(id, seq, () => ({ access: [guildAccess(after)] }));
  }
}

import type { Snowflake } from '@discord-relay/contracts';
import { ROLES } from '@discord-relay/read-model/tables';
import { type FeedChain, requireGuildFeed } from '../shared/feed-chain.js';
import type { RowModel, RequireRows } from '../shared/row-model.js';
import type { LoadedRows, RowRead } from '../shared/row-read.js';
import { RowSet } from '../shared/row-set.js';
import { RowVersions } from '../shared/row-versions.js';
import { type RowWrite, upsert } from '../shared/row-write.js';
import type { RoleRow } from '../shared/rows.js';
import { deleteRole, roleAccess, roleDecides, upsertRole } from './evolve.js';
import type { RoleOp } from './ops.js';

const READ_ROLES: RowRead<typeof ROLES, [Snowflake]> = {
  name: 'read_roles',
  table: ROLES,
  where: 'id = ANY($1::bigint[])',
};

const READ_ROLES_OF_GUILDS: RowRead<typeof ROLES, [Snowflake]> = {
  name: 'read_roles_of_guilds',
  table: ROLES,
  where: 'guild_id = ANY($1::bigint[])',
};

export const requiredByRoles: RequireRows<RoleOp> = (op, required) => {
  switch (op.op) {
    case 'upsert':
      required.add(READ_ROLES, op.role.id);
      return requireGuildFeed(required, op.role.guild_id);
    case 'delete':
      required.add(READ_ROLES, op.id);
      return requireGuildFeed(required, op.guildId);
    case 'remove_except':
      required.add(READ_ROLES_OF_GUILDS, op.guildId);
      return requireGuildFeed(required, op.guildId);
    default:
      return op satisfies never;
  }
};

export class RoleSet implements RowModel<RoleOp> {
  readonly rows: RowSet<Snowflake, RoleRow>;
  private readonly versions = new RowVersions<RoleRow>('roles', {
    ids: ({ guild_id, id }) => ({ guildId: guild_id, id }),
  });

  constructor(
    loaded: LoadedRows,
    private readonly feeds: FeedChain,
  ) {
    const rows = loaded.of(READ_ROLES, READ_ROLES_OF_GUILDS);
    this.rows = new RowSet(rows, (row) => row.id, this.versions);
  }

  apply(op: RoleOp, seq: number): void {
    switch (op.op) {
      case 'upsert':
        return this.update(op.role.id, seq, (row) => upsertRole(row, op.role, op.synced, seq));
      case 'delete':
        return this.delete({ id: op.id, guild_id: op.guildId }, op.at, seq);
      case 'remove_except':
        return this.removeExcept(op, seq);
      default:
        return op satisfies never;
    }
  }

  writes(): RowWrite[] {
    return [upsert(ROLES, this.rows.dirty()), ...this.versions.writes()];
  }

  private update(id: Snowflake, seq: number, next: (row?: RoleRow) => RoleRow | null): void {
    const before = this.rows.get(id);
    const after = this.rows.update(id, seq, next);
    if (!after || !roleDecides(before, after)) return;
    this.feeds.announceInGuild(after.guild_id, seq, () => ({ access: [roleAccess(after)] }));
  }

  private delete(ids: Pick<RoleRow, 'id' | 'guild_id'>, at: string, seq: number): void {
    this.update(ids.id, seq, (row) => deleteRole(row, ids, at, seq));
  }

  private removeExcept({ guildId, keep, at }: RoleOp & { op: 'remove_except' }, seq: number): void {
    const kept = new Set(keep);
    for (const role of this.rows.all())
      if (role.guild_id === guildId && !kept.has(role.id)) this.delete(role, at, seq);
  }
}

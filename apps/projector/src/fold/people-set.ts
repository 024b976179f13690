import type { Snowflake } from '@discord-relay/contracts';
import {
  deleteRole,
  enterRoom,
  leaveMember,
  leaveRoom,
  memberKey,
  upsertMember,
  upsertRole,
} from './people-rows.js';
import type { PeopleChange } from './row-change.js';
import { RowSet } from './row-set.js';
import type { MemberRow, RoleRow, VoiceRow } from './rows.js';

export interface LoadedPeople {
  roles: RoleRow[];
  members: MemberRow[];
  voice: VoiceRow[];
}

/** Roles, members, and who is in a room. */
export class PeopleSet {
  readonly roles: RowSet<Snowflake, RoleRow>;
  readonly members: RowSet<string, MemberRow>;
  readonly voice: RowSet<string, VoiceRow>;

  constructor(loaded: LoadedPeople) {
    this.roles = new RowSet(loaded.roles, (row) => row.id);
    this.members = new RowSet(loaded.members, (row) => memberKey(row.guild_id, row.user_id));
    this.voice = new RowSet(loaded.voice, (row) => memberKey(row.guild_id, row.user_id));
  }

  apply(change: PeopleChange, seq: number): void {
    switch (change.op) {
      case 'upsert_role': {
        const { role, synced } = change;
        this.roles.update(role.id, seq, (row) => upsertRole(row, role, synced, seq));
        return;
      }
      case 'delete_role':
        return this.deleteRole({ id: change.id, guild_id: change.guildId }, change.at, seq);
      case 'remove_roles_except':
        return this.removeRoles(change, seq);
      case 'upsert_member': {
        const { member, synced } = change;
        const key = memberKey(member.guild_id, member.user_id);
        this.members.update(key, seq, (row) => upsertMember(row, member, synced, seq));
        return;
      }
      case 'leave_member': {
        const key = memberKey(change.member.guild_id, change.member.user_id);
        this.members.update(key, seq, (row) => leaveMember(row, change, seq));
        return;
      }
      case 'enter_room': {
        const key = memberKey(change.voice.guild_id, change.voice.user_id);
        this.voice.update(key, seq, (row) => enterRoom(row, change.voice, change.at, seq));
        return;
      }
      case 'leave_room':
        return this.leaveRoom({ guild_id: change.guildId, user_id: change.userId }, seq);
      case 'leave_rooms_except':
        return this.leaveRooms(change, seq);
      default:
        return change satisfies never;
    }
  }

  private deleteRole(ids: Pick<RoleRow, 'id' | 'guild_id'>, at: string, seq: number): void {
    this.roles.update(ids.id, seq, (row) => deleteRole(row, ids, at, seq));
  }

  private removeRoles(change: PeopleChange & { op: 'remove_roles_except' }, seq: number): void {
    const keep = new Set(change.keep);
    for (const role of this.roles.all()) {
      if (role.guild_id === change.guildId && !keep.has(role.id)) this.deleteRole(role, change.at, seq);
    }
  }

  private leaveRoom(ids: Pick<VoiceRow, 'guild_id' | 'user_id'>, seq: number): void {
    this.voice.update(memberKey(ids.guild_id, ids.user_id), seq, (row) => leaveRoom(row, ids, seq));
  }

  private leaveRooms(change: PeopleChange & { op: 'leave_rooms_except' }, seq: number): void {
    const keep = new Set(change.keep);
    for (const row of this.voice.all()) {
      if (row.guild_id === change.guildId && !keep.has(row.user_id)) this.leaveRoom(row, seq);
    }
  }
}

import {
  compareSnowflakes,
  type ChangeBody,
  type Snowflake,
  type VoiceLeftBody,
} from '@discord-relay/contracts';
import { memberAccess, memberDecides, roleAccess, roleDecides } from './access-of.js';
import type { FeedChain } from './feed-chain.js';
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
import type { ThreadMemberSet } from './thread-member-set.js';

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

  constructor(
    loaded: LoadedPeople,
    private readonly feeds: FeedChain,
    private readonly threadMembers: Pick<ThreadMemberSet, 'leave'>,
  ) {
    this.roles = new RowSet(loaded.roles, (row) => row.id);
    this.members = new RowSet(loaded.members, (row) => memberKey(row.guild_id, row.user_id));
    this.voice = new RowSet(loaded.voice, (row) => memberKey(row.guild_id, row.user_id));
  }

  apply(change: PeopleChange, seq: number): void {
    switch (change.op) {
      case 'upsert_role':
        return this.role(change.role.id, seq, (row) => upsertRole(row, change.role, change.synced, seq));
      case 'delete_role':
        return this.deleteRole({ id: change.id, guild_id: change.guildId }, change.at, seq);
      case 'remove_roles_except':
        return this.removeRoles(change, seq);
      case 'upsert_member':
        return this.member(change.member, seq, (row) => upsertMember(row, change, seq));
      case 'leave_member':
        return this.member(change.member, seq, (row) => leaveMember(row, change, seq));
      case 'leave_members_except':
        return this.leaveMembers(change, seq);
      case 'enter_room':
        return this.enterRoom(change, seq);
      case 'leave_room': {
        const left = this.leaveRoom({ guild_id: change.guildId, user_id: change.userId }, seq);
        if (left) this.feeds.tell(change.guildId, null, seq, () => ({ kind: 'voice_left', body: left }));
        return;
      }
      case 'leave_rooms_except':
        return this.leaveRooms(change, seq);
      default:
        return change satisfies never;
    }
  }

  private role(id: Snowflake, seq: number, next: (row?: RoleRow) => RoleRow | null): void {
    const before = this.roles.get(id);
    const after = this.roles.update(id, seq, next);
    if (!after || !roleDecides(before, after)) return;
    this.feeds.tellOfGuild(after.guild_id, seq, () => ({ access: [roleAccess(after)] }));
  }

  private deleteRole(ids: Pick<RoleRow, 'id' | 'guild_id'>, at: string, seq: number): void {
    this.role(ids.id, seq, (row) => deleteRole(row, ids, at, seq));
  }

  private removeRoles(change: PeopleChange & { op: 'remove_roles_except' }, seq: number): void {
    const keep = new Set(change.keep);
    for (const role of this.roles.all()) {
      if (role.guild_id === change.guildId && !keep.has(role.id)) this.deleteRole(role, change.at, seq);
    }
  }

  private member(
    ids: Pick<MemberRow, 'guild_id' | 'user_id'>,
    seq: number,
    next: (row?: MemberRow) => MemberRow | null,
  ): void {
    const key = memberKey(ids.guild_id, ids.user_id);
    const before = this.members.get(key);
    const after = this.members.update(key, seq, next);
    if (!after) return;
    if (after.left_at !== null) this.threadMembers.leave(after);
    if (!memberDecides(before, after)) return;
    this.feeds.tellOfGuild(after.guild_id, seq, () => ({ access: [memberAccess(after)] }));
  }

  private leaveMembers(change: PeopleChange & { op: 'leave_members_except' }, seq: number): void {
    const keep = new Set(change.keep);
    const { guildId, afterId, upToId, at } = change;
    for (const member of this.members.all()) {
      const { guild_id, user_id: userId } = member;
      if (guild_id !== guildId || keep.has(userId)) continue;
      if (compareSnowflakes(userId, afterId) <= 0 || compareSnowflakes(userId, upToId) > 0) continue;
      this.member(member, seq, (row) => leaveMember(row, { member: idsAndName(member), at }, seq));
    }
  }

  /** Whether somebody came, moved or was inside already is decided by the row, not by what the event calls it. */
  private enterRoom(change: PeopleChange & { op: 'enter_room' }, seq: number): void {
    const { voice, avatar, at } = change;
    const key = memberKey(voice.guild_id, voice.user_id);
    const before = this.voice.get(key)?.channel_id ?? null;
    const after = this.voice.update(key, seq, (row) => enterRoom(row, voice, at, seq));
    if (!after || after.channel_id === before) return;
    this.feeds.tell(after.guild_id, null, seq, () => arrival(before, after, avatar));
  }

  /** Returns which room was left, or null when the user was in none. */
  private leaveRoom(ids: Pick<VoiceRow, 'guild_id' | 'user_id'>, seq: number): VoiceLeftBody | null {
    const { guild_id: guildId, user_id: userId } = ids;
    const key = memberKey(guildId, userId);
    const fromChannelId = this.voice.get(key)?.channel_id ?? null;
    const after = this.voice.update(key, seq, (row) => leaveRoom(row, ids, seq));
    return after && { guildId, fromChannelId, userId };
  }

  private leaveRooms(change: PeopleChange & { op: 'leave_rooms_except' }, seq: number): void {
    const keep = new Set(change.keep);
    const left = this.voice
      .all()
      .filter((row) => row.guild_id === change.guildId && !keep.has(row.user_id))
      .flatMap((row) => this.leaveRoom(row, seq) ?? []);
    if (left.length > 0) this.feeds.tellOfGuild(change.guildId, seq, () => ({ left }));
  }
}

const idsAndName = ({ guild_id, user_id, username, profile }: MemberRow) => ({
  guild_id,
  user_id,
  username,
  profile: profile ?? { id: user_id },
});

function arrival(fromChannelId: Snowflake | null, row: VoiceRow, avatar: string | null): ChangeBody {
  const { guild_id: guildId, channel_id, user_id: userId, username } = row;
  const body = { guildId, channelId: channel_id!, userId, username, avatar };
  if (fromChannelId === null) return { kind: 'voice_joined', body };
  return { kind: 'voice_moved', body: { ...body, fromChannelId } };
}

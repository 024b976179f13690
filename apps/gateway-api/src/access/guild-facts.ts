import type { OverwriteState } from '@discord-relay/contracts';

/** The state of a guild that determines access rights, as read from the read models. */
export interface GuildFacts {
  id: string;
  /** False when the guild does not exist or the bot is not in it. */
  present: boolean;
  ownerId: string | null;
  /** The guild's head: every change up to it is included. */
  seq: number;
  /** Decimal bits; null: the role was deleted. */
  roles: readonly { id: string; permissions: string | null }[];
  channels: readonly ChannelFacts[];
  members: readonly MemberFacts[];
}

export interface ChannelFacts {
  id: string;
  type: number | null;
  parentId: string | null;
  overwrites: readonly OverwriteState[] | null;
  deleted: boolean;
}

export interface MemberFacts {
  userId: string;
  /** null: not known. */
  roleIds: readonly string[] | null;
  /** Milliseconds since the Unix epoch; 0: no timeout. */
  timedOutUntilMs: number;
  /** The user is not a member now, or never was. */
  left: boolean;
  /** Invited to one voice channel only; Discord does not say which. */
  guest: boolean;
  /** The private threads that they belong to. */
  threadIds: readonly string[];
}

/** The facts of a user who is not in the read models. */
export const noMember = (userId: string): MemberFacts => ({
  userId,
  roleIds: [],
  timedOutUntilMs: 0,
  left: true,
  guest: false,
  threadIds: [],
});

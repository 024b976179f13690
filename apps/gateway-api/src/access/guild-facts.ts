import type { OverwriteState } from '@discord-relay/contracts';

/** What decides who may see what in a guild, as read from the read models. */
export interface GuildFacts {
  id: string;
  /** Also false when there is no such guild. */
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
  /** Not a member now, or never was one. */
  left: boolean;
  /** Invited into one voice channel; Discord does not say which. */
  guest: boolean;
  /** The private threads that they belong to. */
  threadIds: readonly string[];
}

/** A user about whom the read models know nothing. */
export const noMember = (userId: string): MemberFacts => ({
  userId,
  roleIds: [],
  timedOutUntilMs: 0,
  left: true,
  guest: false,
  threadIds: [],
});

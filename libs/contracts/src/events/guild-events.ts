import type { Snowflake } from '../snowflake.js';
import type { Described } from './described.js';

interface Guild {
  id: Snowflake;
  name: string;
  icon: string | null;
  ownerId: Snowflake | null;
}

export type GuildState = Described<Guild, 'id'>;

interface Role {
  id: Snowflake;
  guildId: Snowflake;
  name: string;
  /** A 64-bit set as a decimal string. */
  permissions: string;
  position: number;
  color: number;
  /** Shown apart from the others in the list of members. */
  hoist: boolean;
  managed: boolean;
  mentionable: boolean;
}

/** Without `permissions`, and where none are known, a role gives nothing. */
export type RoleState = Described<Role, 'id' | 'guildId'>;

interface Emoji {
  id: Snowflake;
  name: string | null;
  animated: boolean;
  available: boolean;
  managed: boolean;
  /** Who may use it; empty: everyone. */
  roleIds: Snowflake[];
}

export type EmojiState = Described<Emoji, 'id'>;

interface Sticker {
  id: Snowflake;
  name: string;
  description: string | null;
  tags: string;
  /** Discord's sticker format number. */
  formatType: number;
  available: boolean;
}

export type StickerState = Described<Sticker, 'id'>;

/** All things of a kind that a guild has: what is not in it is gone, unless some could not be read. */
export interface WholeSet<T> {
  guildId: Snowflake;
  items: T[];
  /** Present where the list held things that could not be read: then nothing follows from who is not in it. */
  incomplete?: true;
}

/**
 * The guild as Discord described it when the session began. Each list holds all that the guild has; one that is absent
 * was not sent, or held something whose id could not be read: then nothing is known of what is gone.
 */
export type GuildSynced = GuildState & {
  /** Its channels, rooms and active threads. */
  channelIds?: Snowflake[];
  /** Present where active threads were not sent or not readable: `channelIds` does not tell which are archived. */
  threadsUnknown?: true;
  /** Absent in logs of earlier days, like the next. */
  roleIds?: Snowflake[];
  /** Who is in any of its rooms. */
  voiceUserIds?: Snowflake[];
};

export interface GuildEvents {
  'guild.synced': GuildSynced;
  'guild.updated': GuildState;
  /** An outage at Discord: nothing was deleted. */
  'guild.unavailable': { id: Snowflake };
  /** The bot was removed, or the guild was deleted. */
  'guild.left': { id: Snowflake };
  'role.synced': RoleState;
  'role.created': RoleState;
  'role.updated': RoleState;
  'role.deleted': { id: Snowflake; guildId: Snowflake };
  'emoji.synced': WholeSet<EmojiState>;
  'sticker.synced': WholeSet<StickerState>;
}

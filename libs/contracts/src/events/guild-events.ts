import type { Snowflake } from '../snowflake.js';
import type { Described } from './field-types.js';

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
  /** Its members are listed separately in the member list. */
  hoist: boolean;
  managed: boolean;
  mentionable: boolean;
}

/** A role without `permissions` grants nothing. */
export type RoleState = Described<Role, 'id' | 'guildId'>;

interface Emoji {
  id: Snowflake;
  name: string | null;
  animated: boolean;
  available: boolean;
  managed: boolean;
  /** The roles that may use it; empty: everyone. */
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

/**
 * The complete set of a guild's objects of one kind: an object that is missing from it no longer exists, unless some could not
 * be read.
 */
export interface WholeSet<T> {
  guildId: Snowflake;
  items: T[];
  /** Present if some items of the list could not be read: then nothing follows from an absence. */
  incomplete?: true;
}

/**
 * The guild as Discord described it at the start of the session. Each list is complete. A list is absent if Discord did not
 * send it or an id in it could not be read: then it is not known which items no longer exist.
 */
export type GuildSynced = GuildState & {
  /** Its channels, rooms and active threads. */
  channelIds?: Snowflake[];
  /**
   * Present if the active threads were not sent or not readable: `channelIds` then does not show which threads are archived.
   */
  threadsUnknown?: true;
  /** This list and the next one are absent in older logs. */
  roleIds?: Snowflake[];
  /** The users in any of its rooms. */
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

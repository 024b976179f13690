import type { Snowflake } from '../snowflake.js';

export interface GuildState {
  id: Snowflake;
  name: string;
  icon: string | null;
  ownerId: Snowflake | null;
}

export interface RoleState {
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

export interface EmojiState {
  id: Snowflake;
  name: string | null;
  animated: boolean;
  available: boolean;
  managed: boolean;
  /** Who may use it; empty: everyone. */
  roleIds: Snowflake[];
}

export interface StickerState {
  id: Snowflake;
  name: string;
  description: string | null;
  tags: string;
  /** Discord's sticker format number. */
  formatType: number;
  available: boolean;
}

/** The guild as Discord described it when the session began; the lists hold all that it has. */
export interface GuildSynced extends GuildState {
  /** Its channels, rooms and active threads. */
  channelIds: Snowflake[];
  /** Absent in logs of earlier days, like the next: then nothing is known of what is gone. */
  roleIds?: Snowflake[];
  /** Who is in any of its rooms. */
  voiceUserIds?: Snowflake[];
}

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
  /** All emoji that the guild has now; what is not in it is gone. */
  'emoji.synced': { guildId: Snowflake; items: EmojiState[] };
  /** All stickers that the guild has now. */
  'sticker.synced': { guildId: Snowflake; items: StickerState[] };
}

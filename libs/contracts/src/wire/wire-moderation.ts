import type { Cursor, IsoTime, Seq } from '../formats.js';
import type { Snowflake } from '../snowflake.js';

export const MODERATION_KINDS = [
  'ban',
  'unban',
  'kick',
  'prune',
  'timeout',
  'timeout_removed',
  'message_delete',
  'message_bulk_delete',
  'role_change',
  'automod_block',
  'automod_alert',
  'automod_timeout',
  'automod_quarantine',
] as const;
export type ModerationKind = (typeof MODERATION_KINDS)[number];

/**
 * Who did what to whom, when and why. `moderation.recorded` is sent again with the same `id` when Discord's audit log adds to
 * an entry: the newer one replaces the older one.
 */
export interface ModerationEntry {
  id: string;
  guildId: Snowflake;
  kind: ModerationKind;
  at: IsoTime;
  /** null: AutoMod, or not known. */
  moderatorId: Snowflake | null;
  /** The member affected; null: no single member, or not known. */
  targetId: Snowflake | null;
  /** The channel in which it was done; null: it concerns the whole guild. */
  channelId: Snowflake | null;
  reason: string | null;
  /** ISO 8601: the end of a timeout. */
  until: IsoTime | null;
  /** Number of deleted messages or removed members. */
  count: number | null;
  addedRoleIds: Snowflake[] | null;
  removedRoleIds: Snowflake[] | null;
  /** The AutoMod rule that acted. */
  ruleId: Snowflake | null;
  ruleName: string | null;
}

export interface ModerationPerson {
  id: Snowflake;
  /** The last name in the guild, also of those who have left; null: not known. */
  name: string | null;
}

/** `GET /api/v1/guilds/:id/moderation`, newest first. `next`: the `before` of the next page; null: this is the last page. */
export interface RestModerationPage {
  entries: ModerationEntry[];
  /** The moderators and targets of the entries, once each. */
  people: ModerationPerson[];
  next: Cursor | null;
  /** Live delivery continues at this cursor. */
  seq: Seq;
}

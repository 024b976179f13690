import type { UserState } from '../events/member-events.js';
import type { Snowflake } from '../snowflake.js';
import type { WireAuthor } from './wire-events.js';

/** An author as rows know them. @param profile what else Discord said of them; null: nothing */
export function wireAuthor(id: Snowflake, username: string | null, profile: UserState | null): WireAuthor {
  const author: WireAuthor = { id, username: username ?? '' };
  if (profile?.globalName) author.globalName = profile.globalName;
  if (profile?.avatar) author.avatar = profile.avatar;
  if (profile?.bot) author.bot = true;
  return author;
}

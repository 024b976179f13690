import type { UserState } from '../events/member-events.js';
import type { Snowflake } from '../snowflake.js';
import type { WireAuthor } from './wire-events.js';

/** An author from its columns. @param profile further data that Discord sent; null: none */
export function wireAuthor(id: Snowflake, username: string | null, profile: UserState | null): WireAuthor {
  const author: WireAuthor = { id, username: username ?? '' };
  if (profile?.globalName) author.globalName = profile.globalName;
  if (profile?.avatar) author.avatar = profile.avatar;
  if (profile?.bot) author.bot = true;
  return author;
}

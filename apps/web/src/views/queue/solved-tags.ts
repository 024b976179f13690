import type { QueueSettings, RestChannel, RestForumTag, Snowflake } from '@discord-relay/contracts';

/** A forum with the tags that an admin can choose. */
export interface TaggedForum {
  id: Snowflake;
  name: string;
  tags: readonly RestForumTag[];
}

/**
 * The forums whose tags are offered: those of the selected channels, or all while none is selected. A forum with a tag of the
 * saved settings is always offered, so that the tag can be unchecked. `unknown`: saved tags that no forum has.
 */
export function solvedTagChoices(
  channels: readonly RestChannel[],
  saved: Pick<QueueSettings, 'solvedTagIds'>,
  selected: readonly Snowflake[],
): { forums: TaggedForum[]; unknown: Snowflake[] } {
  const savedIds = new Set<string>(saved.solvedTagIds);
  const isOffered = ({ id, tags }: TaggedForum) =>
    selected.length === 0 || selected.includes(id) || tags.some((tag) => savedIds.has(tag.id));
  const forums = channels
    .map(({ id, name, tags = [] }) => ({ id, name, tags }))
    .filter(({ tags }) => tags.length > 0);
  const existing = new Set(forums.flatMap(({ tags }) => tags.map(({ id }) => id)));
  return {
    forums: forums.filter(isOffered),
    unknown: saved.solvedTagIds.filter((id) => !existing.has(id)),
  };
}

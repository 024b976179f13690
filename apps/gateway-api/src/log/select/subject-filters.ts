import type { EventType } from '@discord-relay/contracts';
import { GAP_TYPES, tokensOf } from './event-types.js';

export interface SubjectSelection {
  /** null: every guild. */
  guildIds: readonly string[] | null;
  /** null: every channel, and events without one. */
  channelIds: readonly string[] | null;
  types: ReadonlySet<EventType>;
}

/**
 * The subjects of the selected events, and of all gaps of the selected guilds. They do not overlap, as JetStream requires.
 * Subjects of fences and fillers have fewer tokens and never match.
 */
export function subjectFilters({ guildIds, channelIds, types }: SubjectSelection): string[] {
  const guilds = guildIds ?? ['*'];
  const inChannels = (channels: readonly string[], tokens: readonly string[]) =>
    guilds.flatMap((guild) =>
      channels.flatMap((channel) => tokens.map((type) => `discord.*.${guild}.${channel}.${type}`)),
    );
  if (!channelIds) return inChannels(['*'], tokensOf(new Set([...types, ...GAP_TYPES])));
  return [...inChannels(channelIds, tokensOf(types)), ...inChannels(['-'], tokensOf(new Set(GAP_TYPES)))];
}

const WILDCARD = '*';

/** One filter that matches everything that these filters match, and as little else as one filter can. */
export function coveringFilter(filters: readonly string[]): string {
  const [first, ...others] = filters.map((filter) => filter.split('.'));
  const shared = first!.map((token, i) => (others.every((each) => each[i] === token) ? token : WILDCARD));
  const lastFixed = shared.findLastIndex((token) => token !== WILDCARD);
  return lastFixed === shared.length - 1
    ? shared.join('.')
    : [...shared.slice(0, lastFixed + 1), '>'].join('.');
}

/** Whether one of {@link subjectFilters} matches a subject. */
export function subjectMatcher({
  guildIds,
  channelIds,
  types,
}: SubjectSelection): (subject: string) => boolean {
  const guilds = guildIds && new Set(guildIds);
  const channels = channelIds && new Set(channelIds);
  const gaps = new Set(tokensOf(new Set(GAP_TYPES)));
  const selected = new Set(tokensOf(channels ? types : new Set([...types, ...GAP_TYPES])));
  return (subject) => {
    const [, , guild, channel, group, action] = subject.split('.');
    if (action === undefined || (guilds && !guilds.has(guild!))) return false;
    if (channels && !channels.has(channel!)) return channel === '-' && includes(gaps, group!, action);
    return includes(selected, group!, action);
  };
}

const includes = (tokens: ReadonlySet<string>, group: string, action: string): boolean =>
  tokens.has('*.*') || tokens.has(`${group}.*`) || tokens.has(`${group}.${action}`);

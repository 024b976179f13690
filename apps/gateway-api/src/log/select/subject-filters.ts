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

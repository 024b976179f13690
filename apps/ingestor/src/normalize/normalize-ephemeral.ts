import { isSnowflake } from '@discord-relay/contracts';
import { inGuild, skip, type NormalizeResult, type Origin } from './normalize-result.js';
import { isFields, numberOrZero, textOrEmpty, type Fields } from './read-fields.js';

/** PRESENCE_UPDATE, where presence is recorded: the status and nothing of what the user does. */
export function presenceUpdated(origin: Origin, fields: Fields): NormalizeResult {
  if (!origin.optional?.has('presence')) return skip('not_recorded');
  return inGuild(origin, fields, (guildId) => {
    const { user } = fields;
    if (!isFields(user) || !isSnowflake(user.id)) return undefined;
    const data = { guildId, userId: user.id, status: textOrEmpty(fields.status) };
    return { type: 'presence.updated', guildId, data };
  });
}

/** TYPING_START, where typing is recorded. Discord says when in whole seconds. */
export function typingStarted(origin: Origin, fields: Fields): NormalizeResult {
  if (!origin.optional?.has('typing')) return skip('not_recorded');
  return inGuild(origin, fields, (guildId) => {
    const { channel_id: channelId, user_id: userId } = fields;
    if (!isSnowflake(channelId) || !isSnowflake(userId)) return undefined;
    const startedAt = secondsToIso(fields.timestamp) ?? origin.receivedAt;
    return { type: 'typing.started', guildId, channelId, data: { guildId, channelId, userId, startedAt } };
  });
}

/** What a Date can hold. */
const MAX_SECONDS = 8_640_000_000_000;

function secondsToIso(value: unknown): string | null {
  const seconds = numberOrZero(value);
  return seconds > 0 && seconds <= MAX_SECONDS ? new Date(seconds * 1_000).toISOString() : null;
}

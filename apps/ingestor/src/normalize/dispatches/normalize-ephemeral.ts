import { inGuild, skip, type NormalizeResult, type Origin } from '../events/normalize-result.js';
import { isFields, isId, number, text, valueOf, type Fields, type ReadTally } from '../fields/read-fields.js';

/** PRESENCE_UPDATE, if presence is recorded: the status only, without activities. */
export function presenceUpdated(origin: Origin, fields: Fields): NormalizeResult {
  if (!origin.optional?.has('presence')) return skip('not_recorded');
  return inGuild(origin, fields, (guildId, tally) => {
    const { user } = fields;
    const status = valueOf(text(), fields.status, tally);
    if (!isFields(user) || !isId(user.id) || status === undefined) return undefined;
    const data = { guildId, userId: user.id, status };
    return { type: 'presence.updated', guildId, data };
  });
}

/** TYPING_START, if typing is recorded. Discord gives the time in whole seconds. */
export function typingStarted(origin: Origin, fields: Fields): NormalizeResult {
  if (!origin.optional?.has('typing')) return skip('not_recorded');
  return inGuild(origin, fields, (guildId, tally) => {
    const { channel_id: channelId, user_id: userId } = fields;
    if (!isId(channelId) || !isId(userId)) return undefined;
    const startedAt = secondsToIso(fields.timestamp, tally) ?? origin.receivedAt;
    return { type: 'typing.started', guildId, channelId, data: { guildId, channelId, userId, startedAt } };
  });
}

/** The latest time that a Date can hold. */
const MAX_SECONDS = 8_640_000_000_000;

function secondsToIso(value: unknown, tally: ReadTally): string | null {
  const seconds = valueOf(number, value, tally) ?? 0;
  return seconds > 0 && seconds <= MAX_SECONDS ? new Date(seconds * 1_000).toISOString() : null;
}

import {
  factsOf,
  skip,
  type NormalizeContext,
  type NormalizeResult,
  type Origin,
  type RawDispatch,
} from './events/normalize-result.js';
import { NOT_RECORDED } from './not-recorded.js';
import { isFields, isId, type Fields } from './fields/read-fields.js';
import { recordingOf } from './recorded.js';
import { sanitizeJsonObject, sanitizeText } from '@discord-relay/contracts';

/** Maximum length of an unknown dispatch type. */
export const MAX_TYPE_CHARS = 64;

/** A dispatch type as a metric label: one of Discord's names, or `unknown`. */
export const dispatchLabel = (type: unknown): string => (isKnown(type) ? String(type) : 'unknown');

const isKnown = (type: unknown): boolean => recordingOf(type) !== undefined || isNotRecorded(type);

const isNotRecorded = (type: unknown): boolean =>
  typeof type === 'string' && Object.hasOwn(NOT_RECORDED, type);

/**
 * The events of a dispatch, or why there are none. Total and deterministic: any JSON has a result, and the same JSON always the
 * same one.
 */
export function normalize(dispatch: RawDispatch, context: NormalizeContext): NormalizeResult {
  const { t, s, d } = dispatch;
  if (isNotRecorded(t)) return skip('not_recorded');
  const recording = recordingOf(t);
  if (!recording && !context.optional?.has('unknown')) return skip('unknown_dispatch');
  if (!Number.isSafeInteger(s) || !isFields(d)) return skip('malformed');
  const origin = { ...context, sequence: s as number };
  return recording ? recording.read(origin, d) : keepRaw(origin, t, d);
}

/** A dispatch type that Discord has added since, recorded unchanged within limits, if the operator enabled that. */
function keepRaw(origin: Origin, type: unknown, fields: Fields): NormalizeResult {
  const { guild_id: guildId } = fields;
  if (guildId === undefined) return skip('not_in_a_guild');
  const tally = { dropped: 0 };
  const payload = sanitizeJsonObject(fields, tally);
  if (typeof type !== 'string' || !isId(guildId) || !payload) return skip('malformed');
  const t = sanitizeText(type, MAX_TYPE_CHARS, tally);
  return factsOf(origin, [{ type: 'discord.raw', guildId, data: { t, payload } }], tally.dropped);
}

import { GatewayDispatchEvents } from 'discord-api-types/v10';
import { channelCreated, channelDeleted, channelUpdated } from './normalize-channel.js';
import { guildAppeared, guildDisappeared, guildUpdated } from './normalize-guild.js';
import { messageCreated, messageDeleted, messagesBulkDeleted, messageUpdated } from './normalize-message.js';
import {
  skip,
  type NormalizeContext,
  type NormalizeResult,
  type Origin,
  type RawDispatch,
} from './normalize-result.js';
import { isFields, type Fields } from './read-fields.js';

const RECORDED = [
  GatewayDispatchEvents.GuildCreate,
  GatewayDispatchEvents.GuildUpdate,
  GatewayDispatchEvents.GuildDelete,
  GatewayDispatchEvents.ChannelCreate,
  GatewayDispatchEvents.ChannelUpdate,
  GatewayDispatchEvents.ChannelDelete,
  GatewayDispatchEvents.MessageCreate,
  GatewayDispatchEvents.MessageUpdate,
  GatewayDispatchEvents.MessageDelete,
  GatewayDispatchEvents.MessageDeleteBulk,
] as const;
type RecordedDispatch = (typeof RECORDED)[number];

const RECORDED_TYPES: ReadonlySet<unknown> = new Set(RECORDED);
const KNOWN_TYPES: ReadonlySet<unknown> = new Set(Object.values(GatewayDispatchEvents));

/** A dispatch type as a metric label: one of Discord's names, or `unknown`. */
export const dispatchLabel = (type: unknown): string => (KNOWN_TYPES.has(type) ? String(type) : 'unknown');

/**
 * The facts in a dispatch, or why there are none. Total and deterministic: any JSON is an answer, the same JSON the
 * same one.
 */
export function normalize(dispatch: RawDispatch, context: NormalizeContext): NormalizeResult {
  const { t, s, d } = dispatch;
  if (!RECORDED_TYPES.has(t)) return skip(KNOWN_TYPES.has(t) ? 'not_recorded' : 'unknown_dispatch');
  if (!Number.isSafeInteger(s) || !isFields(d)) return skip('malformed');
  return normalizeRecorded(t as RecordedDispatch, { ...context, sequence: s as number }, d);
}

function normalizeRecorded(type: RecordedDispatch, origin: Origin, fields: Fields): NormalizeResult {
  switch (type) {
    case GatewayDispatchEvents.GuildCreate:
      return guildAppeared(origin, fields);
    case GatewayDispatchEvents.GuildUpdate:
      return guildUpdated(origin, fields);
    case GatewayDispatchEvents.GuildDelete:
      return guildDisappeared(origin, fields);
    case GatewayDispatchEvents.ChannelCreate:
      return channelCreated(origin, fields);
    case GatewayDispatchEvents.ChannelUpdate:
      return channelUpdated(origin, fields);
    case GatewayDispatchEvents.ChannelDelete:
      return channelDeleted(origin, fields);
    case GatewayDispatchEvents.MessageCreate:
      return messageCreated(origin, fields);
    case GatewayDispatchEvents.MessageUpdate:
      return messageUpdated(origin, fields);
    case GatewayDispatchEvents.MessageDelete:
      return messageDeleted(origin, fields);
    case GatewayDispatchEvents.MessageDeleteBulk:
      return messagesBulkDeleted(origin, fields);
    default:
      return type satisfies never;
  }
}

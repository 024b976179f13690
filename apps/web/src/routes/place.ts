import { isSnowflake, momentMs, type Snowflake } from '@discord-relay/contracts';

/** A day in the reader's time zone, `2026-03-01`. */
export type Day = string;

/** What the page shows; every place has its own address. */
export type Place =
  /** The first available channel. */
  | { view: 'home' }
  /**
   * A channel, room or thread; at a message or a day, or else at its newest message. `at`: as it was at that time, in ISO 8601 or
   * relative to now (`now-2h`).
   */
  | { view: 'channel'; channelId: Snowflake; messageId?: Snowflake; day?: Day; at?: string }
  | { view: ChannelView; channelId: Snowflake }
  | { view: GuildView; guildId: Snowflake }
  | { view: 'admin' }
  /** An address that names none. */
  | { view: 'unknown' };

export const CHANNEL_VIEWS = ['threads', 'media', 'channel-statistics'] as const;
export type ChannelView = (typeof CHANNEL_VIEWS)[number];
export const GUILD_VIEWS = [
  'guild',
  'rooms',
  'events',
  'members',
  'moderation',
  'queue',
  'queue-statistics',
  'search',
  'statistics',
] as const;
export type GuildView = (typeof GUILD_VIEWS)[number];

/** The last part of an address; the view of a guild as a whole has none. */
const PARTS: Readonly<Record<ChannelView | GuildView, string>> = {
  threads: 'threads',
  media: 'media',
  'channel-statistics': 'statistics',
  guild: '',
  rooms: 'rooms',
  events: 'events',
  members: 'members',
  moderation: 'moderation',
  queue: 'queue',
  'queue-statistics': 'queue-statistics',
  search: 'search',
  statistics: 'statistics',
};

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/**
 * Parses a path without a proxy's prefix.
 * @param at the time in the query of the address; null: it has none
 */
export function placeOf(path: string, at: string | null = null): Place {
  const [root, id, ...rest] = path.split('/').slice(1).filter(Boolean);
  if (root === undefined) return { view: 'home' };
  if (root === 'admin' && id === undefined) return { view: 'admin' };
  if (!isSnowflake(id)) return { view: 'unknown' };
  if (root === 'channels') return channelPlace(id, rest, at);
  if (root === 'guilds') return guildPlace(id, rest);
  return { view: 'unknown' };
}

function channelPlace(channelId: Snowflake, rest: string[], at: string | null): Place {
  const [part, value, more] = rest;
  if (part === undefined) return at === null ? { view: 'channel', channelId } : pastPlace(channelId, at);
  if (more !== undefined) return { view: 'unknown' };
  if (part === 'messages' && isSnowflake(value)) return { view: 'channel', channelId, messageId: value };
  if (part === 'days' && value !== undefined && DAY.test(value))
    return { view: 'channel', channelId, day: value };
  const view = CHANNEL_VIEWS.find((each) => PARTS[each] === part);
  return view && value === undefined ? { view, channelId } : { view: 'unknown' };
}

const pastPlace = (channelId: Snowflake, at: string): Place =>
  momentMs(at, 0) === undefined ? { view: 'unknown' } : { view: 'channel', channelId, at };

function guildPlace(guildId: Snowflake, [part = '', more]: string[]): Place {
  const view = GUILD_VIEWS.find((each) => PARTS[each] === part);
  return view && more === undefined ? { view, guildId } : { view: 'unknown' };
}

/** The time in the query of an address; null: none. */
export const atOf = (search: string): string | null => new URLSearchParams(search).get('at');

/** The path of a place with its query, without a proxy's prefix. */
export function pathOf(place: Place): string {
  if (place.view === 'home' || place.view === 'unknown') return '/';
  if (place.view === 'admin') return '/admin';
  if (place.view === 'channel') return pathOfChannel(place);
  const root = 'channelId' in place ? `/channels/${place.channelId}` : `/guilds/${place.guildId}`;
  const part = PARTS[place.view];
  return part === '' ? root : `${root}/${part}`;
}

function pathOfChannel({ channelId, messageId, day, at }: Extract<Place, { view: 'channel' }>): string {
  if (messageId !== undefined) return `/channels/${channelId}/messages/${messageId}`;
  if (day !== undefined) return `/channels/${channelId}/days/${day}`;
  // Colons need not be encoded, and the address is read by people.
  if (at !== undefined) return `/channels/${channelId}?at=${encodeURIComponent(at).replaceAll('%3A', ':')}`;
  return `/channels/${channelId}`;
}

/** Where the time machine begins. */
const AN_HOUR_AGO = 'now-1h';

/** The channel in the past, or live if the past is shown. */
export const otherTimeOf = ({ channelId, at }: Extract<Place, { view: 'channel' }>): Place =>
  at === undefined ? { view: 'channel', channelId, at: AN_HOUR_AGO } : { view: 'channel', channelId };

/** The channel that a place belongs to, if any. */
export const channelOf = (place: Place): Snowflake | null => ('channelId' in place ? place.channelId : null);

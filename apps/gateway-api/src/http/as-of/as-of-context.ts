import type { Response } from 'express';
import {
  AppError,
  type AsOfClock,
  channelOfUnrecoverable,
  type RestAsOf,
  type RestGap,
  type RestMessagesAsOf,
  type Unrecoverable,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import type { Rights } from '../../access/permissions.js';
import type { Querying } from '../../database/read-model.database.js';
import {
  listMessagesAsOf,
  listMessagesHappened,
  type PageRequest,
} from '../../read/as-of/messages-as-of.query.js';
import { findPoint, gapsAt, type Moment, type Point, pointOrNull } from '../../read/as-of/point.query.js';

/** What a request may read in a guild, now and at an earlier point. */
export interface Reading {
  query: Querying;
  loadRights: (channelIds: readonly string[], asOf?: Point) => Promise<{ rights: (id: string) => Rights }>;
  sawGuild: (asOf: Point) => Promise<boolean>;
  /** The caller sees every channel, also those that do not exist any more. */
  seesAllChannels: boolean;
}

interface ChannelReading extends Reading {
  channel: { id: string; guildId: string };
}

/** Refuses rights that do not suffice. */
type Demand = (rights: Rights) => void;

export interface PointInTime {
  point: Point;
  asOf: RestAsOf;
}

/** The point of an answer about a guild. @throws AppError as {@link findPoint}; `GUILD.NOT_FOUND` if the caller might not see it then */
export async function guildAsOf(reading: Reading, guildId: string, moment: Moment): Promise<PointInTime> {
  const point = await findPoint(reading.query, guildId, moment);
  if (!(await reading.sawGuild(point))) throw new AppError('GUILD.NOT_FOUND');
  return { point, asOf: await described(reading, guildId, moment, point) };
}

/** As {@link guildAsOf}, for a channel. @throws AppError as {@link findPoint}; what `demand` throws of the rights at the point */
export async function channelAsOf(
  reading: ChannelReading,
  moment: Moment,
  demand: Demand,
): Promise<PointInTime> {
  const { id, guildId } = reading.channel;
  const point = await findPoint(reading.query, guildId, moment);
  demand((await reading.loadRights([id], point)).rights(id));
  return { point, asOf: await described(reading, guildId, moment, point) };
}

/** The rights that the caller has now and had at the point. */
export async function rightsThenAndNow(
  reading: Reading,
  channelIds: readonly string[],
  point: Point,
): Promise<(channelId: string) => Rights> {
  const then = (await reading.loadRights(channelIds, point)).rights;
  if (reading.seesAllChannels) return then;
  const now = (await reading.loadRights(channelIds)).rights;
  return (id) => {
    const [a, b] = [then(id), now(id)];
    return { see: a.see && b.see, read: a.read && b.read, history: a.history && b.history };
  };
}

/** For answers that are lists, and so have no place for the point: the headers of their responses. */
export function tellAsOf(response: Pick<Response, 'setHeader'>, { seq, gaps }: RestAsOf): void {
  response.setHeader('Relay-As-Of', String(seq));
  response.setHeader('Relay-Gaps', String(gaps.length));
}

interface MessagesRequest extends Pick<PageRequest, 'bounds' | 'limit'> {
  moment: Moment;
  clock: AsOfClock;
  demand: Demand;
}

/** A page of messages as of a moment. @throws AppError as {@link channelAsOf}; `REQUEST.INVALID` */
export async function messagesAsOf(
  reading: ChannelReading,
  request: MessagesRequest,
): Promise<{ messages: WireHistoryMessage[]; asOf: RestMessagesAsOf }> {
  const { moment, clock, demand } = request;
  const page = { ...request, channelId: reading.channel.id, hideSuperseded: !reading.seesAllChannels };
  if (clock === 'happened') return messagesHappened(reading, page);
  const { point, asOf } = await channelAsOf(reading, moment, demand);
  const { messages, ...apart } = await listMessagesAsOf(reading.query, page, point);
  return { messages, asOf: { ...asOf, ...apart } };
}

/** Before the first recorded event, rights are not known: then the current ones decide alone. */
async function messagesHappened(
  reading: ChannelReading,
  request: MessagesRequest & PageRequest,
): ReturnType<typeof messagesAsOf> {
  const { query, channel } = reading;
  const { moment, demand } = request;
  const { atMs } = moment;
  if (atMs === null) throw new AppError('REQUEST.INVALID', 'clock=happened needs a time in asOf');
  const point = await pointOrNull(query, channel.guildId, moment);
  if (point) demand((await reading.loadRights([channel.id], point)).rights(channel.id));
  const { messages, ...apart } = await listMessagesHappened(query, request, atMs);
  const newest = await findPoint(query, channel.guildId, { field: 'asOf', seq: null, atMs: null });
  const at = { seq: newest.seq, earliestMs: atMs, latestMs: atMs + 1 };
  const asOf = await described(reading, channel.guildId, moment, at, 'happened');
  return { messages, asOf: { ...asOf, ...apart } };
}

async function described(
  reading: Reading,
  guildId: string,
  { atMs }: Moment,
  point: Point,
  clock: AsOfClock = 'observed',
): Promise<RestAsOf> {
  const gaps = await gapsAt(reading.query, guildId, point, clock === 'happened');
  const time = atMs === null ? null : new Date(atMs).toISOString();
  return { clock, seq: point.seq, time, gaps: await withoutHidden(gaps, reading.loadRights) };
}

/** Removes entries about channels that the caller may not see. */
export async function withoutHidden(
  gaps: readonly RestGap[],
  loadRights: (channelIds: readonly string[]) => Promise<{ rights: (id: string) => Rights }>,
): Promise<RestGap[]> {
  const named = gaps.flatMap(({ unrecoverable }) => (unrecoverable ?? []).flatMap(channelIdOf));
  if (named.length === 0) return [...gaps];
  const { rights } = await loadRights(named);
  const isShown = (each: Unrecoverable) => channelIdOf(each).every((id) => rights(id).see);
  return gaps.map((gap) => ({ ...gap, unrecoverable: gap.unrecoverable?.filter(isShown) ?? null }));
}

function channelIdOf(unrecoverable: Unrecoverable): string[] {
  const channelId = channelOfUnrecoverable(unrecoverable);
  return channelId === undefined ? [] : [channelId];
}

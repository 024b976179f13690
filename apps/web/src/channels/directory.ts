import type { ChannelUpdateBody, Snowflake, WireChannel, WireGuild } from '@discord-relay/contracts';
import { channelKind, isJoinable } from './channel-kind.js';

/** The guilds and channels that the reader may see, in the service's order. */
export interface Directory {
  guilds: readonly WireGuild[];
  channels: readonly WireChannel[];
}

/** A heading and the channels below it; `category` is null for channels above the first heading. */
export interface ChannelGroup {
  category: WireChannel | null;
  channels: WireChannel[];
}

export interface ServerSection {
  id: Snowflake;
  name: string;
  groups: ChannelGroup[];
}

/** The channels after one was created, renamed or deleted. A new one is added at the end of its guild. */
export function applyChannelUpdate(
  channels: readonly WireChannel[],
  { deleted, ...channel }: ChannelUpdateBody,
): readonly WireChannel[] {
  const { id, serverId } = channel;
  const index = channels.findIndex((each) => each.id === id);
  if (deleted) return index < 0 ? channels : channels.toSpliced(index, 1);
  if (index >= 0) return channels.with(index, channel);
  const end = channels.findLastIndex((each) => each.serverId === serverId) + 1;
  return channels.toSpliced(end || channels.length, 0, channel);
}

/** The side bar's content: every guild with its channels, grouped by the category that precedes them in the list. */
export function serverSections({ guilds, channels }: Directory): ServerSection[] {
  const known = new Set(guilds.map(({ id }) => id));
  const unnamed = [...new Set(channels.map(({ serverId }) => serverId))].filter((id) => !known.has(id));
  return [...guilds, ...unnamed.map((id) => ({ id, name: 'Unnamed server' }))].map(({ id, name }) => ({
    id,
    name,
    groups: groupChannels(channels.filter((channel) => channel.serverId === id)),
  }));
}

function groupChannels(channels: readonly WireChannel[]): ChannelGroup[] {
  const groups: ChannelGroup[] = [{ category: null, channels: [] }];
  for (const channel of channels) {
    if (channelKind(channel.type) === 'category') groups.push({ category: channel, channels: [] });
    else groups.at(-1)!.channels.push(channel);
  }
  return groups.filter(({ category, channels: below }) => category !== null || below.length > 0);
}

/** The channel to open if the address names none: the first one in the side bar that has messages. */
export const firstChannel = (directory: Directory, guildId?: Snowflake): WireChannel | undefined =>
  joinableChannels(directory).find(({ serverId }) => guildId === undefined || serverId === guildId);

/** The channels that have messages, in the order of the side bar. */
export const joinableChannels = (directory: Directory): WireChannel[] =>
  serverSections(directory)
    .flatMap(({ groups }) => groups.flatMap(({ channels }) => channels))
    .filter(({ type }) => isJoinable(type));

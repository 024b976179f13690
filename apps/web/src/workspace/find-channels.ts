import type { WireChannel } from '@discord-relay/contracts';
import { isJoinable } from '../channels/channel-kind.js';
import type { Directory } from '../channels/directory.js';

export interface FoundChannel {
  channel: WireChannel;
  serverName: string;
}

const MOST = 12;

/** Channels whose name, or whose guild's name, contains the text; matches at the beginning come first. */
export function findChannels({ channels, guilds }: Directory, text: string): FoundChannel[] {
  const searched = text.trim().toLocaleLowerCase();
  const serverNames = new Map(guilds.map(({ id, name }) => [id, name]));
  return channels
    .filter(({ type }) => isJoinable(type))
    .map((channel) => ({ channel, serverName: serverNames.get(channel.serverId) ?? '' }))
    .map((found) => ({ ...found, rank: rankOf(found, searched) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ channel, serverName }) => ({ channel, serverName }));
}

function rankOf({ channel, serverName }: FoundChannel, searched: string): number {
  const name = channel.name.toLocaleLowerCase();
  if (name.startsWith(searched)) return 0;
  if (name.includes(searched)) return 1;
  return serverName.toLocaleLowerCase().includes(searched) ? 2 : 3;
}

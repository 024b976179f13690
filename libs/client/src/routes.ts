import type { Replayable, Snowflake } from '@discord-relay/contracts/wire';
import type { ChannelFeed } from './feeds/channel-feed.js';
import type { RelaySocket } from './connection/connection.js';
import { RelayError } from './relay-error.js';
import type { RoomsFeed } from './feeds/rooms-feed.js';

/** Passes live events about channels to their feeds. */
export function routeChannels(socket: RelaySocket, feeds: ReadonlyMap<Snowflake, ChannelFeed>): void {
  const of = (event: Replayable<{ channelId: Snowflake }>) =>
    event.replay ? undefined : feeds.get(event.channelId);
  socket.on('messages_bulk', (bulk) => of(bulk)?.receiveSnapshot(bulk));
  socket.on('message', (event) => of(event)?.receiveMessage(event));
  socket.on('message_update', (event) => of(event)?.receiveUpdate(event));
  socket.on('message_delete', (event) => of(event)?.receiveDelete(event));
  socket.on('reaction_add', (event) => of(event)?.receiveReaction({ action: 'add', ...event }));
  socket.on('reaction_remove', (event) => of(event)?.receiveReaction({ action: 'remove', ...event }));
  socket.on('reaction_clear', (event) => of(event)?.receiveReaction({ action: 'clear', ...event }));
  socket.on('typing', (notice) => feeds.get(notice.channelId)?.receiveTyping(notice));
  socket.on('unsubscribed', ({ channelId, code }) => feeds.get(channelId)?.receiveUnsubscribed(lossOf(code)));
  socket.on('lagging', ({ channels }) => {
    for (const { channelId, seq } of channels) feeds.get(channelId)?.receiveLagging(seq);
  });
  socket.on('position', ({ channelId, seq }) => {
    if (channelId !== undefined) feeds.get(channelId)?.receivePosition(seq);
  });
}

/** Passes live events about rooms to their feeds. */
export function routeRooms(socket: RelaySocket, feeds: ReadonlyMap<Snowflake, RoomsFeed>): void {
  const of = (event: Replayable<{ guildId: Snowflake }>) =>
    event.replay ? undefined : feeds.get(event.guildId);
  socket.on('rooms_list', (rooms) => of(rooms)?.receiveSnapshot(rooms));
  socket.on('voice_joined', (event) => of(event)?.receiveJoined(event));
  socket.on('voice_left', (event) => of(event)?.receiveLeft(event));
  socket.on('room_created', (event) => of(event)?.receiveCreated(event));
  socket.on('room_deleted', (event) => of(event)?.receiveDeleted(event));
  socket.on('position', ({ guildId, seq }) => {
    if (guildId !== undefined) feeds.get(guildId)?.receivePosition(seq);
  });
}

/** Retryable only if the service is temporarily unable to deliver the feed. */
export const lossOf = (code: string): RelayError =>
  new RelayError({ code, message: `no longer followed: ${code}`, retryable: code.startsWith('SERVICE.') });

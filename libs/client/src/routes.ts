import type { Snowflake } from '@discord-relay/contracts/wire';
import type { ChannelFeed } from './feeds/channel-feed.js';
import type { RelaySocket } from './connection/connection.js';
import { RelayError } from './relay-error.js';
import type { RoomsFeed } from './feeds/rooms-feed.js';

/** Passes events about channels to their feeds. */
export function routeChannels(socket: RelaySocket, feeds: ReadonlyMap<Snowflake, ChannelFeed>): void {
  socket.on('messages_bulk', (bulk) => feeds.get(bulk.channelId)?.receiveSnapshot(bulk));
  socket.on('message', (event) => feeds.get(event.channelId)?.receiveMessage(event));
  socket.on('message_update', (event) => feeds.get(event.channelId)?.receiveUpdate(event));
  socket.on('message_delete', (event) => feeds.get(event.channelId)?.receiveDelete(event));
  socket.on('reaction_add', (event) =>
    feeds.get(event.channelId)?.receiveReaction({ action: 'add', ...event }),
  );
  socket.on('reaction_remove', (event) =>
    feeds.get(event.channelId)?.receiveReaction({ action: 'remove', ...event }),
  );
  socket.on('reaction_clear', (event) =>
    feeds.get(event.channelId)?.receiveReaction({ action: 'clear', ...event }),
  );
  socket.on('typing', (notice) => feeds.get(notice.channelId)?.receiveTyping(notice));
  socket.on('unsubscribed', ({ channelId, code }) => feeds.get(channelId)?.receiveUnsubscribed(lossOf(code)));
  socket.on('lagging', ({ channels }) => {
    for (const { channelId, seq } of channels) feeds.get(channelId)?.receiveLagging(seq);
  });
  socket.on('position', ({ channelId, seq }) => {
    if (channelId !== undefined) feeds.get(channelId)?.receivePosition(seq);
  });
}

/** Passes events about rooms to their feeds. */
export function routeRooms(socket: RelaySocket, feeds: ReadonlyMap<Snowflake, RoomsFeed>): void {
  socket.on('rooms_list', (rooms) => feeds.get(rooms.guildId)?.receiveSnapshot(rooms));
  socket.on('voice_joined', (event) => feeds.get(event.guildId)?.receiveJoined(event));
  socket.on('voice_left', (event) => feeds.get(event.guildId)?.receiveLeft(event));
  socket.on('room_created', (event) => feeds.get(event.guildId)?.receiveCreated(event));
  socket.on('room_deleted', (event) => feeds.get(event.guildId)?.receiveDeleted(event));
  socket.on('position', ({ guildId, seq }) => {
    if (guildId !== undefined) feeds.get(guildId)?.receivePosition(seq);
  });
}

/** Retryable only if the service is temporarily unable to deliver the feed. */
export const lossOf = (code: string): RelayError =>
  new RelayError({ code, message: `no longer followed: ${code}`, retryable: code.startsWith('SERVICE.') });

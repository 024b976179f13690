export { type ChannelEvents, type ChannelFeed, type ReactionEvent } from './channel-feed.js';
export type { ConnectionState } from './connection.js';
export { judge, type Verdict } from './cursor.js';
export type { FeedEvents, Gap } from './feed.js';
export type { History, HistoryPage } from './history.js';
export { type ClientEvents, connect, type RelayClient, type RelayOptions } from './relay-client.js';
export { RelayError } from './relay-error.js';
export type { RoomsEvents, RoomsFeed } from './rooms-feed.js';
export type * from '@discord-relay/contracts/wire';

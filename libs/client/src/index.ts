export * from './channel-cursor.js';
export { ChannelFeed, type ChannelEvents } from './channel-feed.js';
export * from './relay-client.js';
export { RelayError } from './relay-error.js';
export type { History, HistoryPage } from './rest.js';

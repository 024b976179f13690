// What a client of the live protocol needs, and nothing internal: the client package includes it.
export * from '../formats.js';
export * from '../snowflake.js';
export * from './channel-type.js';
export type { ChangedExtras, MessageExtras } from './message-extras.js';
export * from './source-status.js';
export * from './wire-events.js';
export * from './wire-moderation.js';
export * from './wire-notices.js';
export * from './wire-queue.js';
export * from './wire-reactions.js';
export * from './wire-replay.js';
export * from './wire-requests.js';
export * from './wire-rooms.js';

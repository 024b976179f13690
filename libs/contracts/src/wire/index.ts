// What a client of the live protocol has to know, and nothing that is ours alone: the client is published with it.
export * from '../snowflake.js';
export * from './channel-type.js';
export type { ChangedExtras, MessageExtras } from './message-extras.js';
export * from './source-status.js';
export * from './wire-events.js';
export * from './wire-moderation.js';
export * from './wire-reactions.js';
export * from './wire-rooms.js';

export * from './change.entity.js';
export * from './channel.entity.js';
export * from './checkpoint.entity.js';
export * from './feed-head.entity.js';
export * from './guild.entity.js';
export * from './message.entity.js';
export * from './parked-event.entity.js';

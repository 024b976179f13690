export * from './audit.js';
export * from './exports.js';
export * from './projections.js';
export * from './queue.js';
export * from './sessions.js';
export * from './webhooks.js';

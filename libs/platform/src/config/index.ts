export * from './fields.js';
export * from './instance.js';
export * from './load-config.js';
export * from './media-store-keys.js';
export * from './platform-schema.js';

export * from './audit.entity.js';
export * from './service-token.entity.js';
export * from './session.entity.js';

export * from './audit.entity.js';
export * from './service-token.entity.js';
export * from './session.entity.js';
export * from './webhook-delivery.entity.js';
export * from './webhook-endpoint.entity.js';

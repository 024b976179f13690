/** What programs need that start no service: loads without NestJS, NATS and pino. */
export * from './config/load-config.js';
export { natsRefusal } from './connections/nats-refusal.js';
export { redact } from './logging/redaction.js';

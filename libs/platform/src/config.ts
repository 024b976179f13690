/** For programs that start no service: it loads without NestJS, NATS and pino. */
export * from './config/index.js';
export { explainNatsError } from './connections/explain-nats-error.js';
export { redact } from './logging/redaction.js';

/** The configuration alone, for programs that start no service: it does not load NestJS, NATS or pino. */
export * from './config/index.js';
export { explainNatsError } from './connections/explain-nats-error.js';
export { redact } from './logging/redaction.js';

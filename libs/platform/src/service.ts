/** What makes a NestJS application of it all; the rest of the library does without NestJS, which takes long to load. */
export * from './service/platform.module.js';
export * from './service/run-service.js';

/** What makes a NestJS application of it all; the rest of the library does without NestJS, which takes long to load. */
export * from './platform.module.js';
export * from './run-service.js';

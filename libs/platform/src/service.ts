/** What makes a NestJS application. It is apart from the rest because NestJS takes long to load. */
export * from './service/platform.module.js';
export * from './service/run-service.js';

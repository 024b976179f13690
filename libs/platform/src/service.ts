/** The NestJS parts of a service, separate because NestJS takes long to load. */
export * from './service/platform.module.js';
export * from './service/run-service.js';

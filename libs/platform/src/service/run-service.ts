import 'reflect-metadata';
import type { Server } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ANY_ADDRESS, ConfigError, EXIT_CONFIG, type PlatformConfig } from '../config/index.js';
import { ControlDeserializer } from '../control/control-deserializer.js';
import { HealthRegistry } from '../health/health.js';
import { type Logger, LOGGER, NestLogAdapter } from '../logging/logger.js';
import { InstanceGuard } from '../control/instance-guard.js';
import { NatsLink, natsOptions } from '../connections/nats-link.js';
import { onStopSignal } from './stop-signal.js';

export interface ServiceDefinition<C extends PlatformConfig> {
  /** Reads and checks the environment before anything starts. */
  loadConfig: () => C;
  port: (config: C) => number;
  /** The root module; it imports PlatformModule. */
  module: (config: C) => DynamicModule;
  /** Sets up adapters, filters and pipes before the server listens. */
  configure?: (app: NestExpressApplication, config: C) => void;
}

/** Runs a service from reading its environment to its shutdown, and exits the process. */
export async function runService<C extends PlatformConfig>(definition: ServiceDefinition<C>): Promise<void> {
  const config = configOrExit(definition.loadConfig);
  const app = await NestFactory.create<NestExpressApplication>(definition.module(config), {
    bufferLogs: true,
    abortOnError: false,
  });
  const logger = app.get<Logger>(LOGGER);
  app.useLogger(new NestLogAdapter(logger));
  definition.configure?.(app, config);
  exitOnUnexpected(logger);
  onStopSignal((cause) => stop(app, logger, config.DRAIN_TIMEOUT_MS, cause));
  await listen(app, definition.port(config), config.HOST);
  startControl(app, config);
  app.get(HealthRegistry).started();
  logger.info({ port: definition.port(config) }, 'started');
}

function configOrExit<C>(load: () => C): C {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`configuration: ${error.problems.join('; ')}\n`);
    process.exit(EXIT_CONFIG);
  }
}

async function listen(app: NestExpressApplication, port: number, host: string): Promise<void> {
  const server: Server = app.getHttpServer();
  const exitWithReason = ({ code }: NodeJS.ErrnoException) => {
    const reason = listenProblem(code, port);
    if (reason === undefined) return;
    process.stderr.write(`${reason}\n`);
    process.exit(EXIT_CONFIG);
  };
  // Called before the listener of Nest, which logs the error without a remedy.
  server.once('error', exitWithReason);
  // Without a host, Node.js listens on `::`, or on 0.0.0.0 if the kernel has no IPv6.
  await (host === ANY_ADDRESS ? app.listen(port) : app.listen(port, host));
  server.off('error', exitWithReason);
}

function listenProblem(code: string | undefined, port: number): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `PORT: ${port} is in use; choose another with PORT=…`;
    case 'EACCES':
      return `PORT: ${port} requires privileges; choose one from 1024 with PORT=…`;
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST: it is not an address of this machine (${code}); leave it out to listen on every address`;
    default:
      return undefined;
  }
}

/** Starts the control microservice once NATS is connected; HTTP health does not wait for it. */
function startControl(app: NestExpressApplication, config: PlatformConfig): void {
  const logger = app.get<Logger>(LOGGER);
  const options = { ...natsOptions(config, 'control'), deserializer: new ControlDeserializer() };
  app.connectMicroservice<MicroserviceOptions>({ transport: Transport.NATS, options: options as never });
  void app
    .get(NatsLink)
    .connection.then(() => app.startAllMicroservices())
    .catch((error: unknown) => {
      logger.fatal({ err: error }, 'control microservice failed');
      process.exit(1);
    });
}

async function stop(
  app: NestExpressApplication,
  logger: Logger,
  limitMs: number,
  cause: string,
): Promise<void> {
  app.get(HealthRegistry).stopping();
  app.get(InstanceGuard).stop();
  logger.info({ cause, limitMs }, 'stopping');
  const overdue = setTimeout(() => {
    logger.error({ limitMs }, 'shutdown took longer than DRAIN_TIMEOUT_MS');
    process.exit(1);
  }, limitMs);
  disableKeepAlive(app.getHttpServer());
  await app.close();
  await app.get(NatsLink).drain();
  clearTimeout(overdue);
  logger.info('stopped');
  process.exit(0);
}

/** Closes connections after their current request: a client that keeps sending requests, such as a proxy, would delay the stop. */
function disableKeepAlive(server: Server): void {
  server.prependListener('request', (_, response) => response.setHeader('connection', 'close'));
}

function exitOnUnexpected(logger: Logger): void {
  const exit = (err: unknown) => {
    logger.fatal({ err }, 'unexpected failure');
    process.exit(1);
  };
  process.on('uncaughtException', exit);
  process.on('unhandledRejection', exit);
}

import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { startNatsServer, type TestNats, until } from '@discord-relay/local-stack';
import { HealthRegistry, NatsLink } from '@discord-relay/platform';
import { loadGatewayApiConfig } from '../config.js';
import { GatewayApiModule } from '../gateway-api.module.js';
import { configureHttp } from '../http/server/configure-http.js';
import { createReadModelDatabase } from './read-model.js';
import { TcpLine } from './tcp-line.js';
import { SECRET } from './tokens.js';
import { World } from './world.js';

export interface TestGateway {
  url: string;
  app: NestExpressApplication;
  world: World;
  nats: TestNats;
  /** The connection between the gateway and its database. */
  databaseLine: TcpLine;
  stop(): Promise<void>;
}

/** Starts a gateway with its own NATS server and database. */
export async function startGateway(env: Record<string, string> = {}): Promise<TestGateway> {
  const [database, nats] = await Promise.all([createReadModelDatabase(), startNatsServer()]);
  const databaseLine = await TcpLine.to(new URL(database.url));
  const world = await World.create(database.url, nats.url);
  const replica = await startReplica({ nats, databaseLine }, env);
  const stop = async () => {
    await replica.stop();
    await databaseLine.close();
    await world.close();
    await nats.stop();
    await database.drop();
  };
  return { ...replica, world, nats, databaseLine, stop };
}

/** Starts another gateway with the same servers. */
export async function startReplica(
  { nats, databaseLine }: Pick<TestGateway, 'nats' | 'databaseLine'>,
  env: Record<string, string> = {},
): Promise<Pick<TestGateway, 'url' | 'app' | 'stop'>> {
  const config = loadGatewayApiConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'fatal',
    HOST: '127.0.0.1',
    PORT: '0',
    NATS_URL: nats.url,
    JWT_CLOCK_TOLERANCE_S: '0',
    DATABASE_URL: databaseLine.url,
    JWT_SECRET: SECRET,
    WEB_DIR: '/nonexistent',
    ...env,
  });
  const app = await NestFactory.create<NestExpressApplication>(GatewayApiModule.register(config), {
    logger: false,
    abortOnError: false,
  });
  configureHttp(app, config);
  await app.listen(0, '127.0.0.1');
  app.get(HealthRegistry).started();
  await until('gateway ready', 10_000, () => app.get(HealthRegistry).ready() || undefined);
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const stop = async () => {
    await app.close();
    await app.get(NatsLink).drain();
  };
  return { url: `http://127.0.0.1:${port}`, app, stop };
}

import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { pino, type Logger } from 'pino';
import { Faults } from './gateway/faults.js';
import { Gateway } from './gateway/gateway.js';
import type { RestAnswers } from './faults/rest-answers.js';
import { ErrorFilter } from './error.filter.js';
import { jsonAnswers } from './http/json-answers.js';
import { isJson, jsonBody } from './http/json-body.js';
import { requestPath } from './http/request-path.js';
import { restMiddleware } from './rest/limits/rest-middleware.js';
import { SimulatorModule, type SimulatorParts } from './simulator.module.js';
import { withDefaults, type SimulatorOptions } from './options.js';
import { Authorizations } from './oauth/authorizations.js';
import { RateLimits } from './rest/limits/rate-limits.js';
import { RestFaults } from './rest/limits/rest-faults.js';
import { writeDemoHistory } from './sim/demo/demo-history.js';
import { createInitialWorld } from './sim/scenario/initial-world.js';
import { Random } from './sim/random.js';
import { Scenarios } from './sim/scenario/scenarios.js';
import { AttachmentLinks } from './state/channels/attachment-links.js';
import { Ledger } from './state/ledger.js';
import { StateFile } from './state/file/state-file.js';
import { World } from './state/world.js';

const REST_ROOT = '/api/v10';
// Allows a raw dispatch of several megabytes, including JSON escapes.
const BODY_LIMIT = '32mb';

/** A running local Discord. */
export interface Simulator {
  /** `http://host:port`, without a path: configure clients with `${url}/api`. */
  readonly url: string;
  readonly gatewayUrl: string;
  readonly port: number;
  readonly world: World;
  readonly ledger: Ledger;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly restFaults: RestFaults;
  /** Responses on demand; the gateway's misbehaviour is in `gateway.sessions.rules`. */
  readonly answers: RestAnswers;
  readonly scenarios: Scenarios;
  /** Log-ins of users. */
  readonly authorizations: Authorizations;
  /** Null without a state file. */
  readonly state: StateFile | null;
  /** Stops scenarios, closes sockets resumably, saves the state and frees the port. Idempotent. */
  close(): Promise<void>;
}

/** Starts a local Discord. Resolves when it listens; rejects when it cannot (port in use, bad state file). */
export async function startSimulator(given: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const options = withDefaults(given);
  const logger = options.logger ?? pino({ level: 'silent' });
  const parts = await createParts(options, logger);
  const app = await createApp(parts, logger);
  const server: Server = app.getHttpServer();
  parts.gateway.upgrades.listenOn(server);
  try {
    // Without a host Node.js listens on `::`, and on 0.0.0.0 if the kernel has no IPv6.
    await (options.host === '::' ? app.listen(options.port) : app.listen(options.port, options.host));
  } catch (error) {
    await stop(parts, app);
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const sweepMs = Math.min(1000, parts.options.threadMinuteMs);
  const archiving = setInterval(() => parts.world.threads.archiveIdle(parts.options.threadMinuteMs), sweepMs);
  server.once('close', () => clearInterval(archiving));
  parts.world.links.origin = options.publicUrl ?? urlOf(options.host, port);
  if (options.scenario === 'lively') parts.scenarios.start({ lively: true, seed: options.seed });
  return describe(parts, app, port);
}

async function createParts(options: SimulatorOptions, logger: Logger): Promise<SimulatorParts> {
  const links = new AttachmentLinks(options.seed, options.attachmentLifetimeMs);
  const world = new World(options.messagesPerChannel, links);
  const ledger = new Ledger(options.ledgerEntries);
  const state =
    options.stateFile === undefined ? null : new StateFile(options.stateFile, world, ledger, logger);
  const isRestored = (await state?.load()) ?? false;
  world.onFact((fact) => {
    const entry = ledger.record(fact);
    state?.append(fact, entry);
  });
  if (!isRestored) {
    const isLively = options.scenario === 'lively';
    createInitialWorld(world, isLively ? { ...options, historyPerChannel: 0 } : options);
    if (isLively) writeDemoHistory(world, options.seed);
    await state?.compact();
  }
  const gateway = new Gateway(world, ledger, options, logger);
  const hasAudience = () => [...gateway.sessions.all()].some((session) => session.connected !== null);
  const scenarios = new Scenarios(world, logger, hasAudience);
  const random = new Random(options.seed);
  const restFaults = new RestFaults(() => random.next());
  const faults = new Faults(gateway);
  const authorizations = new Authorizations();
  return { options, world, ledger, state, gateway, faults, restFaults, scenarios, authorizations };
}

async function createApp(parts: SimulatorParts, logger: Logger): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(SimulatorModule.of(parts), {
    logger: false,
    abortOnError: false,
    bodyParser: false,
    forceCloseConnections: true,
  });
  app.use(jsonAnswers);
  app.use(requestPath);
  app.use(REST_ROOT, restMiddleware(parts.restFaults, new RateLimits(parts.options), parts.gateway.answers));
  app.useBodyParser('text', { limit: BODY_LIMIT, type: isJson });
  app.use(jsonBody);
  app.useBodyParser('urlencoded', { extended: false });
  app.useGlobalFilters(new ErrorFilter(logger));
  app.disable('x-powered-by');
  return app;
}

/** A wildcard address cannot be connected to. */
function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function describe(parts: SimulatorParts, app: NestExpressApplication, port: number): Simulator {
  const url = urlOf(parts.options.host, port);
  let closing: Promise<void> | null = null;
  const { world, ledger, gateway, faults, restFaults, scenarios, state, authorizations } = parts;
  return {
    url,
    gatewayUrl: `${url.replace('http', 'ws')}/gateway`,
    port,
    world,
    ledger,
    gateway,
    faults,
    restFaults,
    answers: gateway.answers,
    scenarios,
    authorizations,
    state,
    close: () => (closing ??= stop(parts, app)),
  };
}

async function stop(parts: SimulatorParts, app: NestExpressApplication): Promise<void> {
  parts.scenarios.stopAll();
  parts.gateway.answers.remove();
  await parts.gateway.close();
  await app.close();
  await parts.state?.close();
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  copyTestDatabase,
  freePort,
  type ServiceApp,
  type ServiceProcess,
  Stack,
  type StackOptions,
} from '@discord-relay/local-stack';
import { migrate } from '@discord-relay/read-model';
import { SignJWT } from 'jose';
import { SimClient } from '../discord/sim-client.js';

export interface TempStack {
  stack: Stack;
  sim: SimClient;
  /** Where clients connect. */
  url: string;
  /** A token that may see everything. */
  token: string;
}

export interface TempStackOptions {
  progress: (line: string) => void;
  envOf?: StackOptions['envOf'];
  /** A NATS server that runs already, and the keys with which every service logs in; default: a new server. */
  nats?: { url: string; env?: Record<string, string> };
  /** A database that exists already; it is not dropped afterwards. */
  databaseUrl?: string;
  /** Default: all; NATS, Postgres and the local Discord always run. */
  services?: readonly ServiceApp[];
}

/** The whole system in a temporary folder, with a local Discord that does nothing by itself. Removed afterwards. */
export async function withTempStack<T>(
  options: TempStackOptions,
  work: (temp: TempStack) => Promise<T>,
): Promise<T> {
  const opened = await open(options);
  const stopAndExit = () => void opened.close().then(() => process.exit(130));
  process.once('SIGINT', stopAndExit).once('SIGTERM', stopAndExit);
  try {
    return await work(opened);
  } finally {
    process.off('SIGINT', stopAndExit).off('SIGTERM', stopAndExit);
    await opened.close();
  }
}

/** As {@link withTempStack}, for tests that close it themselves, with a database on the tests' Postgres. */
export async function openTempStack(
  options: TempStackOptions,
): Promise<TempStack & { close(): Promise<void> }> {
  if (options.databaseUrl !== undefined) return open(options, options.databaseUrl);
  const database = await copyTestDatabase('read_model', migrate);
  const temp = await open(options, database.url);
  const close = async () => {
    await temp.close();
    await database.drop();
  };
  return { ...temp, close };
}

async function open(
  options: TempStackOptions,
  databaseUrl?: string,
): Promise<TempStack & { close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'relay-stack-'));
  const died = (service: ServiceProcess, code: number | null, lastMessage: string) =>
    options.progress(`${service.name} ended by itself (code ${code}): ${lastMessage}`);
  const stack = new Stack({
    port: await freePort(),
    dataDir,
    databaseUrl,
    natsUrl: options.nats?.url,
    discord: 'local',
    // One token and one address make the requests of all users here.
    env: {
      LOG_LEVEL: 'info',
      HTTP_REQUESTS_PER_S: '1000',
      HTTP_REQUESTS_PER_S_PER_ADDRESS: '10000',
      ...options.nats?.env,
    },
    envOf: {
      ...options.envOf,
      // Beside other stacks on few cores, a projector may get no CPU time for seconds.
      projector: { LEASE_MS: '10000', ...options.envOf?.projector },
      'discord-simulator': {
        SIM_SCENARIO: 'none',
        SIM_GUILDS: '0',
        SIM_INVALID_SESSION_DELAY_MS: '0',
        SIM_LOG_LEVEL: 'error',
        SIM_MESSAGES_PER_CHANNEL: '100000',
        ...options.envOf?.['discord-simulator'],
      },
    },
    progress: options.progress,
    onUnexpectedExit: died,
  });
  const close = async () => {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await stack.startServers();
    if (options.services?.length !== 0) await stack.startServices(options.services);
    const sim = new SimClient(stack.simulator!.url);
    return { stack, sim, url: stack.url, token: await signToken(stack.jwtSecret), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A token like those of `relay token create`; claims can be overridden to make invalid ones. */
export function signToken(
  secret: string,
  {
    role = 'admin',
    sub = 'test',
    expiresAt = '12h',
    ...claims
  }: Record<string, unknown> & { sub?: string; expiresAt?: string | number } = {},
): Promise<string> {
  return new SignJWT({ role, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setIssuer('discord-relay')
    .setAudience('discord-relay')
    .setIssuedAt()
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(secret));
}

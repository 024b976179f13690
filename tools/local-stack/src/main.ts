import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, EXIT_CONFIG, redact } from '@discord-relay/platform/config';
import { inheritedEnv, stackConfig, type StackConfig } from './config.js';
import { setUpDemoQueues } from './demo-queue.js';
import { portIsFree } from './process/free-port.js';
import { showImport } from './import-progress.js';
import type { ServiceProcess } from './process/service-process.js';
import { SERVICE_APPS, type ServiceApp, Stack } from './stack.js';
import { reserveDataDir } from './data-dir.js';
import { reportWhenConnected } from './discord-connection.js';

const startedAt = performance.now();
const print = (line: string): void => {
  process.stdout.write(
    `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s  ${redact(line)}\n`,
  );
};

/** The services that readers need: recorded data can be read without Discord. */
const READ_SERVICES: readonly ServiceApp[] = ['projector', 'gateway-api'];

let stack: Stack | undefined;
let stopping: Promise<never> | undefined;
let giveBackDataDir = async (): Promise<void> => undefined;
const ending = new AbortController();

/** Ends the program once; everything that was started is stopped first. */
function end(code: number, lastLine: string): Promise<never> {
  ending.abort();
  stopping ??= (async () => {
    // Printed first, so that the reason is visible even if the stop fails.
    if (code !== 0) process.stderr.write(`${redact(lastLine)}\n`);
    if (stack) print('stopping…');
    await stack?.stop();
    await giveBackDataDir();
    if (code === 0) print(lastLine);
    process.exit(code);
  })();
  return stopping;
}

function fail(error: unknown): Promise<never> {
  if (error instanceof ConfigError) return end(EXIT_CONFIG, error.problems.join('\n'));
  return end(1, error instanceof Error ? error.message : String(error));
}

/** Restarts a crashed service, as Kubernetes would. A service with an invalid configuration ends the stack. */
async function restartCrashed(
  service: ServiceProcess,
  code: number | null,
  lastMessage: string,
): Promise<void> {
  if (stopping) return;
  if (code === EXIT_CONFIG) return end(EXIT_CONFIG, lastMessage || `${service.name}: see ${service.logFile}`);
  print(
    `${service.name} ended (code ${code}): ${lastMessage || 'no message'}; restarting it; log: ${service.logFile}`,
  );
  await sleep(1_000);
  if (!stopping) service.start();
}

async function setUpQueues(simulatorUrl: string, dataDir: string): Promise<void> {
  const { signal } = ending;
  await setUpDemoQueues({ simulatorUrl, dataDir, env: process.env, signal }).catch((error: Error) => {
    if (!signal.aborted) print(`the support queue is not set up: ${error.message}`);
  });
}

async function start(config: StackConfig): Promise<void> {
  giveBackDataDir = await reserveDataDir(config.dataDir);
  if (!(await portIsFree(config.port))) {
    throw new ConfigError([
      `PORT: ${config.port} is in use; choose another, for example PORT=${config.port + 1} npm start`,
    ]);
  }
  const { env, xdgCacheHome } = inheritedEnv(process.env);
  // Users of the local Discord who log in see something only if members are recorded.
  const members: Record<string, string> = config.discord === 'local' ? { RECORD_MEMBERS: 'true' } : {};
  stack = new Stack({
    ...config,
    env: { ...members, ...env },
    xdgCacheHome,
    progress: print,
    onUnexpectedExit: (service, code, lastMessage) =>
      void restartCrashed(service, code, lastMessage).catch(fail),
  });
  await stack.startServers();
  await stack.startServices(SERVICE_APPS, READ_SERVICES);
  const ingestor = stack.service('ingestor');
  const connected = await reportWhenConnected(ingestor, print, ending.signal);
  const source = stack.simulator ? `the local Discord (${stack.simulator.url}/_sim)` : 'Discord';
  print(
    `ready  http://localhost:${config.port}  showing ${connected ? source : 'what was recorded before'}; data and logs in ${config.dataDir}; Ctrl-C stops`,
  );
  await showImport(ingestor, process.stdout, print, ending.signal);
  // Everything is projected now: the guilds are known.
  if (stack.simulator) await setUpQueues(stack.simulator.url, config.dataDir);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void end(0, 'stopped'));
// Stops everything that was started after an unexpected error.
for (const failure of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(failure, (error) => void fail(error));
try {
  await start(stackConfig(process.env));
} catch (error) {
  await fail(error);
}

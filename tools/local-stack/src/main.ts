import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, EXIT_CONFIG, redact } from '@discord-relay/platform/config';
import { inheritedEnv, stackConfig, type StackConfig } from './config.js';
import { setUpDemoQueues } from './demo-queue.js';
import { portIsFree } from './free-port.js';
import { showImport } from './import-progress.js';
import type { ServiceProcess } from './service-process.js';
import { SERVICE_APPS, type ServiceApp, Stack } from './stack.js';
import { reserveDataDir } from './data-dir.js';
import { reportWhenConnected } from './discord-connection.js';

const startedAt = performance.now();
const say = (line: string): void => {
  process.stdout.write(
    `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s  ${redact(line)}\n`,
  );
};

/** The services that are needed to read anything. Recorded data can be read without Discord. */
const READERS: readonly ServiceApp[] = ['projector', 'gateway-api'];

let stack: Stack | undefined;
let stopping: Promise<never> | undefined;
let giveBackDataDir = async (): Promise<void> => undefined;
const ending = new AbortController();

/** Ends the program once; everything that was started is stopped first. */
function end(code: number, lastLine: string): Promise<never> {
  ending.abort();
  stopping ??= (async () => {
    // Printed first, so that the reason is visible whatever else fails.
    if (code !== 0) process.stderr.write(`${redact(lastLine)}\n`);
    if (stack) say('stopping…');
    await stack?.stop();
    await giveBackDataDir();
    if (code === 0) say(lastLine);
    process.exit(code);
  })();
  return stopping;
}

function fail(error: unknown): Promise<never> {
  if (error instanceof ConfigError) return end(EXIT_CONFIG, error.problems.join('\n'));
  return end(1, error instanceof Error ? error.message : String(error));
}

/** Restarts a crashed service, as Kubernetes would; a service with an invalid configuration ends the stack. */
async function revive(service: ServiceProcess, code: number | null, complaint: string): Promise<void> {
  if (stopping) return;
  if (code === EXIT_CONFIG) return end(EXIT_CONFIG, complaint || `${service.name}: see ${service.logFile}`);
  say(
    `${service.name} ended (code ${code}): ${complaint || 'no message'}; restarting it; log: ${service.logFile}`,
  );
  await sleep(1_000);
  if (!stopping) service.start();
}

async function setUpQueues(simulatorUrl: string, dataDir: string): Promise<void> {
  const { signal } = ending;
  await setUpDemoQueues({ simulatorUrl, dataDir, env: process.env, signal }).catch((error: Error) => {
    if (!signal.aborted) say(`the support queue is not set up: ${error.message}`);
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
  // The local Discord has the member events that its users need to see anything after they log in.
  const members: Record<string, string> = config.discord === 'local' ? { RECORD_MEMBERS: 'true' } : {};
  stack = new Stack({
    ...config,
    env: { ...members, ...env },
    xdgCacheHome,
    progress: say,
    onUnexpectedExit: (service, code, complaint) => void revive(service, code, complaint).catch(fail),
  });
  await stack.startServers();
  await stack.startServices(SERVICE_APPS, READERS);
  const ingestor = stack.service('ingestor');
  const connected = await reportWhenConnected(ingestor, say, ending.signal);
  const source = stack.simulator ? `the local Discord (${stack.simulator.url}/_sim)` : 'Discord';
  say(
    `ready  http://localhost:${config.port}  showing ${connected ? source : 'what was recorded before'}; data and logs in ${config.dataDir}; Ctrl-C stops`,
  );
  await showImport(ingestor, process.stdout, say, ending.signal);
  // Everything is projected now: the guilds are known.
  if (stack.simulator) await setUpQueues(stack.simulator.url, config.dataDir);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void end(0, 'stopped'));
// Everything that was started is stopped, whatever fails here.
for (const failure of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(failure, (error) => void fail(error));
try {
  await start(stackConfig(process.env));
} catch (error) {
  await fail(error);
}

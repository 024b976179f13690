import { freePort, type ServiceApp, until } from '@discord-relay/local-stack';
import { type TempStack, withTempStack } from '../support/stacks/temp-stack.js';
import { PODMAN_CHANGES } from '../support/kubernetes/podman-pods.js';
import type { Tools } from '../support/kubernetes/render.js';
import { ComposedDemo } from './compose.js';
import { Engine } from './engine.js';
import { baseImage, buildImage, imageOf, provideBase, type Target, TARGETS } from './images.js';
import { PlayedOverlay } from './kube-play.js';
import { seesMessage } from './sees-message.js';

/** Limit for every image besides its base. */
const MAX_MB = 60;
const LIMIT_MS = 120_000;
/** As in k8s/base. */
const MEMORY_MB = 384;
const SERVICES = ['projector', 'ingestor', 'gateway-api'] as const satisfies readonly ServiceApp[];

type Check = (what: string, work: () => Promise<unknown>) => Promise<void>;

/** Programs without which some checks are left out. */
export interface ContainerTools {
  /** docker-compose, version 2. */
  compose: string | undefined;
  kubernetes: Tools | undefined;
}

/**
 * Builds the images and runs the services from them: alone, as docker-compose.yml says, and as the pods of Kubernetes' overlay
 * `dev`. Prints a line per check and ends with the totals.
 * @returns the exit code
 */
export async function checkContainers({ compose, kubernetes }: ContainerTools): Promise<number> {
  const counts = { passed: 0, failed: 0 };
  const check: Check = async (what, work) => {
    const startedMs = performance.now();
    try {
      const detail = await work();
      counts.passed++;
      const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
      console.log(`passed: ${what}${typeof detail === 'string' ? `: ${detail}` : ''} (${seconds} s)`);
    } catch (error) {
      counts.failed++;
      console.log(`FAILED: ${what}: ${String(error)}`);
    }
  };
  const engine = await Engine.open();
  try {
    const obstacle = await obstacleTo(engine);
    if (obstacle) return skip(obstacle);
    await buildAll(engine, check);
    if (counts.failed === 0) {
      await withTempStack({ progress: console.error, services: [] }, (temp) => runAll(engine, temp, check));
      if (compose) await composeDemo(engine, compose, check);
      if (kubernetes) await playOverlay(engine, kubernetes, check);
    }
  } finally {
    await engine.close();
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 ? 0 : 1;
}

/**
 * Why this machine cannot run containers, whatever our images contain: it is itself a container without the rights for
 * it, or neither a registry nor Debian's packages can be reached.
 */
async function obstacleTo(engine: Engine): Promise<string | undefined> {
  try {
    const image = await baseImage();
    const standIn = await provideBase(engine, image);
    if (standIn) console.error(`No registry can be reached; ${standIn} stands in for ${image}.`);
    await engine.runToEnd({ image, env: {}, memoryMb: MEMORY_MB, args: ['node', '--version'] });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function skip(reason: string): number {
  console.error(
    `\n*** The checks of the container images are SKIPPED: no container can be run here. ***\n${reason}\n`,
  );
  console.log('0 passed, 0 failed');
  return 0;
}

async function buildAll(engine: Engine, check: Check): Promise<void> {
  const baseBytes = await engine.sizeOf(await baseImage());
  for (const target of TARGETS)
    await check(`${target} is built and takes less than ${MAX_MB} MB beside the base`, async () => {
      await buildImage(engine, target);
      const megabytes = ((await engine.sizeOf(imageOf(target))) - baseBytes) / 1e6;
      if (megabytes >= MAX_MB) throw new Error(`it takes ${megabytes.toFixed(1)} MB`);
      return `${megabytes.toFixed(1)} MB`;
    });
}

async function runAll(engine: Engine, temp: TempStack, check: Check): Promise<void> {
  const { stack } = temp;
  const ids = new Map<Target, string>();
  const env = await environments(temp);
  const gatewayUrl = `http://127.0.0.1:${env['gateway-api'].PORT}`;
  await check('migrate brings the database up to date and ends', () =>
    engine
      .runToEnd({ image: imageOf('migrate'), env: env.projector, memoryMb: MEMORY_MB })
      .then(() => undefined),
  );
  for (const app of SERVICES) {
    await check(`${app} starts as an unprivileged user on a read-only file system`, async () => {
      ids.set(app, await engine.start({ image: imageOf(app), env: env[app], memoryMb: MEMORY_MB }));
    });
  }
  for (const app of SERVICES)
    await check(`${app} becomes ready, and its health check passes`, () =>
      becomesReady(engine, ids.get(app)!, env[app].PORT!),
    );
  await check('a message of Discord is seen over the API', () =>
    seesMessage({ url: gatewayUrl, simulatorUrl: stack.simulator!.url, token: temp.token }),
  );
  await check('gateway-api serves the page and the API documentation', async () => {
    for (const path of ['/', '/api/docs/', '/api/docs/swagger-ui-bundle.js', '/api/docs/swagger-ui.css']) {
      const { status } = await fetch(`${gatewayUrl}${path}`);
      if (status !== 200) throw new Error(`${path} answers ${status}`);
    }
  });
  const relay = { RELAY_URL: gatewayUrl, NATS_URL: stack.natsUrl };
  await check('the image of the CLI reports that everything works', () =>
    engine
      .runToEnd({ image: imageOf('cli'), env: relay, memoryMb: MEMORY_MB, args: ['status'] })
      .then(() => undefined),
  );
  await check('gateway-api has `relay` on its PATH', () =>
    engine.exec(ids.get('gateway-api')!, ['relay', 'status']).then(() => undefined),
  );
  for (const app of SERVICES)
    await check(`${app} ends by itself after SIGTERM`, async () => {
      const code = await engine.stop(ids.get(app)!);
      if (code !== 0) throw new Error(`it ended with ${code}`);
    });
}

async function composeDemo(engine: Engine, program: string, check: Check): Promise<void> {
  const demo = await ComposedDemo.open(engine, program);
  await whileOpen(demo, async () => {
    await check('docker-compose starts the demo, with secrets of all kinds of characters', () => demo.up());
    await check('a message of the local Discord is seen at the port that docker-compose.yml publishes', () =>
      demo.works(),
    );
    await check('`relay token create` in the container prints a token that the API accepts', () =>
      demo.createsToken(),
    );
  });
}

async function playOverlay(engine: Engine, tools: Tools, check: Check): Promise<void> {
  for (const [what, why] of PODMAN_CHANGES) console.log(`podman kube play: ${what}, because ${why}`);
  const overlay = await PlayedOverlay.prepare(engine, tools);
  await whileOpen(overlay, async () => {
    await check('podman plays the pods of k8s/overlays/dev', () => overlay.play());
    await check('the Job migrates, every pod becomes ready, and a message of the local Discord is seen', () =>
      overlay.works(),
    );
  });
}

/** Closes what was started, also if a signal ends this process. */
async function whileOpen(system: { close(): Promise<void> }, work: () => Promise<void>): Promise<void> {
  const closeAndExit = () => void system.close().finally(() => process.exit(130));
  process.once('SIGINT', closeAndExit).once('SIGTERM', closeAndExit);
  try {
    await work();
  } finally {
    process.off('SIGINT', closeAndExit).off('SIGTERM', closeAndExit);
    await system.close();
  }
}

/** The environment of each service, on this machine's loopback interface. */
async function environments({
  stack,
}: TempStack): Promise<Record<(typeof SERVICES)[number], Record<string, string>>> {
  const common = async () => ({ NATS_URL: stack.natsUrl, HOST: '127.0.0.1', PORT: String(await freePort()) });
  const discord = { DISCORD_TOKEN: 'local-token', DISCORD_API_URL: `${stack.simulator!.url}/api` };
  const database = { DATABASE_URL: stack.databaseUrl };
  return {
    // Plaintext is allowed to a local Discord only, and not in production.
    ingestor: { ...(await common()), ...discord, NODE_ENV: 'development', BACKFILL_LIMIT: '0' },
    projector: { ...(await common()), ...database },
    'gateway-api': { ...(await common()), ...database, JWT_SECRET: stack.jwtSecret },
  };
}

async function becomesReady(engine: Engine, id: string, port: string): Promise<void> {
  try {
    await until('/api/ready, or the end of the container', LIMIT_MS, async () => {
      if (!(await engine.isRunning(id))) return true;
      return (await fetch(`http://127.0.0.1:${port}/api/ready`)).ok || undefined;
    });
    if (!(await engine.isRunning(id))) throw new Error('the container has ended');
    await until('the health check', LIMIT_MS, async () => ((await engine.isHealthy(id)) ? true : undefined));
  } catch (error) {
    throw new Error(`${String(error)}; its log: ${await engine.logs(id)}`, { cause: error });
  }
}

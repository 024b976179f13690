import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, until } from '@discord-relay/local-stack';
import { StallingProxy } from './export-world.js';

const WAIT_MS = 120_000;

/** Runs `relay` until gateway-api has answered two pages and this file exists, and kills it. */
export async function killExport(
  args: readonly string[],
  env: Record<string, string>,
  file: string,
): Promise<void> {
  const proxy = await StallingProxy.start(env.RELAY_URL!, 2);
  const child = spawn(process.execPath, [join(repositoryRoot, 'tools/relay.mjs'), ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, RELAY_URL: proxy.url },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  try {
    await until(`the third page is requested and ${file} exists`, WAIT_MS, () =>
      proxy.stalled > 0 && existsSync(file) ? true : undefined,
    );
  } finally {
    child.kill('SIGKILL');
    await exited;
    await proxy.stop();
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Figures, type Measurement, repositoryRoot } from '@discord-relay/local-stack';
import type pg from 'pg';
import { GUILD } from '@discord-relay/gateway-api/world';
import { DuckFolder } from '../../test/support/clients/duck-folder.js';
import { peakResidentMb } from '../../test/support/processes/process-figures.js';
import { tempFolder, writeHistory } from '../../test/support/stacks/export-world.js';
import { HIGH_LIMITS } from '../../test/support/stacks/high-limits.js';
import { type GatewayStack, withGatewayStack } from '../live/gateway-stack.js';

const POLL_MS = 50;

/** A whole server as Parquet files, written by the command that an analyst runs. */
export const exportMessages: Measurement = {
  name: 'export',
  description:
    'messages/s of `relay export --format parquet`, and its memory; --rounds: thousands of messages (1,000)',
  required: {
    perS: { min: 60_000 },
    rssMb: { max: 400 },
    missing: { equals: 0 },
    different: { equals: 0 },
  },
  run: ({ rounds = 1_000, progress }) =>
    withGatewayStack(HIGH_LIMITS, async (stack) => {
      const count = rounds * 1_000;
      progress(`writing ${count} messages…`);
      await writeHistory(stack.world, count);
      await stack.world.query('ANALYZE');
      progress('exporting them…');
      return exportToParquet(stack, count);
    }),
};

export async function exportToParquet(
  { gateway, token, world }: GatewayStack,
  count: number,
): Promise<Figures> {
  const folder = await tempFolder();
  try {
    const startedAtMs = performance.now();
    const rssMb = await runExport({ RELAY_URL: gateway.url, RELAY_TOKEN: token }, folder.path);
    const elapsedS = (performance.now() - startedAtMs) / 1_000;
    const [exported, stored] = [await exportedSums(folder.path), await storedSums(world)];
    return {
      perS: Math.round(count / elapsedS),
      rssMb,
      gatewayRssMb: peakResidentMb(gateway.pid),
      missing: count - Number(exported.rows),
      different: exported.ids === stored.ids && exported.lengths === stored.lengths ? 0 : 1,
    };
  } finally {
    await folder.remove();
  }
}

/** @returns the peak of its resident memory in MiB. @throws Error when the command fails */
async function runExport(env: Record<string, string>, path: string): Promise<number> {
  const program = join(repositoryRoot, 'tools/relay.mjs');
  const args = ['export', '--guild', GUILD, '--format', 'parquet', '--out', path];
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const peak = watchPeak(child);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`relay export ended with ${code}`);
    return peak.rssMb;
  } finally {
    clearInterval(peak.timer);
    child.kill('SIGKILL');
  }
}

/** The kernel keeps the peak, so the last reading before the end misses little. */
function watchPeak(child: ChildProcess): { rssMb: number; timer: NodeJS.Timeout } {
  const peak = {
    rssMb: 0,
    timer: setInterval(() => (peak.rssMb = peakResidentMb(child.pid!) || peak.rssMb), POLL_MS),
  };
  return peak;
}

interface Sums {
  rows: string;
  /** Of all ids. */
  ids: string;
  /** Of the lengths of all texts, in characters. */
  lengths: string;
}

const SUMS = 'count(*)::varchar AS rows, sum(id)::varchar AS ids, sum(length(content))::varchar AS lengths';

async function exportedSums(path: string): Promise<Sums> {
  const duck = await DuckFolder.open(path);
  try {
    return (await duck.rows(`SELECT ${SUMS} FROM '*.parquet'`))[0] as unknown as Sums;
  } finally {
    duck.close();
  }
}

async function storedSums(world: GatewayStack['world']): Promise<Sums> {
  const [sums] = await world.query<Sums & pg.QueryResultRow>(`SELECT ${SUMS} FROM messages`);
  return sums!;
}

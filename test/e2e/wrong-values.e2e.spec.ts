import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';

const TIME_LIMIT_MS = 10_000;
const SERVER = { NATS_URL: 'nats://127.0.0.1:1', DATABASE_URL: 'postgres://u:planted-1@127.0.0.1:1/x' };

interface Sample {
  program: string;
  args?: string[];
  base?: Record<string, string>;
  wrong: Record<string, string>;
}

const SAMPLES: Sample[] = [
  {
    program: 'apps/ingestor/dist/bundle.js',
    base: { ...SERVER, DISCORD_TOKEN: 'token-1' },
    wrong: {
      NATS_URL: 'http://zq-garbage',
      LEASE_TTL_MS: 'seventeen',
      SHARDS: '0',
      DISCORD_INTENTS: 'zq-garbage',
    },
  },
  {
    program: 'apps/projector/dist/bundle.js',
    base: SERVER,
    wrong: { DATABASE_URL: '', REBUILD: 'zq-garbage', LEASE_MS: '-1' },
  },
  {
    program: 'apps/gateway-api/dist/bundle.js',
    base: { ...SERVER, JWT_SECRET: 'x'.repeat(32) },
    wrong: {
      JWT_SECRET: 'zq-garbage',
      DATABASE_URL: 'postgres://u:zq-garbage@a,b/x',
      CORS_ORIGINS: 'zq-garbage',
      PORT: '65536',
    },
  },
  {
    program: 'tools/relay.mjs',
    args: ['status'],
    base: { DATA_DIR: '/nowhere' },
    wrong: { NATS_URL: 'zq-garbage', RELAY_URL: 'zq-garbage', JWT_SECRET: 'zq-garbage' },
  },
  {
    program: 'tools/start.mjs',
    base: { DATA_DIR: '/nowhere' },
    wrong: { NODE_ENV: 'zq-garbage', PORT: 'zq-garbage', DATABASE_URL: 'zq-garbage' },
  },
  {
    program: 'apps/discord-simulator/dist/bundle.js',
    wrong: { SIM_PORT: 'zq-garbage', SIM_SCENARIO: 'zq-garbage', SIM_PUBLIC_URL: 'zq-garbage' },
  },
];

/** Runs a program until it ends, or ends it when the time is up. */
async function run({ program, args = [] }: Sample, env: Record<string, string>) {
  const child = spawn(process.execPath, [join(repositoryRoot, program), ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, output };
}

const cases = SAMPLES.flatMap((sample) =>
  Object.entries(sample.wrong).map(([key, value]) => [sample.program, key, value, sample] as const),
);

describe('a program with an invalid value of a key', () => {
  it.each(cases)(
    '%s ends within ten seconds with code 78 and one line: %s',
    async (_, key, value, sample) => {
      const { code, signal, output } = await run(sample, { ...sample.base, [key]: value });
      expect({ code, signal, output }).toMatchObject({ code: 78, signal: null });
      const lines = output.trimEnd().split('\n');
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(new RegExp(`^(configuration: )?${key}: \\S`));
      expect(output).not.toMatch(/zq-garbage|planted-1/);
    },
  );
});

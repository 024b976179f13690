import { loadConfig } from '@discord-relay/platform';
import { stackConfig, stackSchema } from '@discord-relay/local-stack';
import type { z } from 'zod';
import { cliConfig, cliSchema } from '../../../apps/cli/src/config.js';
import { environment as simulatorSchema, parseConfig } from '../../../apps/discord-simulator/src/config.js';
import { gatewayApiSchema } from '../../../apps/gateway-api/src/config.js';
import { ingestorSchema, loadIngestorConfig } from '../../../apps/ingestor/src/config.js';
import { projectorSchema } from '../../../apps/projector/src/config.js';
import { wrongValuesFor } from './wrong-values.js';

/** A program with the keys of its configuration. */
export interface ConfiguredProgram {
  name: string;
  /** Its file, as it is started, and the arguments. */
  command: [file: string, ...args: string[]];
  keys: Record<string, z.ZodType>;
  parse: (env: Record<string, string>) => unknown;
  /** The keys that the environment needs besides the key under test. */
  base: Record<string, string>;
}

const DATABASE_URL = 'postgres://db/relay';
/** Half of them are refused, whichever key is wrong. */
const S3 = {
  MEDIA_S3_ENDPOINT: 'https://s3.example',
  MEDIA_S3_BUCKET: 'files',
  MEDIA_S3_ACCESS_KEY_ID: 'id',
  MEDIA_S3_SECRET_ACCESS_KEY: 'key',
};

export const PROGRAMS: ConfiguredProgram[] = [
  {
    name: 'ingestor',
    command: ['apps/ingestor/dist/bundle.js'],
    keys: ingestorSchema.shape,
    parse: loadIngestorConfig,
    base: { DISCORD_TOKEN: 'token-1' },
  },
  {
    name: 'projector',
    command: ['apps/projector/dist/bundle.js'],
    keys: projectorSchema.shape,
    parse: (env) => loadConfig(projectorSchema, env),
    base: { DATABASE_URL },
  },
  {
    name: 'gateway-api',
    command: ['apps/gateway-api/dist/bundle.js'],
    keys: gatewayApiSchema.shape,
    parse: (env) => loadConfig(gatewayApiSchema, env),
    base: { DATABASE_URL, JWT_SECRET: 'x'.repeat(32), ...S3 },
  },
  {
    name: 'relay',
    command: ['tools/relay.mjs', 'status'],
    keys: cliSchema.shape,
    parse: cliConfig,
    base: { DATA_DIR: '/nowhere', ...S3 },
  },
  {
    name: 'npm start',
    command: ['tools/start.mjs'],
    keys: stackSchema.shape,
    parse: stackConfig,
    base: {},
  },
  {
    name: 'simulator',
    command: ['apps/discord-simulator/dist/bundle.js'],
    keys: simulatorSchema.shape,
    parse: parseConfig,
    base: {},
  },
];

/** Every key of every program. */
export const PROGRAM_KEYS = PROGRAMS.flatMap((program) =>
  Object.keys(program.keys).map((key) => [program.name, key, program] as const),
);

/** The problems that the program finds in an environment; empty: none. */
export function problemsWith(program: ConfiguredProgram, env: Record<string, string>): readonly string[] {
  try {
    program.parse(env);
    return [];
  } catch (error) {
    const { problems } = error as { problems?: readonly string[] };
    if (!problems) throw error;
    return problems;
  }
}

/** The wrong values of a key that the schema can recognize. */
export const refusedValues = (program: ConfiguredProgram, key: string): string[] =>
  wrongValuesFor(program.keys[key]!).filter(
    (value) => problemsWith(program, { ...program.base, [key]: value }).length > 0,
  );

/** A problem that an operator can solve: the key, then what the value must be or what to do. */
export const PROBLEM = /^[A-Z0-9_]+: (must|has an unknown|is missing|missing|is still|needs)/;

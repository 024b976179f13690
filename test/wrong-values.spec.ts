import { loadConfig } from '@discord-relay/platform';
import { stackConfig, stackSchema } from '@discord-relay/local-stack';
import type { z } from 'zod';
import { cliConfig, cliSchema } from '../apps/cli/src/config.js';
import { environment as simulatorSchema, parseConfig } from '../apps/discord-simulator/src/config.js';
import { gatewayApiSchema } from '../apps/gateway-api/src/config.js';
import { ingestorSchema, loadIngestorConfig } from '../apps/ingestor/src/config.js';
import { projectorSchema } from '../apps/projector/src/config.js';
import { kindOf, wrongValuesFor } from './support/wrong-values.js';

interface App {
  name: string;
  keys: Record<string, z.ZodType>;
  parse: (env: Record<string, string>) => unknown;
  /** The keys that the environment needs besides the key under test. */
  base: Record<string, string>;
}

const DATABASE_URL = 'postgres://db/relay';
const JWT_SECRET = 'x'.repeat(32);

const APPS: App[] = [
  {
    name: 'ingestor',
    keys: ingestorSchema.shape,
    parse: loadIngestorConfig,
    base: { DISCORD_TOKEN: 'token-1' },
  },
  {
    name: 'projector',
    keys: projectorSchema.shape,
    parse: (env) => loadConfig(projectorSchema, env),
    base: { DATABASE_URL },
  },
  {
    name: 'gateway-api',
    keys: gatewayApiSchema.shape,
    parse: (env) => loadConfig(gatewayApiSchema, env),
    base: { DATABASE_URL, JWT_SECRET },
  },
  { name: 'relay', keys: cliSchema.shape, parse: cliConfig, base: { DATA_DIR: '/nowhere' } },
  { name: 'npm start', keys: stackSchema.shape, parse: stackConfig, base: {} },
  { name: 'simulator', keys: simulatorSchema.shape, parse: parseConfig, base: {} },
];

/** Names, paths and addresses: errors in them only show when they are used. */
const FREE_TEXT = new Set(['HOST', 'INSTANCE_ID', 'DATA_DIR', 'WEB_DIR', 'SPOOL_DIR', 'SIM_STATE_FILE']);
const NAMES = new Set([
  'JWT_ISSUER',
  'JWT_JWKS_ISSUER',
  'JWT_AUDIENCE',
  'SIM_TOKEN',
  'SIM_OAUTH_CLIENT_SECRET',
]);

const cases = APPS.flatMap((app) => Object.keys(app.keys).map((key) => [app.name, key, app] as const));

function problemsWith(app: App, env: Record<string, string>): readonly string[] {
  try {
    app.parse(env);
    return [];
  } catch (error) {
    const { problems } = error as { problems?: readonly string[] };
    if (!problems) throw error;
    return problems;
  }
}

/** A problem that an operator can solve: the key, then what the value must be or what to do. */
function expectRemedy(problem: string, key: string, value?: string): void {
  expect(problem).toMatch(new RegExp(`^${key}: (must|has an unknown|is missing|missing|is still|needs)`));
  expect(problem).not.toMatch(/[\n\r]|expected|received|Invalid|undefined/);
  if (value !== undefined) expect(problem).not.toContain(value);
}

describe('an invalid value of a configuration key', () => {
  it.each(cases)(
    'an invalid value ends %s with one line with the key and the remedy, without the value: %s',
    (_, key, app) => {
      expect(problemsWith(app, app.base)).toEqual([]);
      const schema = app.keys[key]!;
      const refused = wrongValuesFor(schema).filter((value) => {
        const problems = problemsWith(app, { ...app.base, [key]: value });
        if (problems.length === 0) return false;
        const ofKey = problems.filter((problem) => problem.startsWith(`${key}: `));
        expect(ofKey).toHaveLength(1);
        expectRemedy(ofKey[0]!, key, value);
        return true;
      });
      if (kindOf(schema) === 'text') {
        const isFree = FREE_TEXT.has(key) || NAMES.has(key);
        expect({ key, isChecked: isFree || refused.length > 0 }).toEqual({ key, isChecked: true });
      } else expect(refused).toEqual(wrongValuesFor(schema));
    },
  );

  it.each(APPS.flatMap((app) => Object.keys(app.base).map((key) => [app.name, key, app] as const)))(
    'an empty value of a required key is rejected by %s: %s',
    (_, key, app) => {
      if (key === 'DATA_DIR') return;
      for (const value of ['', '  \n']) {
        const problems = problemsWith(app, { ...app.base, [key]: value });
        expect(problems).toHaveLength(1);
        expectRemedy(problems[0]!, key);
      }
    },
  );

  it.each(APPS.map((app) => [app.name, app] as const))(
    '%s reports all invalid values together',
    (_, app) => {
      const numbers = Object.keys(app.keys).filter((key) => kindOf(app.keys[key]!) === 'number');
      const env = Object.fromEntries(numbers.map((key) => [key, 'seventeen']));
      const keys = problemsWith(app, { ...app.base, ...env }).map((problem) => problem.split(':')[0]);
      expect(keys.sort()).toEqual(numbers.sort());
    },
  );
});

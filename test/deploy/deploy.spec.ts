import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  PROJECTOR_NODE_FLAGS,
  repositoryRoot,
  SERVICE_ENV,
  SERVICE_NODE_FLAGS,
} from '@discord-relay/local-stack';
import { parse, parseAllDocuments } from 'yaml';

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
          env: { name: string; valueFrom?: { secretKeyRef?: { key: string } } }[];
          livenessProbe: { httpGet: { path: string } };
          readinessProbe: { httpGet: { path: string } };
        }[];
      };
    };
  };
}

const resources = (path: string): Resource[] =>
  parseAllDocuments(read(path)).map((doc) => doc.toJS() as Resource);

describe('k8s/base', () => {
  const { resources: files } = parse(read('k8s/base/kustomization.yaml')) as { resources: string[] };
  const all = files.flatMap((file) => resources(`k8s/base/${file}`));
  const config = all.find(({ kind }) => kind === 'ConfigMap')!.data!;
  const secret = Object.keys(resources('k8s/secret.example.yaml')[0]!.stringData!);
  const deployments = all.filter(({ kind }) => kind === 'Deployment');

  it('runs each service once by name', () =>
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual([
      'gateway-api',
      'ingestor',
      'projector',
    ]));

  it('sets only keys that a program knows', () =>
    expect([...Object.keys(config), ...secret].filter((key) => !isKnown(key))).toEqual([]));

  it.each(deployments.map((each) => [each.metadata.name, each] as const))(
    '%s asks for secrets that the example has, is probed where it answers, and outlives its drain',
    (_, { spec }) => {
      const pod = spec.template.spec;
      const [container] = pod.containers;
      expect(container!.env.map(({ name }) => name).filter((key) => !isKnown(key))).toEqual([]);
      const wanted = container!.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? []);
      expect(secret).toEqual(expect.arrayContaining(wanted));
      expect(container!.livenessProbe.httpGet.path).toBe('/api/live');
      expect(container!.readinessProbe.httpGet.path).toBe('/api/ready');
      expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(Number(config.DRAIN_TIMEOUT_MS));
    },
  );
});

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { environment?: Record<string, string> }>;
  };

  it('gives the services only keys that a program knows', () => {
    const keys = ['ingestor', 'projector', 'gateway-api'].flatMap((name) =>
      Object.keys(compose.services[name]!.environment!),
    );
    expect(keys.filter((key) => !isKnown(key))).toEqual([]);
  });

  it('takes from .env what .env.example has', () => {
    const used = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, key]) => key!);
    const offered = new Set([...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, key]) => key!));
    expect(used.filter((key) => !offered.has(key))).toEqual([]);
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

import { z } from 'zod';
import { CONFIGURED, ROLE_KEYS, SECRET_KEYS, type ServiceKeys } from './keys.js';

const resources = (cpu: string, memory: string, limit: string) =>
  z
    .looseObject({
      requests: z.record(z.string(), z.string()).default({}),
      limits: z.record(z.string(), z.string()).default({}),
    })
    .default({ requests: { cpu, memory }, limits: { memory: limit } })
    .describe('Requests and limits. No limit of CPU: throttling delays every message.');

const count = (fallback: number, meaning: string) => z.int().min(0).default(fallback).describe(meaning);
const list = (meaning: string) => z.array(z.looseObject({})).default([]).describe(meaning);
const map = (meaning: string) => z.record(z.string(), z.string()).default({}).describe(meaning);

const scheduling = {
  nodeSelector: map('Labels of the nodes on which the pods run.'),
  tolerations: list('Taints that the pods tolerate.'),
};

/** A key of a Secret that exists already. */
const secretKey = (key: string) =>
  z
    .strictObject({ name: z.string().default('discord-relay'), key: z.string().default(key) })
    .prefault({})
    .describe(`Secret and key that hold ${key}.`);

const secrets = z
  .strictObject(Object.fromEntries(SECRET_KEYS.map((key) => [key, secretKey(key)])))
  .prefault({})
  .describe('Where the services read each secret. A service gets only those that it knows.');

const image = z
  .strictObject({
    prefix: z
      .string()
      .default('discord-relay')
      .describe('What precedes `-ingestor`, `-projector` and so on in the names of the images.'),
    tag: z.string().default('').describe('Tag of all images; default: the version of the chart.'),
    pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  })
  .prefault({});

const ingestor = z
  .strictObject({
    replicas: count(2, 'Pods, which divide the shards among them; the others take over when one ends.'),
    resources: resources('100m', '192Mi', '384Mi'),
    spool: z
      .strictObject({
        size: z.string().default('1Gi').describe('Volume of each pod; above SPOOL_MAX_BYTES (256 MiB).'),
        storageClass: z.string().default('').describe('Default: the default class of the cluster.'),
      })
      .prefault({})
      .describe('Events that the log does not accept at present wait here.'),
    ...scheduling,
  })
  .prefault({});

const projector = z
  .strictObject({
    replicas: count(2, 'Pods, which divide the partitions of the log among them; without autoscaling.'),
    resources: resources('250m', '256Mi', '448Mi'),
    ...scheduling,
  })
  .prefault({});

const sharedFiles = (claim: string, description: string) =>
  z
    .strictObject({
      enabled: z.boolean().default(false),
      claim: z
        .string()
        .default(claim)
        .describe('Name of a PersistentVolumeClaim with ReadWriteMany: all pods share the files.'),
    })
    .prefault({})
    .describe(description);

const gatewayApi = z
  .strictObject({
    replicas: count(2, 'Pods; without autoscaling.'),
    resources: resources('250m', '256Mi', '768Mi'),
    exports: sharedFiles('discord-relay-exports', 'Exports over HTTP (EXPORTS_DIR).'),
    media: sharedFiles(
      'discord-relay-media',
      'Files of attachments that `relay import --media` keeps (MEDIA_DIR). Off with S3-compatible storage (MEDIA_S3_*).',
    ),
    ...scheduling,
  })
  .prefault({});

const autoscaling = z
  .strictObject({
    enabled: z.boolean().default(false),
    keda: z
      .boolean()
      .default(false)
      .describe('With KEDA and Prometheus, instead of HorizontalPodAutoscalers and a metrics adapter.'),
    prometheusUrl: z
      .string()
      .default('http://prometheus-operated.monitoring:9090')
      .describe('Prometheus that KEDA queries.'),
    maxGateways: count(10, 'Maximum number of gateway-api pods.'),
    socketsPerGateway: count(5_000, 'Sockets of each gateway-api pod at which more pods start.'),
    maxProjectors: count(8, 'Maximum number of projector pods; more than the log has partitions are idle.'),
    lagSeconds: count(5, 'Age of the oldest event that is not projected at which more projectors start.'),
  })
  .prefault({});

const networkPolicies = z
  .strictObject({
    enabled: z.boolean().default(true),
    monitoringNamespace: z.string().default('monitoring').describe('Namespace of Prometheus.'),
    natsPort: count(4222, 'Port of the NATS servers.'),
    postgresPort: count(5432, 'Port of Postgres.'),
    otlpPort: count(4318, 'Port of the collector for traces.'),
  })
  .prefault({})
  .describe('Who may talk to whom.');

const ingress = z
  .strictObject({
    enabled: z.boolean().default(false),
    className: z.string().default('').describe('Default: the default class of the cluster.'),
    host: z.string().default('relay.example.com'),
    tlsSecret: z.string().default('').describe('Secret with the certificate; default: no TLS here.'),
    annotations: map('Settings of your controller: docs/kubernetes.md.'),
  })
  .prefault({});

const httpRoute = z
  .strictObject({
    enabled: z.boolean().default(false),
    host: z.string().default('relay.example.com'),
    gateway: z.string().default('gateway').describe('Name of the Gateway.'),
    gatewayNamespace: z.string().default('gateway').describe('Its namespace.'),
  })
  .prefault({})
  .describe('For Gateway API, instead of an Ingress.');

const postgresRoles = z
  .strictObject({ enabled: z.boolean().default(false) })
  .prefault({})
  .describe(
    'A role of Postgres for each program (postgres/roles.sql): the Secret of DATABASE_URL has, instead of its key, ' +
      `${Object.values(ROLE_KEYS).join(', ')}.`,
  );

const natsNkeys = z
  .strictObject({
    enabled: z.boolean().default(false),
    secret: z
      .string()
      .default('discord-relay-nkeys')
      .describe('Secret with the seeds: keys `ingestor`, `projector` and `gateway-api`.'),
  })
  .prefault({})
  .describe('A NATS user for each service: docs/connections.md.');

const monitoring = z
  .strictObject({
    enabled: z.boolean().default(false),
    labels: map('Labels by which your Prometheus selects the PodMonitor and the PrometheusRule.'),
  })
  .prefault({})
  .describe('For the Prometheus Operator.');

/**
 * The settings of the chart, with the defaults that the kustomize base has as well.
 * @param keys the environment keys of the services: `config` accepts them and no others
 */
export function valuesSchema(keys: ServiceKeys) {
  const known = Object.fromEntries(
    keys.configurable.map(({ key, meaning }) => [key, z.string().describe(meaning)]),
  );
  return z.strictObject({
    image,
    imagePullSecrets: list('Secrets with which images are pulled.'),
    config: z
      .strictObject(known)
      .partial()
      .default(CONFIGURED)
      .describe('Environment keys, docs/environment.md. Values are strings: put numbers in quotes.'),
    secrets,
    drainSeconds: count(20, 'Time in which a pod that stops hands its work over (DRAIN_TIMEOUT_MS).'),
    ingestor,
    projector,
    gatewayApi,
    migration: z
      .strictObject({ enabled: z.boolean().default(true) })
      .prefault({})
      .describe('A Job that migrates the database before an installation and an upgrade.'),
    autoscaling,
    networkPolicies,
    natsNkeys,
    postgresRoles,
    ingress,
    httpRoute,
    monitoring,
  });
}

export type Values = z.output<ReturnType<typeof valuesSchema>>;

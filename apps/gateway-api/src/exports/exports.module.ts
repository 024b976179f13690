import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { InstanceGuard, instanceName, LOGGER, type Logger } from '@discord-relay/platform';
import { ARCHIVE_RENDERER, EXPORT_WORKER, type GatewayApiConfig } from '../config.js';
import { RelayDatabase } from '../database/relay.database.js';
import { AuthorizedReader } from '../http/endpoints/authorized-reader.js';
import { ExportReader } from '../http/endpoints/export-reader.js';
import { LogAccess } from '../log/reader/log-access.js';
import { ExportMetrics } from '../metrics/export-metrics.js';
import { type ExportParts, Exports } from './exports.js';
import { ExportsFolder } from './files/exports-folder.js';
import { ExportJobs } from './jobs/export-jobs.js';
import { ExportLeases } from './jobs/export-leases.js';
import { ExportRunner } from './run/export-runner.js';

/** Longer than a busy process or a short database outage delays a renewal. */
const LEASE_MS = 10_000;
const TIMES = { intervalMs: 1_000, graceMs: 5_000 };

/** Exports over HTTP. Needs the databases and {@link LogAccess} to be global. */
@Module({})
export class ExportsModule {
  static register(config: GatewayApiConfig): DynamicModule {
    return {
      module: ExportsModule,
      providers: [
        AuthorizedReader,
        { provide: ExportMetrics, useFactory: (r: Registry) => new ExportMetrics(r), inject: [Registry] },
        {
          provide: Exports,
          useFactory: createExports(config),
          inject: [AuthorizedReader, RelayDatabase, LogAccess, ExportMetrics, LOGGER, InstanceGuard],
        },
      ],
      exports: [Exports, ExportMetrics],
    };
  }
}

const createExports =
  (config: GatewayApiConfig) =>
  (
    reading: AuthorizedReader,
    relay: RelayDatabase,
    { priority }: LogAccess,
    metrics: ExportMetrics,
    logger: Logger,
    { nameIsUnique }: InstanceGuard,
  ): Exports => {
    const parts =
      config.EXPORTS_DIR === undefined
        ? undefined
        : partsIn(config.EXPORTS_DIR, config, { reading, relay, priority, metrics, logger });
    return new Exports(parts, reading, nameIsUnique);
  };

interface Surroundings {
  reading: AuthorizedReader;
  relay: RelayDatabase;
  priority: LogAccess['priority'];
  metrics: ExportMetrics;
  logger: Logger;
}

function partsIn(path: string, config: GatewayApiConfig, around: Surroundings): ExportParts {
  const { relay, ...ports } = around;
  const folder = new ExportsFolder(path, ports.logger);
  const jobs = new ExportJobs(relay, {
    maxQueued: config.EXPORTS_MAX_QUEUED,
    maxQueuedPerUser: config.EXPORTS_MAX_QUEUED_PER_USER,
  });
  const times = { leaseMs: LEASE_MS, keepS: config.EXPORTS_KEEP_S };
  const leases = new ExportLeases(relay, instanceName(config.INSTANCE_ID), times);
  const limits = { maxBytes: config.EXPORTS_MAX_BYTES, maxBytesPerUser: config.EXPORTS_MAX_BYTES_PER_USER };
  const reader = new ExportReader(ports.reading);
  const runner = new ExportRunner(
    { ...ports, reader, leases, folder, limits, program: EXPORT_WORKER, renderer: ARCHIVE_RENDERER },
    { ...TIMES, maxRunning: config.EXPORTS_MAX_RUNNING },
    ports.logger,
  );
  return { jobs, runner, folder };
}

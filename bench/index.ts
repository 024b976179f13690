import type { Measurement } from '@discord-relay/local-stack';
import { ingestLatency } from './ingest-latency.js';
import { ingest } from './ingest.js';
import { latency } from './latency.js';
import { projectLatency } from './project-latency.js';
import { queue } from './queue.js';
import { replay } from './replay.js';
import { start } from './start.js';
import { fanout } from './fanout.js';
import { revocation } from './revocation.js';
import { sockets } from './sockets.js';

/** All benchmarks by name. */
export const measurements: readonly Measurement[] = [
  latency,
  ingest,
  ingestLatency,
  projectLatency,
  replay,
  queue,
  start,
  fanout,
  revocation,
  sockets,
];

import type { Measurement } from '@discord-relay/local-stack';
import { ingestLatency } from './ingest-latency.js';
import { ingest } from './ingest.js';
import { latency } from './latency.js';
import { projectLatency } from './project-latency.js';
import { replay } from './replay.js';
import { start } from './start.js';

/** Every bench, by the name it is called with. */
export const measurements: readonly Measurement[] = [
  latency,
  ingest,
  ingestLatency,
  projectLatency,
  replay,
  start,
];

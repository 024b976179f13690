import type { Measurement } from '@discord-relay/local-stack';
import { asOf } from './history/as-of.js';
import { ingestLatency } from './ingest/ingest-latency.js';
import { ingest } from './ingest/ingest.js';
import { events } from './history/events.js';
import { exportMessages } from './history/export.js';
import { importMessages } from './history/import.js';
import { latency } from './pipeline/latency.js';
import { projectLatency } from './project/project-latency.js';
import { pageLoad } from './page/page-load.js';
import { paint } from './page/paint.js';
import { queue } from './live/queue.js';
import { replay } from './project/replay.js';
import { replayTiming } from './history/replay-timing.js';
import { start } from './pipeline/start.js';
import { fanout } from './live/fanout.js';
import { revocation } from './pipeline/revocation.js';
import { saturation } from './pipeline/saturation.js';
import { sockets } from './live/sockets.js';

/** All benchmarks by name. */
export const measurements: readonly Measurement[] = [
  latency,
  saturation,
  ingest,
  ingestLatency,
  projectLatency,
  replay,
  queue,
  asOf,
  events,
  exportMessages,
  importMessages,
  start,
  fanout,
  revocation,
  sockets,
  replayTiming,
  paint,
  pageLoad,
];

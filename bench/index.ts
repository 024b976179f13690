import type { Measurement } from '@discord-relay/local-stack';
import { latency } from './latency.js';
import { start } from './start.js';

/** Every bench, by the name it is called with. */
export const measurements: readonly Measurement[] = [latency, start];

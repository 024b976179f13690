import type { Measurement } from '@discord-relay/local-stack';
import { pipeline } from './pipeline.js';

/** Every drill, by the name it is called with. */
export const measurements: readonly Measurement[] = [pipeline];

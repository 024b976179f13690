import { setTimeout as sleep } from 'node:timers/promises';
import type { Measurement } from '@discord-relay/local-stack';
import { withTempStack } from '../../test/support/stacks/temp-stack.js';
import { residentMb } from '../../test/support/processes/process-figures.js';

const IDLE_MS = 10_000;

/** A first start in an empty folder, with everything downloaded and built before, and the memory of the idle services. */
export const start: Measurement = {
  name: 'start',
  description: 'cold start to ready in seconds, and idle resident memory of each service in MiB',
  required: {
    coldStartS: { max: 15 },
    rssMb_ingestor: { max: 150 },
    rssMb_projector: { max: 150 },
    'rssMb_gateway-api': { max: 150 },
  },
  run: async ({ progress }) => {
    const startedAt = performance.now();
    return await withTempStack({ progress }, async ({ stack }) => {
      const coldStartS = (performance.now() - startedAt) / 1_000;
      progress(`ready after ${coldStartS} s; idle for ${IDLE_MS / 1_000} s…`);
      await sleep(IDLE_MS);
      const memory = [...stack.services.values()].map(({ name, pid }) => [`rssMb_${name}`, residentMb(pid)]);
      return { coldStartS, ...(Object.fromEntries(memory) as Record<string, number>) };
    });
  },
};

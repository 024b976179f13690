import type { Measurement } from '@discord-relay/local-stack';
import { rebuildUnderLoad } from '../support/load/rebuild-load.js';
import { withTempStack } from '../support/stacks/temp-stack.js';

const none = { equals: 0 };
const CLIENTS = 100;
const MESSAGES_PER_SECOND = 200;
const STAY_MS = 4_000;

/** Builds a projection beside the active one, and switches to it and back while clients are connected. */
export const rebuild: Measurement = {
  name: 'rebuild',
  description:
    'rebuild, switch and rollback with 100 clients under 200 messages/s; --rounds: there and back (2)',
  required: {
    requestsFailed: none,
    missed: none,
    doubled: none,
    switchPauseMs: { max: 500 },
    unequal: none,
    clientsNotRenewed: none,
    comparisons: { min: 1 },
    requests: { min: 1 },
    facts: { min: 1 },
  },
  run: ({ seed, rounds = 2, progress }) =>
    withTempStack({ progress }, async (temp) => {
      const load = { clients: CLIENTS, messagesPerSecond: MESSAGES_PER_SECOND, stayMs: STAY_MS };
      return { ...(await rebuildUnderLoad(temp, { ...load, seed, rounds, progress })) };
    }),
};

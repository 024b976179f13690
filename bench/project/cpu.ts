import type { ServiceProcess } from '@discord-relay/local-stack';
import type { ProjectorStack } from '../../test/support/stacks/projector-stack.js';
import { cpuSeconds, cpuSecondsWithChildren } from '../../test/support/processes/process-figures.js';

/** CPU seconds that each part of the stack has used. */
export interface Cpu {
  projector: number;
  /** The backends and Postgres's auxiliary processes. */
  postgres: number;
  nats: number;
}

/** The CPU time of each so far, that of several projectors together (Linux). */
export const cpuOf = ({ postgres, nats }: ProjectorStack, ...projectors: ServiceProcess[]): Cpu => ({
  projector: projectors.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0),
  postgres: cpuSecondsWithChildren(postgres.pid),
  nats: cpuSeconds(nats.pid),
});

/** CPU microseconds per event between two readings: a busy machine affects these less than the rate. */
export function cpuPerEvent(before: Cpu, after: Cpu, events: number) {
  const us = (part: keyof Cpu) => Math.round(((after[part] - before[part]) * 1e7) / events) / 10;
  return { cpuUs_projector: us('projector'), cpuUs_postgres: us('postgres'), cpuUs_nats: us('nats') };
}

import type { ShardState } from '@discord-relay/contracts';

/** An event of a shard's connection; `hello` says whether it resumes a session or starts one. */
export type ShardEvent =
  | { type: 'opening' }
  | { type: 'hello'; resuming: boolean }
  | { type: 'connected' }
  | { type: 'closed'; final: boolean };

export interface ShardStatus {
  readonly state: ShardState;
  /** Consecutive connections that ended before a session started or resumed; determines the back-off. */
  readonly failures: number;
}

export const NEW_SHARD: ShardStatus = { state: 'DISCONNECTED', failures: 0 };

export function nextShardStatus(condition: ShardStatus, event: ShardEvent): ShardStatus {
  const { state, failures } = condition;
  switch (event.type) {
    case 'opening':
      return { state: state === 'RECONNECTING' ? state : 'CONNECTING', failures };
    case 'hello':
      return { state: event.resuming ? 'RECONNECTING' : 'IDENTIFYING', failures };
    case 'connected':
      return { state: 'CONNECTED', failures: 0 };
    case 'closed':
      return {
        state: event.final ? 'DISCONNECTED' : 'RECONNECTING',
        failures: state === 'CONNECTED' ? 0 : failures + 1,
      };
    default:
      return event satisfies never;
  }
}

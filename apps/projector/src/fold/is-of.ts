import type { RelayEvent } from '@discord-relay/contracts';

/** The events whose types begin with one of these words. */
export type EventOf<Family extends string> = Extract<RelayEvent, { type: `${Family}.${string}` }>;

export const isOf = <Family extends string>(event: RelayEvent, family: Family): event is EventOf<Family> =>
  event.type.startsWith(`${family}.`);

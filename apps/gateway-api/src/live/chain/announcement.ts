import type { Change } from '@discord-relay/contracts';

export type Announcement = { kind: 'change'; change: Change } | { kind: 'position'; seq: number };

/** Parses a message of `changes.<guildId>.>`; undefined if it is neither a change nor a position. */
export function parseAnnouncement(subject: string, payload: string): Announcement | undefined {
  const value = parseObject(payload);
  if (!value || !Number.isSafeInteger(value.seq)) return undefined;
  if (subject.endsWith('.position')) return { kind: 'position', seq: value.seq as number };
  return isChange(value) ? { kind: 'change', change: value } : undefined;
}

function parseObject(payload: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Checks only the fields that the chain needs: the body comes from the projector and is trusted. */
function isChange(value: Record<string, unknown>): value is Record<string, unknown> & Change {
  return (
    Number.isSafeInteger(value.prev) &&
    Number.isSafeInteger(value.guildPrev) &&
    typeof value.feed === 'string' &&
    typeof value.kind === 'string' &&
    typeof value.body === 'object' &&
    value.body !== null
  );
}

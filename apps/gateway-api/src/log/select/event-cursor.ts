import { createHash } from 'node:crypto';

const CURSOR = /^(?:([0-9a-z]{1,7})\.)?(0|[1-9]\d{0,14})$/;

export interface EventCursor {
  /** Identifies the log; undefined: a plain `seq`, as on sockets, streams and REST. */
  logId: string | undefined;
  seq: number;
}

/** A short name for the log with this creation time, as JetStream writes it. */
export const logIdOf = (createdAt: string): string =>
  createHash('sha256').update(createdAt).digest().readUInt32BE(0).toString(36);

/** A position in the log. It names the log, so that a cursor of another deployment is refused. */
export const formatCursor = (logId: string, seq: number): string => `${logId}.${seq}`;

/** Returns undefined if the text is not a cursor. */
export function parseCursor(text: string): EventCursor | undefined {
  const [, logId, seq] = CURSOR.exec(text) ?? [];
  return seq === undefined ? undefined : { logId, seq: Number(seq) };
}

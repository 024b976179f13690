import { AppError, momentMs } from '@discord-relay/contracts';
import { parseCursor } from '../select/event-cursor.js';
import type { LogAccess, LogBounds } from './log-access.js';

/** The range as the request names it; each field was checked for its form. */
export interface RangeRequest {
  from?: string | undefined;
  to?: string | undefined;
  fromSeq?: string | undefined;
  toSeq?: string | undefined;
  cursor?: string | undefined;
  follow: boolean;
}

export interface LogRange {
  log: LogBounds;
  /** Events after this sequence … */
  afterSeq: number;
  /** … up to this one; Infinity: the range has no end. */
  untilSeq: number;
  /** The time of the range, milliseconds since the Unix epoch; null: from the beginning, or without an end. */
  fromMs: number | null;
  toMs: number | null;
  /** The beginning of the range is no longer in the log, up to this sequence; null: the log has the whole range. */
  notKeptUntil: number | null;
}

/** Clocks of clients may be this far ahead. */
const CLOCK_TOLERANCE_MS = 60_000;

const refuse = (message: string): AppError => new AppError('REQUEST.INVALID', message);

/** Only one of several fields may be present. */
const EXCLUSIVE: readonly (readonly (keyof RangeRequest)[])[] = [
  ['cursor', 'from', 'fromSeq'],
  ['to', 'toSeq', 'follow'],
];

/** @throws AppError `REQUEST.INVALID`, naming the field; `SERVICE.UNAVAILABLE` */
export async function resolveRange(
  access: LogAccess,
  request: RangeRequest,
  nowMs: number,
): Promise<LogRange> {
  for (const fields of EXCLUSIVE) {
    const present = fields.filter((field) => request[field] !== undefined && request[field] !== false);
    if (present.length > 1) throw refuse(`${present.join(' and ')} exclude each other`);
  }
  const from = timeIn('from', request.from, nowMs);
  const to = timeIn('to', request.to, nowMs);
  if (from !== null && to !== null && from > to) throw refuse('from is after to');
  if (from !== null && from === to) throw refuse('to is the same time as from: the range is empty');
  const log = await access.bounds();
  const first = await firstSeqOf(access, request, from, log);
  const last = await lastSeqOf(access, request, to, log);
  if (request.fromSeq !== undefined && request.toSeq !== undefined && first > last)
    throw refuse('fromSeq is after toSeq');
  return {
    log,
    afterSeq: Math.max(first, log.firstSeq, 1) - 1,
    untilSeq: last,
    fromMs: from ?? (first <= log.firstSeq ? null : ((await access.storedAtMs(first)) ?? nowMs)),
    toMs: to ?? (last >= log.lastSeq ? null : await access.storedAtMs(last + 1)),
    notKeptUntil: await notKeptUntil(access, from, first, log),
  };
}

function timeIn(field: 'from' | 'to', text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  const ms = momentMs(text, nowMs);
  if (ms === undefined)
    throw refuse(`${field} must be an ISO 8601 time with its offset, or now-2h and the like`);
  if (ms > nowMs + CLOCK_TOLERANCE_MS) throw refuse(`${field} is in the future`);
  return ms;
}

async function firstSeqOf(
  access: LogAccess,
  { fromSeq, cursor, follow }: RangeRequest,
  from: number | null,
  log: LogBounds,
): Promise<number> {
  if (cursor !== undefined) return afterCursor(cursor, log);
  if (fromSeq !== undefined) return seqIn('fromSeq', Number(fromSeq), log, log.lastSeq + 1);
  if (from !== null) return (await access.seqAt(from)) ?? log.lastSeq + 1;
  return follow ? log.lastSeq + 1 : 0;
}

async function lastSeqOf(
  access: LogAccess,
  { toSeq, follow }: RangeRequest,
  to: number | null,
  log: LogBounds,
): Promise<number> {
  if (follow) return Infinity;
  if (toSeq !== undefined) return seqIn('toSeq', Number(toSeq), log, log.lastSeq);
  if (to === null) return log.lastSeq;
  const next = await access.seqAt(to);
  return next === null ? log.lastSeq : next - 1;
}

function afterCursor(text: string, log: LogBounds): number {
  const cursor = parseCursor(text);
  if (!cursor) throw refuse('cursor is not a cursor of this service');
  if (cursor.logId !== undefined && cursor.logId !== log.id)
    throw refuse('cursor belongs to another deployment, or to a log that this one has replaced');
  return seqIn('cursor', cursor.seq, log, log.lastSeq) + 1;
}

function seqIn(field: string, seq: number, { lastSeq }: LogBounds, most: number): number {
  if (seq > most) throw refuse(`${field} is beyond the end of the log, ${lastSeq}`);
  return seq;
}

async function notKeptUntil(
  access: LogAccess,
  from: number | null,
  first: number,
  { firstSeq }: LogBounds,
): Promise<number | null> {
  if (firstSeq <= 1 || first > firstSeq) return null;
  if (first === firstSeq && from === null) return null;
  const oldestMs = await access.storedAtMs(firstSeq);
  return from !== null && oldestMs !== null && oldestMs <= from ? null : firstSeq - 1;
}

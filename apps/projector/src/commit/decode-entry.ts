import { isAscii } from 'node:buffer';
import { parseEvent, type ParseFailure, type RelayEvent } from '@discord-relay/contracts';
import { fold, hasStorableIds, type RowOp } from '../fold/index.js';
import type { LogEntry } from '../log/log-entry.js';

export type SkipReason = ParseFailure['reason'] | 'unstorable_id';

/** A decoded message of the log. */
export type Decoded =
  | { kind: 'event'; entry: LogEntry; event: RelayEvent; ops: RowOp[] }
  /** Not an event of this system: counted and skipped. */
  | { kind: 'skipped'; entry: LogEntry; reason: SkipReason }
  /** An event whose data does not match its type: parked. */
  | { kind: 'poison'; entry: LogEntry; event: RelayEvent; code: string; message: string }
  /** Written by a newer version: this version must not project anything after it. */
  | { kind: 'newer'; entry: LogEntry };

export function decodeEntry(entry: LogEntry): Decoded {
  const parsed = parseEvent(payloadText(entry));
  if (!parsed.ok) {
    return parsed.reason === 'newer_version'
      ? { kind: 'newer', entry }
      : { kind: 'skipped', entry, reason: parsed.reason };
  }
  const { event } = parsed;
  try {
    if (!hasStorableIds(event)) return { kind: 'skipped', entry, reason: 'unstorable_id' };
    return { kind: 'event', entry, event, ops: fold(event) };
  } catch (error) {
    const { name, message } = error as Error;
    return { kind: 'poison', entry, event, code: name, message };
  }
}

/** The message's JSON, in a form that Postgres can store in any column. */
export const payloadText = ({ data }: LogEntry): string => storableJson(decodeUtf8(data));

const BYTE_ORDER_MARK = 0xfeff;

/** Decodes as `TextDecoder` does, which takes two to six times as long on events and was 5 % of a replay's CPU time. */
export function decodeUtf8(data: Uint8Array): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const text = isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

const UNSTORABLE =
  /(?<!\\)((?:\\\\)*)\\u(?:0000|(d[89ab][0-9a-f]{2})(\\ud[c-f][0-9a-f]{2})?|d[c-f][0-9a-f]{2})/gi;

/**
 * Removes escapes that JSON allows but Postgres' text does not: drops NUL, and replaces a lone surrogate with U+FFFD. After an
 * escaped backslash, `u0000` is text and stays.
 */
export function storableJson(json: string): string {
  if (!json.includes('\\u')) return json;
  return json.replace(UNSTORABLE, (match, before: string, _high: string, low: string | undefined) => {
    if (low) return match;
    return before + (/0000$/.test(match) ? '' : '\\ufffd');
  });
}

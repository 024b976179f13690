import { parseEvent, type ParseFailure, type RelayEvent } from '@discord-relay/contracts';
import { fold, hasStorableIds, type RowOp } from '../fold/index.js';
import type { LogEntry } from '../log/log-entry.js';

export type SkipReason = ParseFailure['reason'] | 'unstorable_id';

/** What a message of the log turned out to be. */
export type Decoded =
  | { kind: 'event'; entry: LogEntry; event: RelayEvent; ops: RowOp[] }
  /** No event of ours: counted and passed over. */
  | { kind: 'skipped'; entry: LogEntry; reason: SkipReason }
  /** An event whose data is not what its type says: kept aside. */
  | { kind: 'poison'; entry: LogEntry; event: RelayEvent; code: string; message: string }
  /** Written by a newer version: nothing after it may be projected by this one. */
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

const decoder = new TextDecoder();

/** The message's JSON, in a form that Postgres can store wherever it ends up. */
export const payloadText = ({ data }: LogEntry): string => storableJson(decoder.decode(data));

const UNSTORABLE =
  /(?<!\\)((?:\\\\)*)\\u(?:0000|(d[89ab][0-9a-f]{2})(\\ud[c-f][0-9a-f]{2})?|d[c-f][0-9a-f]{2})/gi;

/**
 * Takes escapes out of JSON that are legal there but not in Postgres' text: NUL goes, half a surrogate pair becomes
 * U+FFFD. An even number of backslashes before is text, not an escape.
 */
export function storableJson(json: string): string {
  if (!json.includes('\\u')) return json;
  return json.replace(UNSTORABLE, (match, before: string, _high: string, low: string | undefined) => {
    if (low) return match;
    return before + (/0000$/.test(match) ? '' : '\\ufffd');
  });
}

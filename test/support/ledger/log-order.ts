import { connect } from '@nats-io/transport-node';
import { factsOf } from './inspect-log.js';
import { type LoggedEvent, readLog } from './log-events.js';
import { type FactKey, keysOf } from './message-facts.js';
import type { LedgerEntry } from '../discord/sim-client.js';

/** Number of entries of the ledger, and of events of the log, that are shown before and after an event out of order. */
const AROUND = 4;
/** Number of unexpected events that are shown with their surroundings. */
const SHOWN = 10;

/** An event of the log that came after one that Discord sent later, in the same guild. */
export interface Disorder {
  event: LoggedEvent;
  entry: LedgerEntry;
  /** The newest fact before it in the log. */
  after: LedgerEntry;
}

type Placed = { event: LoggedEvent; entry: LedgerEntry };

/**
 * Compares the order of the log's live events with the ledger's, guild by guild: messages, reactions and the roles of
 * members. A fact that occurs a different number of times in both has no certain position; other figures of the drill cover
 * it.
 */
export function findDisorder(log: readonly LoggedEvent[], ledger: readonly LedgerEntry[]): Disorder[] {
  const newest = new Map<string, LedgerEntry>();
  const found: Disorder[] = [];
  for (const { event, entry } of place(log, ledger)) {
    const after = newest.get(entry.guildId);
    if (after && after.index > entry.index) found.push({ event, entry, after });
    else newest.set(entry.guildId, entry);
  }
  return found;
}

/** Reads the log and prints events out of order with their surroundings. @returns their number */
export async function countDisorder(
  natsUrl: string,
  ledger: readonly LedgerEntry[],
  progress: (line: string) => void,
): Promise<number> {
  const connection = await connect({ servers: natsUrl });
  try {
    const log = await readLog(connection);
    const found = findDisorder(log, ledger);
    for (const each of found.slice(0, SHOWN)) showDisorder(each, log, ledger, progress);
    return found.length;
  } finally {
    await connection.close();
  }
}

/** Prints every event of the log, and every entry of the ledger, that states one of these facts. */
export async function showFacts(
  natsUrl: string,
  ledger: readonly LedgerEntry[],
  facts: readonly FactKey[],
  progress: (line: string) => void,
): Promise<void> {
  if (facts.length === 0) return;
  const connection = await connect({ servers: natsUrl });
  try {
    const log = await readLog(connection);
    for (const fact of facts.slice(0, SHOWN)) {
      for (const entry of ledger.filter((each) => ledgerKeys(each).includes(fact)))
        for (const line of ledgerAround(entry, ledger)) progress(line);
      for (const each of log.filter((other) => logKeys(other).includes(fact)))
        progress(`> log ${describeEvent(each)}`);
    }
  } finally {
    await connection.close();
  }
}

/** The ledger around an entry, in its guild, one line each; the entry itself is marked. */
export function ledgerAround(entry: LedgerEntry, ledger: readonly LedgerEntry[]): string[] {
  const guild = ledger.filter(({ guildId }) => guildId === entry.guildId);
  const at = guild.findIndex(({ index }) => index === entry.index);
  const near = guild.slice(Math.max(0, at - AROUND), at + AROUND + 1);
  return near.map((each) => `${each.index === entry.index ? '>' : ' '} ledger ${describeEntry(each)}`);
}

function showDisorder(
  { event, entry, after }: Disorder,
  log: readonly LoggedEvent[],
  ledger: readonly LedgerEntry[],
  progress: (line: string) => void,
): void {
  progress(`out of order: log ${event.seq} is ledger ${entry.index}, after ledger ${after.index}`);
  for (const line of ledgerAround(entry, ledger)) progress(line);
  const guild = log.filter((each) => each.event.guildid === entry.guildId);
  const at = guild.indexOf(event);
  for (const each of guild.slice(Math.max(0, at - AROUND), at + AROUND + 1))
    progress(`${each === event ? '>' : ' '} log ${describeEvent(each)}`);
}

/** The n-th occurrence of a fact in the log is the n-th one in the ledger. */
function place(log: readonly LoggedEvent[], ledger: readonly LedgerEntry[]): Placed[] {
  const entries = new Map<FactKey, LedgerEntry[]>();
  for (const entry of ledger) {
    if (entry.origin !== 'live') continue;
    for (const key of ledgerKeys(entry)) push(entries, key, entry);
  }
  const events = new Map<FactKey, LoggedEvent[]>();
  for (const event of log) for (const key of logKeys(event)) push(events, key, event);
  const placed: Placed[] = [];
  for (const [key, some] of events) {
    const due = entries.get(key) ?? [];
    if (due.length === some.length) some.forEach((event, n) => placed.push({ event, entry: due[n]! }));
  }
  return placed
    .filter(({ event }) => event.event.source === 'discord-gateway')
    .sort((a, b) => a.event.seq - b.event.seq || a.entry.index - b.entry.index);
}

const memberKey = (guildId: string, userId: string): FactKey => `member ${guildId} ${userId}`;

const ledgerKeys = (entry: LedgerEntry): FactKey[] =>
  entry.kind === 'member.updated' ? [memberKey(entry.guildId, entry.userId!)] : keysOf(entry);

const logKeys = ({ event }: LoggedEvent): FactKey[] =>
  event.type === 'member.updated' ? [memberKey(event.guildid, event.data.user.id)] : factsOf(event);

function push<T>(lists: Map<FactKey, T[]>, key: FactKey, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

const describeEntry = ({ index, kind, messageId, userId, channelId, atMs }: LedgerEntry): string =>
  `${index} ${kind} ${messageId ?? userId ?? channelId ?? ''} at ${new Date(atMs).toISOString()}`;

const describeEvent = ({ seq, event }: LoggedEvent): string =>
  `${seq} ${event.id} session ${event.sessionid} sequence ${event.discordseq} received ${event.receivedat}`;

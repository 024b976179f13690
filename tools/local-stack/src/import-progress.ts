import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from './process/service-process.js';

/** A gap that the ingestor backfills. */
interface GapProgress {
  gapId: string;
  channelsDone: number;
  channelsTotal: number;
  messages: number;
}

const WIDTH = 24;
const POLL_MS = 250;
/** How long to wait for a first import to begin. */
const START_TIMEOUT_MS = 10_000;

/** The ingestor's report about all gaps, in `detail.backfill` of its status. */
export interface ImportProgress {
  gaps: readonly GapProgress[];
  messagesPerSecond: number;
}

/** `[######------] 5/20 channels, 180 messages, 90/s` over all gaps; undefined if there are none. */
export function renderImport({ gaps, messagesPerSecond }: ImportProgress): string | undefined {
  if (gaps.length === 0) return undefined;
  const sum = (field: 'channelsDone' | 'channelsTotal' | 'messages') =>
    gaps.reduce((total, gap) => total + gap[field], 0);
  const [done, total] = [sum('channelsDone'), sum('channelsTotal')];
  const filled = total === 0 ? 0 : Math.floor((done / total) * WIDTH);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}]`;
  return `${bar} ${done}/${total} channels, ${sum('messages')} messages, ${Math.round(messagesPerSecond)}/s`;
}

async function importOf(ingestor: ServiceProcess): Promise<ImportProgress> {
  const response = await fetch(`${ingestor.url}/api/status`, { signal: AbortSignal.timeout(2_000) });
  const { detail } = (await response.json()) as { detail: { backfill?: ImportProgress } };
  return detail.backfill ?? { gaps: [], messagesPerSecond: 0 };
}

/**
 * Shows the progress of the import of history until it is done or the signal aborts. On a terminal it updates one line;
 * elsewhere it writes a line at the beginning and at the end.
 */
export async function showImport(
  ingestor: ServiceProcess,
  terminal: { write(text: string): unknown; isTTY?: boolean },
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const waitUntil = performance.now() + START_TIMEOUT_MS;
  let last: string | undefined;
  while (!signal.aborted && (last !== undefined || performance.now() < waitUntil)) {
    // The ingestor may be restarting; the next poll shows whether it is.
    const progress = await importOf(ingestor).catch(() => undefined);
    const line = progress && renderImport(progress);
    if (progress && line === undefined && last !== undefined) break;
    if (line !== undefined && terminal.isTTY) terminal.write(`\r  importing history ${line} `);
    else if (line !== undefined && last === undefined) print(`importing history ${line}`);
    last = line ?? last;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  if (last === undefined || signal.aborted) return;
  if (terminal.isTTY) terminal.write('\n');
  print('history is imported');
}

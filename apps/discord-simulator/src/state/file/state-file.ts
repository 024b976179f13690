import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Fact } from '../model/facts.js';
import type { Ledger, LedgerEntry } from '../ledger.js';
import { readLines } from './state-lines.js';
import { applyRecord } from './apply-record.js';
import { stateRecordOf, snapshotOf, STATE_VERSION, type StateRecord } from './state-record.js';
import type { World } from '../world.js';

const FLUSH_MS = 200;
const SLICE_BYTES = 262_144;
/** Below this number of appended bytes, rewriting the file is not worth it. */
const MIN_GROWTH_BYTES = 33_554_432;
const REWRITE_NEXT = Infinity;

/** A state file that cannot be used; it is left unchanged. */
export class StateFileError extends Error {
  constructor(path: string, problem: string, remedy = 'move it away to start with a new world') {
    super(`state file ${path}: ${problem}; ${remedy}`);
    this.name = 'StateFileError';
  }
}

/**
 * Stores the world in one file: a snapshot, written to a temporary file and renamed, followed by a line for each later change.
 * Lines are appended within 200 ms; an incomplete last line is removed at the next start.
 */
export class StateFile {
  private handle: FileHandle | null = null;
  private pending: string[] = [];
  /** Lines since the start of a snapshot that is not in place yet. */
  private carried: string[] | null = null;
  private snapshotBytes = 0;
  private appendedBytes = 0;
  private timer: NodeJS.Timeout | null = null;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly world: World,
    private readonly ledger: Ledger,
    private readonly logger: Logger,
  ) {}

  /** Fills the world from the file, if there is one. @returns whether there was one. @throws StateFileError */
  async load(): Promise<boolean> {
    try {
      await mkdir(dirname(this.path), { recursive: true });
      this.handle = await open(this.path, 'r+');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return false;
      throw new StateFileError(this.path, `it cannot be opened (${code})`, 'use a file that can be written');
    }
    const { goodBytes, lines } = await this.recover(this.handle);
    this.handle = await open(this.path, 'a');
    this.snapshotBytes = goodBytes;
    if (lines > 2 * this.liveRecords() + 1000) this.appendedBytes = REWRITE_NEXT;
    return goodBytes > 0;
  }

  /** Records a change. Never waits. */
  append(fact: Fact, entry: LedgerEntry | null): void {
    const record = stateRecordOf(fact);
    if (record) this.write(record);
    if (entry) this.write(['ledger', entry]);
    this.timer ??= setTimeout(() => this.flushSoon(), FLUSH_MS);
  }

  /** Rewrites the file as a snapshot, while changes continue. */
  compact(): Promise<void> {
    const snapshot = snapshotOf(this.world, this.ledger);
    this.carried = [];
    return this.enqueue(() => this.replaceWith(snapshot));
  }

  /** Writes pending changes to disk. The object cannot be used afterwards. */
  async close(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    await this.enqueue(async () => {
      await this.flush();
      await this.handle?.sync();
      await this.handle?.close();
      this.handle = null;
    });
  }

  private async recover(file: FileHandle): Promise<{ goodBytes: number; lines: number }> {
    try {
      const read = await this.applyLines();
      // A snapshot is renamed when it is complete, so its first line is never cut.
      if (read.lines === 0 && (await file.stat()).size > 0)
        throw new StateFileError(this.path, 'not written by this version');
      await file.truncate(read.goodBytes);
      return read;
    } finally {
      await file.close();
    }
  }

  private async applyLines(): Promise<{ goodBytes: number; lines: number }> {
    let goodBytes = 0;
    let lines = 0;
    for await (const { text, endBytes } of readLines(this.path)) {
      lines += 1;
      const record = this.parse(text, lines);
      if (lines === 1 && (record[0] !== 'v' || record[1] !== STATE_VERSION)) {
        throw new StateFileError(this.path, 'not written by this version');
      }
      applyRecord(this.world, this.ledger, record);
      goodBytes = endBytes;
    }
    return { goodBytes, lines };
  }

  private liveRecords(): number {
    const { users, guilds, channels, threads } = this.world;
    const places = [...channels.keys(), ...[...threads.all()].map(({ id }) => id)];
    const messages = places.reduce((sum, id) => sum + this.world.history(id).size, 0);
    return users.size + guilds.size + places.length + messages + this.ledger.summary().kept;
  }

  private parse(text: string, number: number): StateRecord {
    try {
      return JSON.parse(text) as StateRecord;
    } catch (error) {
      if (error instanceof SyntaxError) throw new StateFileError(this.path, `line ${number} is damaged`);
      throw error;
    }
  }

  private write(record: StateRecord): void {
    const line = `${JSON.stringify(record)}\n`;
    this.pending.push(line);
    this.carried?.push(line);
  }

  private flushSoon(): void {
    this.timer = null;
    const isLarge =
      this.appendedBytes > Math.max(MIN_GROWTH_BYTES, this.snapshotBytes) && this.carried === null;
    const work = isLarge ? this.compact() : this.enqueue(() => this.flush());
    work.catch((error: unknown) => this.logger.error({ event: 'state.write_failed', err: error }));
  }

  private async flush(): Promise<void> {
    const text = this.pending.join('');
    this.pending = [];
    if (text === '' || !this.handle) return;
    const grownBytes = this.appendedBytes;
    // After an error here a line in the middle of the file may be incomplete: only a rewrite repairs that.
    this.appendedBytes = REWRITE_NEXT;
    await this.handle.appendFile(text);
    this.appendedBytes = grownBytes + Buffer.byteLength(text);
  }

  private async replaceWith(snapshot: Iterable<StateRecord>): Promise<void> {
    const aside = `${this.path}.new`;
    const next = await open(aside, 'w');
    try {
      this.snapshotBytes = await writeSlices(next, snapshot);
      await next.appendFile(this.takeCarried());
      await next.sync();
      await rename(aside, this.path);
    } catch (error) {
      this.carried = null;
      this.appendedBytes = REWRITE_NEXT;
      await next.close();
      await rm(aside, { force: true });
      throw error;
    }
    await this.handle?.close();
    this.handle = next;
    this.appendedBytes = 0;
    // Changes during the sync are pending for the old file and go into the new one next.
  }

  /** From here on, only what the new file lacks is pending. */
  private takeCarried(): string {
    const lines = this.carried ?? [];
    this.carried = null;
    this.pending = [];
    return lines.join('');
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.queue.then(work);
    this.queue = done.catch((error: unknown) =>
      this.logger.debug({ event: 'state.write_failed', err: error }),
    );
    return done;
  }
}

async function writeSlices(file: FileHandle, records: Iterable<StateRecord>): Promise<number> {
  let slice = '';
  let bytes = 0;
  for (const record of records) {
    slice += `${JSON.stringify(record)}\n`;
    if (slice.length < SLICE_BYTES) continue;
    bytes += Buffer.byteLength(slice);
    await file.appendFile(slice);
    slice = '';
  }
  await file.appendFile(slice);
  return bytes + Buffer.byteLength(slice);
}

import { type FileHandle, open, truncate, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@discord-relay/platform';
import { encodeFrame, type SpoolRecord } from './frame.js';
import { newSegment, type Segment, syncPath } from './segments.js';

/** Maximum size of a frame, and therefore of one sync. */
const FRAME_BYTES = 4_194_304;
const RETRY_MS = 1_000;

export interface WriterSettings {
  dir: string;
  segmentBytes: number;
  /** Called after each sync with its duration. */
  onSynced: (seconds: number) => void;
}

/**
 * Appends records to segments. Records that arrive during a sync are written and synced together by the next one. Records that
 * cannot be written stay in memory and are retried forever; {@link failure} has the reason.
 */
export class SpoolWriter {
  /** Called after every write, successful or not. */
  onProgress: () => void = () => undefined;
  private waiting: SpoolRecord[] = [];
  private waitingSize = 0;
  /** Index of the next record to write. */
  private nextIndex: number;
  private handle: FileHandle | undefined;
  private running: Promise<void> | undefined;
  private removing = false;
  private lastFailure: string | undefined;
  private readonly stopping = new AbortController();

  /** @param segments existing segments; the writer updates the list. */
  constructor(
    private readonly settings: WriterSettings,
    readonly segments: Segment[],
    private readonly logger: Logger,
  ) {
    this.nextIndex = segments.at(-1)?.endIndex ?? 0;
  }

  /** Why nothing can be written now; undefined while writes succeed. */
  get failure(): string | undefined {
    return this.lastFailure;
  }

  get waitingBytes(): number {
    return this.waitingSize;
  }

  /** Records that wait to be written, from an index onwards. */
  unwritten(index: number): (SpoolRecord & { index: number })[] {
    return this.waiting
      .map((record, at) => ({ ...record, index: this.nextIndex + at }))
      .filter((record) => record.index >= index);
  }

  append(record: SpoolRecord): void {
    this.waiting.push(record);
    this.waitingSize += sizeOf(record);
    this.running ??= this.run();
  }

  /** Removes segments from the oldest onwards while `isDone` is true; the last one only while nothing is being written. */
  async remove(isDone: (segment: Segment) => boolean): Promise<void> {
    if (this.removing) return;
    this.removing = true;
    try {
      for (let first = this.segments[0]; first && isDone(first); first = this.segments[0]) {
        if (this.segments.length === 1 && !(await this.closeWhenIdle(first, isDone))) continue;
        await unlink(first.path);
        this.segments.shift();
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'cannot remove a spool segment; trying again with the next one');
    } finally {
      this.removing = false;
    }
  }

  /** Writes the waiting records, unless that fails, and closes the segment. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.closeHandle();
  }

  private async run(): Promise<void> {
    // Records that are appended in the same turn belong in the same frame.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      try {
        await this.writeFrame();
        this.lastFailure = undefined;
        this.onProgress();
      } catch (error) {
        await this.recoverFromFailure(error);
        this.onProgress();
        if (this.stopping.signal.aborted) break;
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
    this.running = undefined;
  }

  private async writeFrame(): Promise<void> {
    const records = this.nextRecords();
    const frame = encodeFrame({ firstIndex: this.nextIndex, records });
    const { segment, handle } = await this.openSegment();
    await writeAll(handle, frame, segment.bytes);
    const startedAtMs = performance.now();
    await handle.datasync();
    this.settings.onSynced((performance.now() - startedAtMs) / 1_000);
    segment.bytes += frame.length;
    segment.endIndex = this.nextIndex += records.length;
    this.waiting = this.waiting.slice(records.length);
    for (const record of records) this.waitingSize -= sizeOf(record);
  }

  private nextRecords(): SpoolRecord[] {
    let bytes = 0;
    const end = this.waiting.findIndex((record) => (bytes += sizeOf(record)) > FRAME_BYTES);
    return this.waiting.slice(0, end < 0 ? undefined : Math.max(1, end));
  }

  private async openSegment(): Promise<{ segment: Segment; handle: FileHandle }> {
    const last = this.segments.at(-1);
    if (last && this.handle && last.bytes < this.settings.segmentBytes)
      return { segment: last, handle: this.handle };
    await this.closeHandle();
    const segment = newSegment(this.settings.dir, this.nextIndex);
    const handle = await open(segment.path, 'w', 0o600);
    await syncPath(dirname(segment.path));
    if (last?.path === segment.path) this.segments.pop();
    this.segments.push(segment);
    this.handle = handle;
    return { segment, handle };
  }

  /** After a failed sync the state on disk is unknown, so the remains are removed and a new segment is started. */
  private async recoverFromFailure(error: unknown): Promise<void> {
    this.lastFailure = error instanceof Error ? error.message : String(error);
    this.logger.error(
      { code: 'LOG.SPOOL_UNWRITABLE', err: error },
      'events cannot be spooled; they stay in memory',
    );
    const last = this.segments.at(-1);
    const wasOpen = await this.closeHandle();
    if (!last || !wasOpen) return;
    try {
      await truncate(last.path, last.bytes);
    } catch (cause) {
      this.logger.warn({ err: cause }, 'cannot remove the remains of a failed write; the next start does');
    }
  }

  /** Closes the segment between writes. False when a write came first, so that the segment has to be checked again. */
  private async closeWhenIdle(segment: Segment, isDone: (segment: Segment) => boolean): Promise<boolean> {
    await this.running;
    if (this.running || !isDone(segment)) return false;
    await this.closeHandle();
    return true;
  }

  /** Closes the segment, so that the next write starts a new one. False when none was open. */
  private async closeHandle(): Promise<boolean> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
    return handle !== undefined;
  }
}

/** A nearly full disk writes only part of the bytes, without an error. */
async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

const sizeOf = ({ head, payload }: SpoolRecord): number => head.length + payload.length;

import { open } from 'node:fs/promises';
import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { announcedSize, type FrameScan, readFrames, type SpoolRecord } from './frame.js';
import { listFolder, recoverSegments, type Segment } from './segments.js';
import { lockFolder } from './spool-lock.js';
import { SpoolWriter, type WriterSettings } from './spool-writer.js';

/** Number of bytes of a segment that are read at a time. */
const CHUNK_BYTES = 1_048_576;

export interface SpooledRecord extends SpoolRecord {
  /** Counts all records that were ever spooled in this folder. */
  index: number;
}

/**
 * A queue of records on disk. A record stays until {@link finish}; records that are unfinished when the process ends are read by
 * the next one. The folder is locked while the spool is open.
 */
export class DiskSpool {
  private readonly finished = new Set<number>();
  private nextToRead: number;
  private lastPosition: { segment: Segment; offset: number } | undefined;
  private onProgress = (): void => undefined;

  private constructor(
    private readonly writer: SpoolWriter,
    /** Index of the oldest unfinished record. */
    private oldest: number,
    /** Index of the next record to append. */
    private nextIndex: number,
    private readonly unlock: () => Promise<void>,
  ) {
    this.nextToRead = oldest;
    writer.onProgress = () => {
      // What was just written may have been finished meanwhile.
      this.removeUnneeded();
      this.onProgress();
    };
  }

  /** @throws AppError LOG.SPOOL_UNUSABLE, LOG.SPOOL_IN_USE, LOG.SPOOL_DAMAGED */
  static async open(settings: WriterSettings, logger: Logger): Promise<DiskSpool> {
    await listFolder(settings.dir);
    const unlock = await lockFolder(settings.dir);
    try {
      return await DiskSpool.recover(settings, unlock, logger);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  private static async recover(
    settings: WriterSettings,
    unlock: () => Promise<void>,
    logger: Logger,
  ): Promise<DiskSpool> {
    const { segments, cutBytes } = await recoverSegments(settings.dir);
    if (cutBytes > 0) logger.warn({ cutBytes }, 'removed an unfinished write from the end of the spool');
    const first = segments[0]?.firstIndex ?? 0;
    const end = segments.at(-1)?.endIndex ?? 0;
    if (end > first) logger.info({ events: end - first }, 'events found in the spool');
    const spool = new DiskSpool(new SpoolWriter(settings, segments, logger), first, end, unlock);
    await spool.removeFinished();
    return spool;
  }

  /** Calls back whenever more can be read, and when a write has failed. */
  onSynced(callback: () => void): void {
    this.onProgress = callback;
  }

  /** Index of the next record to append. */
  get end(): number {
    return this.nextIndex;
  }

  /** Number of unfinished records. */
  get length(): number {
    return this.nextIndex - this.oldest - this.finished.size;
  }

  /** Size of the records on disk and of those that wait to be written. */
  get bytes(): number {
    return this.writer.segments.reduce((sum, { bytes }) => sum + bytes, this.writer.waitingBytes);
  }

  /** Size of the records that wait to be written. */
  get unwrittenBytes(): number {
    return this.writer.waitingBytes;
  }

  get failure(): string | undefined {
    return this.writer.failure;
  }

  /** Whether there are unread records. */
  get hasMore(): boolean {
    return this.nextToRead < this.nextIndex;
  }

  /** Appends a record. `handedOut`: the caller processes it, so it is not read again; allowed only while no record is unread. */
  append(record: SpoolRecord, { handedOut = false } = {}): number {
    if (handedOut) this.nextToRead = this.nextIndex + 1;
    this.writer.append(record);
    return this.nextIndex++;
  }

  /** The next chunk of records that are safe on disk; empty when there are none at present. */
  async read(): Promise<SpooledRecord[]> {
    const records: SpooledRecord[] = [];
    for (let at = this.readPosition(); at && records.length === 0; at = this.readPosition()) {
      const { frames, end } = await readWhole(at.segment, at.offset);
      at.offset += end;
      for (const frame of frames) {
        for (const [i, record] of frame.records.entries()) {
          const index = frame.firstIndex + i;
          if (index >= this.nextToRead) records.push({ ...record, index });
        }
      }
      this.nextToRead = Math.max(this.nextToRead, (records.at(-1)?.index ?? -1) + 1);
    }
    return records.length > 0 ? records : this.readUnwritten();
  }

  /** Every record on disk, whether read or not. */
  async *readAll(): AsyncIterable<SpoolRecord> {
    for (const segment of [...this.writer.segments]) {
      for (let offset = 0; offset < segment.bytes;) {
        const { frames, end } = await readWhole(segment, offset);
        offset += end;
        for (const { records } of frames) yield* records;
      }
    }
  }

  /** The records that wait to be written: while writes fail, they bypass the disk. */
  private readUnwritten(): SpooledRecord[] {
    if (this.failure === undefined) return [];
    const records = this.writer.unwritten(this.nextToRead);
    this.nextToRead += records.length;
    return records;
  }

  /** Marks a record as finished; a segment is removed when all its records are. */
  finish(index: number): void {
    this.finished.add(index);
    while (this.finished.delete(this.oldest)) this.oldest++;
    this.removeUnneeded();
  }

  private removeUnneeded(): void {
    const first = this.writer.segments[0];
    if (first && first.endIndex <= this.oldest && (this.length === 0 || this.writer.segments.length > 1))
      void this.removeFinished();
  }

  /** Writes the waiting records and closes the spool; unfinished records stay on disk. */
  async close(): Promise<void> {
    await this.writer.stop();
    await this.removeFinished();
    await this.unlock();
  }

  private removeFinished(): Promise<void> {
    return this.writer.remove(({ endIndex }) => endIndex <= this.oldest);
  }

  /** Where to continue reading; undefined when everything that is safe on disk was read. */
  private readPosition(): { segment: Segment; offset: number } | undefined {
    const { segments } = this.writer;
    const current = this.lastPosition;
    if (current && current.offset < current.segment.bytes) return current;
    const next = segments.find(({ endIndex }) => endIndex > this.nextToRead);
    if (!next || next === current?.segment) return undefined;
    return (this.lastPosition = { segment: next, offset: 0 });
  }
}

/** Reads complete frames. @throws AppError LOG.SPOOL_DAMAGED when records are damaged that were written completely */
async function readWhole(segment: Segment, offset: number): Promise<FrameScan> {
  const scan = readFrames(await readChunk(segment, offset));
  if (scan.end > 0) return scan;
  throw new AppError('LOG.SPOOL_DAMAGED', `${segment.path} cannot be read from byte ${offset} onwards`);
}

/** Reads up to a chunk of the synced bytes; more if a single frame is larger. */
async function readChunk(segment: Segment, offset: number): Promise<Buffer> {
  const handle = await open(segment.path, 'r');
  try {
    const read = async (bytes: number) => {
      const buffer = Buffer.alloc(Math.min(bytes, segment.bytes - offset));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const chunk = await read(CHUNK_BYTES);
    const size = announcedSize(chunk) ?? 0;
    return size > chunk.length ? await read(size) : chunk;
  } finally {
    await handle.close();
  }
}

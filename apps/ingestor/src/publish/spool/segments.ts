import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@discord-relay/contracts';
import { findFrame, type Frame, readFrames } from './frame.js';

const SEGMENT_NAME = /^(\d{16})\.spool$/;
const DAMAGED_SUFFIX = '.damaged';

/** One append-only file of the spool, named after the index of its first record. */
export interface Segment {
  readonly path: string;
  readonly firstIndex: number;
  /** Index after its last record. */
  endIndex: number;
  /** Size of the complete frames that are written and synced. */
  bytes: number;
}

export interface Recovered {
  /** In order, each starting where the previous one ends. */
  segments: Segment[];
  /** Size of the unfinished write that was removed. */
  cutBytes: number;
}

export const newSegment = (dir: string, firstIndex: number): Segment => ({
  path: join(dir, `${String(firstIndex).padStart(16, '0')}.spool`),
  firstIndex,
  endIndex: firstIndex,
  bytes: 0,
});

/**
 * Opens the folder and finds the segments of an earlier process. Removes an unfinished write at the end, because its records were
 * never reported as safe. Records that are missing before existing ones are damage, which is never skipped silently.
 * @throws AppError LOG.SPOOL_UNUSABLE, LOG.SPOOL_DAMAGED
 */
export async function recoverSegments(dir: string): Promise<Recovered> {
  const found = await findSegments(dir);
  const recovered: Recovered = { segments: [], cutBytes: 0 };
  for (const [at, segment] of found.entries()) {
    const bytes = await readFile(segment.path);
    const { frames, end } = readFrames(bytes);
    const endIndex = endOfRun(frames, segment.firstIndex);
    const expected = recovered.segments.at(-1)?.endIndex ?? segment.firstIndex;
    if (segment.firstIndex !== expected) throw await setAside(found.slice(at), 0);
    if (endIndex === undefined) throw await setAside(found.slice(at), 0);
    if (findFrame(bytes, end)) throw await setAside(found.slice(at), end);
    await truncateTo(segment.path, bytes, end);
    recovered.cutBytes += bytes.length - end;
    recovered.segments.push({ ...segment, endIndex, bytes: end });
  }
  return recovered;
}

/** Syncs a folder, so that its entries are as durable as the files. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function findSegments(dir: string): Promise<Segment[]> {
  const names = await listFolder(dir);
  const damaged = names.find((name) => name.endsWith(DAMAGED_SUFFIX));
  if (damaged !== undefined) throw damageReport(join(dir, damaged));
  const indexes = names.flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? []).map(Number);
  return indexes.sort((a, b) => a - b).map((firstIndex) => newSegment(dir, firstIndex));
}

/**
 * Lists the folder, and creates it if it is missing.
 * @throws AppError LOG.SPOOL_UNUSABLE
 */
export async function listFolder(dir: string): Promise<string[]> {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return await readdir(dir);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('LOG.SPOOL_UNUSABLE', `SPOOL_DIR cannot be used: ${reason}`, { cause });
  }
}

/** Index after the last record; undefined when the frames are not contiguous from `firstIndex` onwards. */
function endOfRun(frames: readonly Frame[], firstIndex: number): number | undefined {
  let next = firstIndex;
  for (const frame of frames) {
    if (frame.firstIndex !== next) return undefined;
    next += frame.records.length;
  }
  return next;
}

async function truncateTo(path: string, bytes: Buffer, end: number): Promise<void> {
  if (bytes.length === end) return;
  await truncate(path, end);
  await syncPath(path);
}

/** Keeps the readable part of the first file, and moves everything after it into *.damaged files, unchanged. */
async function setAside([first, ...later]: Segment[], end: number): Promise<AppError> {
  const path = first!.path;
  for (const segment of later) await rename(segment.path, segment.path + DAMAGED_SUFFIX);
  if (end > 0) {
    const bytes = await readFile(path);
    await writeFile(path + DAMAGED_SUFFIX, bytes, { flush: true });
    await truncate(path, end);
  } else await rename(path, path + DAMAGED_SUFFIX);
  return damageReport(path + DAMAGED_SUFFIX);
}

const damageReport = (path: string): AppError =>
  new AppError(
    'LOG.SPOOL_DAMAGED',
    `spooled events were damaged on disk and are kept in ${path}: move the *.damaged files elsewhere to continue ` +
      'without them; Discord or a backfill may still have their events',
  );

import type { NatsConnection } from '@nats-io/transport-node';
import type { FileProgress } from './import-state.js';
import { ImportState } from './import-state.js';
import { FileImport, type ImportTarget } from './import-file.js';
import type { MediaOptions } from './media/media-keeper.js';
import { type PlannedFile, planFiles } from './plan-files.js';
import { EventPublisher } from './write/event-publisher.js';
import { openImportLog } from './write/import-log.js';

/** How often the state is saved; after a crash at most this much is read again. */
const SAVE_EVERY_MS = 1_000;

export interface ImportOptions {
  connection: NatsConnection;
  /** Prefix of the subject on which the log answers; default: that of NATS. */
  inboxPrefix?: string | undefined;
  paths: readonly string[];
  statePath: string;
  /** Nothing is written, neither events nor the state. */
  dryRun: boolean;
  /** Messages per second at most; default: no limit. */
  maxRate?: number | undefined;
  /** Which files of attachments are kept; default: none. */
  media?: MediaOptions | undefined;
  /** Pauses the import after the current batch. */
  signal: AbortSignal;
  onProgress: (messages: number, doneBytes: number, totalBytes: number) => void;
}

export interface ImportOutcome {
  /** Whether the import was paused before the end. */
  paused: boolean;
  files: readonly FileProgress[];
}

/**
 * Imports export files into the log, or continues an import that was interrupted.
 * @throws ImportFileError, AppError; what was imported before stays, and the state with it
 */
export async function runImport(options: ImportOptions): Promise<ImportOutcome> {
  const { connection, dryRun, inboxPrefix, signal } = options;
  const files = await planFiles(options.paths);
  const log = await openImportLog(connection);
  const paths = files.map(({ path }) => path);
  const statePath = dryRun ? undefined : options.statePath;
  const state = await ImportState.open(statePath, log.created, paths, options.media !== undefined);
  const publisher = dryRun ? undefined : new EventPublisher(connection, inboxPrefix);
  const onProgress = progressOf(state, options);
  const media = options.media && { ...options.media, store: dryRun ? undefined : options.media.store };
  await media?.store?.removeLeftovers();
  const target: ImportTarget = {
    ...{ connection, log, publisher, media, signal, onProgress },
    maxRate: options.maxRate ?? Infinity,
  };
  try {
    await importFiles(files, state, target);
  } finally {
    publisher?.close();
    await state.save();
  }
  if (!signal.aborted) await state.remove();
  return { paused: signal.aborted, files: state.files };
}

async function importFiles(
  files: readonly PlannedFile[],
  state: ImportState,
  target: ImportTarget,
): Promise<void> {
  for (const [i, file] of files.entries()) {
    if (target.signal.aborted) return;
    const progress = state.files[i]!;
    if (!progress.done) await new FileImport(file, progress, target).run();
  }
}

/** Saves the state at times, and reports. */
function progressOf(state: ImportState, { onProgress }: ImportOptions): ImportTarget['onProgress'] {
  const total = state.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let savedMs = performance.now();
  let messages = 0;
  return async (read) => {
    messages += read;
    const done = state.files.reduce((sum, each) => sum + (each.done ? each.bytes : (each.position ?? 0)), 0);
    onProgress(messages, done, total);
    if (performance.now() - savedMs < SAVE_EVERY_MS) return;
    savedMs = performance.now();
    await state.save();
  };
}

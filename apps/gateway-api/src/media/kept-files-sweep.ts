import {
  contentKey,
  KEPT_FILES,
  type KeptFile,
  keptFileKey,
  parseKeptFileKey,
} from '@discord-relay/contracts';
import { type Logger, Rounds } from '@discord-relay/platform';
import type { ObjectStore } from '@discord-relay/platform/object-store';
import type { Querying } from '../database/read-model.database.js';
import { type KnownMessage, knownMessages } from '../read/messages/known-messages.query.js';

const BATCH = 1_000;
/** Files that a sweep removes at most; the next one continues. */
const MAX_REMOVED = 10_000;
/** How soon a sweep that failed is tried again. */
const RETRY_MS = 60_000;

/**
 * Removes the kept files of messages and attachments that were deleted. Files of messages that are not known stay: their import may not
 * be projected yet. Several replicas may do this at the same time.
 */
export class KeptFilesSweep {
  private readonly rounds: Rounds;
  private sweptAtMs = -Infinity;

  constructor(
    private readonly store: ObjectStore,
    private readonly database: Querying,
    private readonly intervalMs: number,
    private readonly logger: Logger,
  ) {
    const onError = (err: unknown) =>
      logger.warn({ err }, 'cannot remove the kept files of deleted messages; retrying');
    this.rounds = new Rounds(Math.min(intervalMs, RETRY_MS), () => this.round(), onError);
  }

  onModuleInit(): void {
    this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  private async round(): Promise<void> {
    if (performance.now() - this.sweptAtMs < this.intervalMs) return;
    const removed = await this.sweep();
    await this.store.removeLeftovers();
    this.sweptAtMs = removed < MAX_REMOVED ? performance.now() : -Infinity;
  }

  /** @returns how many files were removed */
  private async sweep(): Promise<number> {
    const gone = await this.findGone();
    if (gone.size === 0) return 0;
    const contents = await this.contentsOnlyOf(gone);
    // The contents first: after an interruption, the next sweep finds the same files again.
    for (const sha256 of contents) await this.store.remove(contentKey(sha256));
    for (const key of gone.keys()) await this.store.remove(key);
    this.logger.info({ files: gone.size, contents: contents.size }, 'kept files of deleted messages removed');
    return gone.size;
  }

  /** The files to be removed, by key. */
  private async findGone(): Promise<Map<string, KeptFile>> {
    const gone = new Map<string, KeptFile>();
    for await (const files of this.batches()) {
      const messages = await knownMessages(this.database, [
        ...new Set(files.map(({ messageId }) => messageId)),
      ]);
      for (const file of goneOf(files, messages)) gone.set(keptFileKey(file), file);
      if (gone.size >= MAX_REMOVED) break;
    }
    return gone;
  }

  /** SHA-256 of the contents that no other file has. */
  private async contentsOnlyOf(gone: ReadonlyMap<string, KeptFile>): Promise<Set<string>> {
    const contents = new Set([...gone.values()].map(({ sha256 }) => sha256));
    for await (const files of this.batches())
      for (const file of files) if (!gone.has(keptFileKey(file))) contents.delete(file.sha256);
    return contents;
  }

  private async *batches(): AsyncGenerator<KeptFile[]> {
    let batch: KeptFile[] = [];
    for await (const key of this.store.list(KEPT_FILES)) {
      const file = parseKeptFileKey(key);
      if (file) batch.push(file);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
}

/** The files whose message is known and deleted, or known to have lost the attachment. */
function goneOf(files: readonly KeptFile[], messages: readonly KnownMessage[]): KeptFile[] {
  const known = new Map(messages.map((message) => [message.id, message]));
  return files.filter(({ messageId, attachmentId }) => {
    const message = known.get(messageId);
    if (!message) return false;
    if (message.deletedAt !== null) return true;
    return message.attachments !== null && !message.attachments.some(({ id }) => id === attachmentId);
  });
}

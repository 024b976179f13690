import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { type ImportedMessage, partitionOf } from '@discord-relay/contracts';
import { countSkipped, type FileCounts } from './import-counts.js';
import type { FileProgress } from './import-state.js';
import type { MediaCounts } from './media/media-counts.js';
import { MediaKeeper, type MediaFile, type MediaOptions } from './media/media-keeper.js';
import { nothingLeftOut, readMessage, urlsOfAttachments } from './map/read-exported-message.js';
import { fieldsIn, idIn } from './map/read-values.js';
import { readExport } from './parse/read-export.js';
import type { PlannedFile } from './plan-files.js';
import { encodeChannel, encodeCompletion, encodeMessage } from './write/encode-event.js';
import type { EncodedEvent, EventPublisher } from './write/event-publisher.js';
import type { ImportLog } from './write/import-log.js';
import { KnownEvents } from './write/known-events.js';
import { readEventIds } from './write/read-event-ids.js';

const BATCH_EVENTS = 1_000;
const BATCH_BYTES = 4 * 1_024 * 1_024;
/** A stop waits for the files of a batch. */
const BATCH_FILES = 100;
const MS_PER_S = 1_000;

export interface ImportTarget {
  connection: NatsConnection;
  log: ImportLog;
  /** undefined: nothing is written. */
  publisher: EventPublisher | undefined;
  /** Which files of attachments are kept; undefined: none. */
  media: MediaOptions | undefined;
  /** Messages per second at most. */
  maxRate: number;
  /** Stops after the current batch. */
  signal: AbortSignal;
  /** Called when the log has a batch, with the number of messages that were read since the last call. */
  onProgress: (messages: number) => Promise<void>;
}

/** What is written together, and how far the import is after it. */
interface Batch {
  batch: EncodedEvent[];
  batchFiles: { eventId: string; file: MediaFile }[];
  /** Messages that were read since the last batch. */
  read: number;
  reached: Pick<FileProgress, 'counts' | 'position'>;
}

/** Imports the messages of one file from its position on, in batches. A stop leaves the position after a batch. */
export class FileImport {
  private readonly known = new KnownEvents();
  private batch: EncodedEvent[] = [];
  private batchBytes = 0;
  /** Files of the messages that the log has when the batch is in it, by the id of the event. */
  private batchFiles: Batch['batchFiles'] = [];
  private read = 0;
  private last: EncodedEvent | undefined;
  /** Where the last message ends that was read. */
  private end: number | undefined;
  /** Counts of what was read; `progress` has those of what the log has. */
  private readonly counts: FileCounts;
  /** Counts of the files of batches that are written. */
  private readonly media: MediaCounts;
  /** The batch before, which is sent while the next one is read. */
  private sending: Promise<void> = Promise.resolve();
  private readonly keeper: MediaKeeper | undefined;
  private readonly startedMs = performance.now();
  private paced = 0;

  constructor(
    private readonly file: PlannedFile,
    private readonly progress: FileProgress,
    private readonly target: ImportTarget,
  ) {
    this.counts = structuredClone(progress.counts);
    this.media = this.counts.media;
    this.keeper = target.media && new MediaKeeper(file.path, target.media);
  }

  /** @throws ImportFileError, what the log throws; everything before the error is in the log and in `progress` */
  async run(): Promise<void> {
    await this.readKnown();
    const { position } = this.progress;
    if (position === null) this.addChannel();
    try {
      await this.readMessages(position ?? undefined);
    } finally {
      // What was read completely before an error or a stop.
      await this.send();
      await this.sending;
      await this.complete();
    }
    this.progress.done = !this.target.signal.aborted;
  }

  private async readMessages(position: number | undefined): Promise<void> {
    const { path } = this.file;
    for await (const part of readExport(path, position)) {
      if (this.target.signal.aborted) return;
      if ('field' in part) {
        if (part.field === 'messageCount') this.checkCount(part.value);
        continue;
      }
      await this.addMessage(part.message, part.at);
      this.end = part.end;
      if (this.isBatchFull()) await this.send();
    }
  }

  private isBatchFull(): boolean {
    const { batch, batchBytes, batchFiles, read } = this;
    return (
      batch.length >= BATCH_EVENTS ||
      batchBytes >= BATCH_BYTES ||
      batchFiles.length >= BATCH_FILES ||
      read >= BATCH_EVENTS
    );
  }

  private async addMessage(value: unknown, at: number): Promise<void> {
    const { counts } = this;
    this.read += 1;
    counts.messages += 1;
    const left = nothingLeftOut();
    const result = readMessage(value, this.file.header, this.target.log.nowMs(), left);
    if (!result.ok) return countSkipped(counts, result.reason, idIn(fieldsIn(value).id) ?? null, at);
    const { message } = result;
    if (this.known.has(`message.created:${message.id}`))
      return countSkipped(counts, 'observed', message.id, at);
    const event = encodeMessage(message, this.target.log);
    if (this.known.has(event.id)) {
      // Its files may be missing: because of an interruption, or because an earlier import kept none.
      this.addFiles(value, message, event);
      return countSkipped(counts, 'imported_before', message.id, at);
    }
    if (await this.belongsToParent(message.id)) return countSkipped(counts, 'thread_starter', message.id, at);
    this.known.add(event.id);
    counts.imported += 1;
    for (const key of Object.keys(left) as (keyof typeof left)[]) counts.leftOut[key] += left[key];
    this.addFiles(value, message, event);
    this.add(event);
  }

  private addFiles(value: unknown, message: ImportedMessage, { id: eventId }: EncodedEvent): void {
    if (!this.keeper) return;
    for (const [attachmentId, url] of urlsOfAttachments(value, message))
      this.batchFiles.push({ eventId, file: { messageId: message.id, attachmentId, url } });
  }

  /** A thread may begin with the message from which it was made, which has its id; the first message of a forum post has it, too. */
  private async belongsToParent(id: string): Promise<boolean> {
    const { channelId, parentId } = this.file.header;
    if (id !== channelId || parentId === null) return false;
    let found = false;
    await readEventIds(this.target.connection, this.subjectsOf(parentId), (eventId) => {
      found ||= eventId === `message.created:${id}` || eventId.startsWith(`message.imported:${id}:`);
    });
    return found;
  }

  private addChannel(): void {
    const { channel } = this.file.header;
    if (!channel) return void this.counts.notes.push('the type or the name of the channel is not known');
    const event = encodeChannel(channel, this.target.log);
    if (!this.known.has(event.id)) this.add(event);
  }

  private add(event: EncodedEvent): void {
    this.last = event;
    this.batch.push(event);
    this.batchBytes += event.payload.length;
  }

  /** Tells readers that there is something new. */
  private async complete(): Promise<void> {
    const { last, progress, target } = this;
    if (!last) return;
    await target.publisher?.publish([
      encodeCompletion(this.file.header, progress.counts.imported, last, target.log),
    ]);
  }

  private checkCount(value: unknown): void {
    const { messages, notes } = this.counts;
    if (value !== messages)
      notes.push(`messageCount is ${JSON.stringify(value)}, but there are ${messages} messages`);
  }

  /** Sends what was read, once the batch before is in the log. */
  private async send(): Promise<void> {
    const { batch, batchFiles, read, end } = this;
    const reached = { counts: structuredClone(this.counts), position: end ?? this.progress.position };
    Object.assign(this, { batch: [], batchBytes: 0, batchFiles: [], read: 0 });
    await this.sending;
    await this.pace(read);
    this.sending = this.write({ batch, batchFiles, read, reached });
    // Awaited before the next batch; without this, an error meanwhile would be unhandled.
    this.sending.catch(() => undefined);
  }

  private async write({ batch, batchFiles, read, reached }: Batch): Promise<void> {
    const tooLarge = (await this.target.publisher?.publish(batch)) ?? [];
    for (const counts of [reached.counts, this.counts]) {
      counts.imported -= tooLarge.length;
      for (const { id } of tooLarge) countSkipped(counts, 'too_large', id.split(':')[1]!, 0);
    }
    // The files of messages that the log has, and before the position that says so: a repeated import copies what is missing.
    const leftOut = new Set(tooLarge.map(({ id }) => id));
    const files = batchFiles.flatMap(({ eventId, file }) => (leftOut.has(eventId) ? [] : [file]));
    await this.keeper?.keep(files, this.media);
    reached.counts.media = { ...this.media };
    Object.assign(this.progress, reached);
    await this.target.onProgress(read);
  }

  private async pace(messages: number): Promise<void> {
    this.paced += messages;
    const dueMs = this.startedMs + (this.paced / this.target.maxRate) * MS_PER_S;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0 && !this.target.signal.aborted) await sleep(waitMs);
  }

  private async readKnown(): Promise<void> {
    const { connection, signal } = this.target;
    await readEventIds(
      connection,
      this.subjectsOf(this.file.header.channelId),
      (id) => this.known.add(id),
      signal,
    );
  }

  private subjectsOf(channelId: string): string[] {
    const { guildId } = this.file.header;
    const prefix = `discord.${partitionOf(guildId, this.target.log.partitions)}.${guildId}.${channelId}`;
    return ['message.created', 'message.imported', 'channel.imported'].map((type) => `${prefix}.${type}`);
  }
}

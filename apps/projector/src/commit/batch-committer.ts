import { AppError, type Change, type EventType } from '@discord-relay/contracts';
import { type Logger, Semaphore } from '@discord-relay/platform';
import type { Announcer } from './announcer.js';
import type { ProjectorMetrics } from '../metrics.js';
import { type Batch, type BatchStore, isDataError, type Lease, type ParkedRow } from '../store/index.js';
import { openBatchSpans } from './batch-spans.js';
import { parkFollowers } from './park-followers.js';
import { type Decoded, decodeEntry, payloadText } from './decode-entry.js';
import type { LogEntry } from '../log/log-entry.js';
import type { LogEnd } from '../log/log-state.js';
import { parkingKeys } from '../fold/index.js';
import { streamClock } from '../log/stream-clock.js';
import { poisonEvent, type PoisonEventDetector } from './poison-event-detector.js';

type Readable = Exclude<Decoded, { kind: 'newer' }>;

/** A batch of this size comes from a replay, not from live events. */
const BULK_EVENTS = 100;
/** One batch is prepared while Postgres writes the other; a third would only use memory. */
const CONCURRENT_BULKS = 2;

interface CommitTarget {
  lease: Lease;
  streamCreatedAt: string;
  muted: boolean;
}

/** Commits entries of the log in batches and announces their changes. Skipped entries are counted and logged. */
export class BatchCommitter {
  private readonly bulkCommits = new Semaphore(CONCURRENT_BULKS);
  /** The keys that parked events block, as read under each lease. */
  private readonly blocked = new WeakMap<Lease, ReadonlySet<string>>();

  constructor(
    private readonly store: BatchStore,
    private readonly detector: PoisonEventDetector,
    private readonly announcer: Announcer,
    private readonly metrics: ProjectorMetrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Commits the entries in order. It uses one transaction, unless the database rejects an event or one of the entries may have
   * crashed two earlier owners. `muted` entries produce no changes.
   * @throws AppError PROJECTION.EVENT_UNREADABLE when an event has a newer version; the events before it are committed
   * @throws AppError PROJECTION.CHECKPOINT_CONFLICT, or the driver's error, see {@link BatchStore.commit}
   */
  commit(lease: Lease, streamCreatedAt: string, entries: LogEntry[], muted = false): Promise<void> {
    const to = { lease, streamCreatedAt, muted };
    if (lease.suspect && this.detector.searchesAlone(lease)) return this.commitOneByOne(to, entries);
    const work = () => (lease.suspect ? this.commitSuspects(to, entries) : this.commitReadable(to, entries));
    return entries.length < BULK_EVENTS ? work() : this.bulkCommits.run(work);
  }

  /** Commits a batch with a recorded attempt. */
  private async commitSuspects(to: CommitTarget, entries: LogEntry[]): Promise<void> {
    await this.detector.recordBatchAttempt(to.lease);
    await this.commitReadable(to, entries);
    await this.detector.recordHandled(to.lease, entries.length, entries.at(-1)!);
  }

  /**
   * Commits one entry at a time, each with a recorded attempt, until no later entry can be the one that crashed the
   * earlier owner.
   */
  private async commitOneByOne(to: CommitTarget, entries: LogEntry[]): Promise<void> {
    const { lease, streamCreatedAt, muted } = to;
    for (const [i, entry] of entries.entries()) {
      if (!lease.suspect) return this.commit(lease, streamCreatedAt, entries.slice(i), muted);
      const parked = (await this.detector.recordAttempt(lease, entry))
        ? poisonEvent(entry, lease.handling)
        : null;
      if (parked) await this.commitOnce(to, [parked]);
      else await this.commitReadable(to, [entry]);
      await this.detector.recordHandled(lease, 1, entry);
    }
  }

  private async commitReadable(to: CommitTarget, entries: LogEntry[]): Promise<void> {
    const decoded = entries.map(decodeEntry);
    const newerAt = decoded.findIndex(({ kind }) => kind === 'newer');
    const readable = (newerAt === -1 ? decoded : decoded.slice(0, newerAt)) as Readable[];
    if (readable.length > 0) await this.commitOrBisect(to, readable);
    if (newerAt === -1) return;
    const { seq, subject } = decoded[newerAt]!.entry;
    throw new AppError(
      'PROJECTION.EVENT_UNREADABLE',
      `the event at ${seq} (${subject}) was written by a newer version: update the projector`,
    );
  }

  /** Moves the checkpoint past messages that belong to other partitions. @throws as {@link commit} */
  async advanceCheckpoint(lease: Lease, streamCreatedAt: string, end: LogEnd): Promise<void> {
    await this.store.commit(lease, { events: [], parked: [], ...end, streamCreatedAt });
  }

  /** Bisects a batch that the database rejects until the event at fault is alone, and parks that event. */
  private async commitOrBisect(to: CommitTarget, decoded: Readable[]): Promise<void> {
    try {
      await this.commitOnce(to, decoded);
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [first] = decoded;
      if (decoded.length === 1 && first?.kind === 'event') {
        const { code = 'unknown', message } = error;
        return this.commitOnce(to, [{ ...first, kind: 'poison', code, message }]);
      }
      if (decoded.length === 1) throw error;
      const middle = decoded.length >> 1;
      await this.commitOrBisect(to, decoded.slice(0, middle));
      await this.commitOrBisect(to, decoded.slice(middle));
    }
  }

  private async commitOnce(to: CommitTarget, items: Readable[]): Promise<void> {
    const blockedBefore = this.blocked.get(to.lease) ?? (await this.store.parkedKeys(to.lease.partition));
    const { decoded, blocked } = parkFollowers(items, blockedBefore);
    const startedMs = performance.now();
    const changes = await this.store.commit(to.lease, batchOf(to, decoded));
    this.metrics.commitSeconds.observe((performance.now() - startedMs) / 1_000);
    this.blocked.set(to.lease, blocked);
    const spans = openBatchSpans(decoded, performance.timeOrigin + startedMs);
    const traceOf = (seq: number) => spans.get(seq)?.traceparent;
    this.announcer.publishChanges(changes, performance.now(), {
      receivedAtMs: receivedAtMs(decoded),
      traceOf,
    });
    for (const span of spans.values()) span.end();
    this.recordMetrics(to.lease, decoded, changes);
  }

  private recordMetrics(lease: Lease, decoded: Readable[], changes: Change[]): void {
    const nowMs = streamClock.nowMs();
    this.metrics.batches.inc();
    this.metrics.batchEvents.observe(decoded.length);
    const types = new Map<EventType, number>();
    for (const item of decoded) {
      this.metrics.logToCommitSeconds.observe(Math.max(0, nowMs - item.entry.storedAtMs) / 1_000);
      if (item.kind === 'event') types.set(item.event.type, (types.get(item.event.type) ?? 0) + 1);
      else this.recordExcluded(item);
    }
    for (const [type, count] of types) this.metrics.events.inc({ type }, count);
    const { partition, seq } = lease;
    this.logger.debug({ partition, seq, events: decoded.length, changes: changes.length }, 'batch committed');
  }

  /** Counts and logs an entry that is not projected. */
  private recordExcluded(item: Exclude<Readable, { kind: 'event' }>): void {
    const { seq: streamSeq, subject } = item.entry;
    switch (item.kind) {
      case 'skipped':
        this.metrics.skipped.inc({ reason: item.reason });
        this.logger.warn({ streamSeq, subject, reason: item.reason }, 'log message skipped');
        return;
      case 'poison':
        this.metrics.parked.inc({ code: item.code });
        this.logger.error({ streamSeq, subject, eventId: item.event.id, code: item.code }, 'event parked');
        return;
      default:
        return item satisfies never;
    }
  }
}

/** Looks up when the ingestor received the event at a sequence. The index is built only if a change needs it. */
function receivedAtMs(decoded: readonly Readable[]): (seq: number) => number {
  let times: Map<number, number> | undefined;
  const timesOf = () =>
    new Map(
      decoded.flatMap((item) =>
        item.kind === 'event' ? [[item.entry.seq, Date.parse(item.event.receivedat)] as const] : [],
      ),
    );
  return (seq) => (times ??= timesOf()).get(seq)!;
}

function batchOf({ lease: { partition }, streamCreatedAt, muted }: CommitTarget, decoded: Readable[]): Batch {
  const last = decoded.at(-1)!.entry;
  return {
    events: decoded.flatMap((item) =>
      item.kind === 'event' ? [{ seq: item.entry.seq, ops: item.ops }] : [],
    ),
    parked: decoded.flatMap((item) => (item.kind === 'poison' ? [parkedRow(partition, item)] : [])),
    lastSeq: last.seq,
    lastStoredAt: new Date(last.storedAtMs),
    streamCreatedAt,
    muted,
  };
}

const parkedRow = (partition: number, item: Decoded & { kind: 'poison' }): ParkedRow => ({
  stream_seq: item.entry.seq,
  partition,
  subject: item.entry.subject,
  event_id: item.event.id,
  keys: parkingKeys(item.event),
  code: item.code,
  message: item.message,
  payload: payloadText(item.entry),
});

import type { Logger } from '@discord-relay/platform';
import type { JetStreamClient, JsMsg } from '@nats-io/jetstream';
import type { BatchBuffer } from './batch-buffer.js';
import { type LogEntry, toLogEntry } from './log-entry.js';
import { OrderedLogConsumer, type ReadResult } from './ordered-log-consumer.js';

/** A request for more messages costs the server as much as several messages. */
const PULL_MESSAGES = 2_000;
/** How long the first partition that is far behind waits for others. */
const GATHER_MS = 250;
/** How long it waits for those that read alone, which may have to commit a batch before. */
const CALL_MS = 2_000;
/**
 * The partition that is furthest ahead waits until the others have read this much, or this share of what is left of the log if that is
 * more. Partitions that are further apart do not read together.
 */
const SPREAD_EVENTS = 50_000;
const SPREAD_SHARE = 0.25;
/** This close to the end of the log, each partition reads through a separate consumer again. */
const HAND_OVER_EVENTS = 2_000;

/** A partition that takes part in the shared read. */
export interface Participant {
  partition: number;
  afterSeq: number;
  /** Messages of the partition after `afterSeq`. */
  pending: number;
  buffer: BatchBuffer<LogEntry>;
  signal: AbortSignal;
  /** Whether it was called, see {@link SharedReader.offer}. */
  called?: boolean;
}

/** Where the participant continues. Unless the read was `stopped`, the log doctor has to check the log first. */
export interface SharedReadResult {
  afterSeq: number;
  result: ReadResult;
}

interface Joined extends Participant {
  /**
   * The newest message is withheld, and the partition reads it again by itself: only its own consumer knows how many
   * messages follow.
   */
  withheld: JsMsg | undefined;
  leave: (result: ReadResult) => void;
}

/**
 * Reads the log once for all partitions that are far behind and close to each other. A filtered consumer costs the server as
 * much for a skipped message as for a delivered one: eight filtered consumers cost five times as much as an unfiltered one.
 */
export class SharedReader {
  /** Each call makes a partition that is far behind, and reads alone, join. */
  private readonly readingAlone = new Set<() => void>();
  private waiting: Joined[] = [];
  /** How many partitions that read alone were called and have not joined yet. */
  private called = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly js: JetStreamClient,
    private readonly partitions: number,
    private readonly logger: Logger,
    private readonly stallMs?: number,
  ) {}

  /** Fills the participant's buffer while the shared read lasts. It never delivers the partition's last message. */
  join(participant: Participant): Promise<SharedReadResult> {
    return new Promise((resolve) => {
      const joined: Joined = {
        ...participant,
        withheld: undefined,
        leave: (result) => resolve({ afterSeq: joined.afterSeq, result }),
      };
      this.waiting.push(joined);
      if (participant.called) this.called = Math.max(0, this.called - 1);
      this.gather();
    });
  }

  /**
   * Registers a partition that is far behind and reads alone, because too few others were. `call` runs when there are enough of them: the
   * partition then joins, as `called`. Returns a function that removes it.
   */
  offer(call: () => void): () => void {
    this.readingAlone.add(call);
    return () => this.readingAlone.delete(call);
  }

  /** Starts reading when all partitions wait, or after a time for those that may still join. */
  private gather(): void {
    const { readingAlone } = this;
    if (this.isWorthwhile(this.waiting.length + this.called + readingAlone.size)) {
      const calls = [...readingAlone];
      readingAlone.clear();
      this.called += calls.length;
      for (const call of calls) call();
    }
    if (this.waiting.length === this.partitions) return this.startReading();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.startReading(), this.called > 0 ? CALL_MS : GATHER_MS);
  }

  private startReading(): void {
    clearTimeout(this.timer);
    const { waiting } = this;
    this.waiting = [];
    this.called = 0;
    const first = Math.min(...waiting.map((each) => each.afterSeq));
    const near = waiting.filter(
      (each) => each.afterSeq - first <= this.spreadOf(each) && !each.signal.aborted,
    );
    const together = this.isWorthwhile(near.length) ? near : [];
    for (const each of waiting) if (!together.includes(each)) each.leave('stopped');
    if (together.length > 0) void this.read(together, first);
  }

  /** How far behind the partition others may be, in messages of the log. */
  private spreadOf({ pending }: Joined): number {
    return Math.max(SPREAD_EVENTS, SPREAD_SHARE * pending * this.partitions);
  }

  /** Messages of partitions that do not participate are read and dropped. */
  private isWorthwhile(participants: number): boolean {
    return participants > 1 && participants * 2 >= this.partitions;
  }

  private async read(participants: Joined[], afterSeq: number): Promise<void> {
    const result = await this.readLog(participants, afterSeq).catch((err: unknown) => {
      this.logger.warn({ err }, 'shared read of the log failed');
      return 'interrupted' as const;
    });
    for (const participant of participants) participant.leave(result);
  }

  private async readLog(participants: Joined[], afterSeq: number): Promise<ReadResult> {
    const from = { afterSeq, name: 'projector_all', pullMessages: PULL_MESSAGES, stallMs: this.stallMs };
    const consumer = await OrderedLogConsumer.open(this.js, from, this.logger);
    try {
      return await this.deliverAll(consumer, participants);
    } finally {
      await consumer.close();
    }
  }

  private async deliverAll(consumer: OrderedLogConsumer, participants: Joined[]): Promise<ReadResult> {
    const byPartition = new Map(participants.map((each) => [String(each.partition), each]));
    const onAbort = (participant: Joined) => () => {
      byPartition.delete(String(participant.partition));
      participant.leave('stopped');
      if (!this.isWorthwhile(byPartition.size)) consumer.stop();
    };
    for (const participant of participants) {
      if (participant.signal.aborted) onAbort(participant)();
      else participant.signal.addEventListener('abort', onAbort(participant), { once: true });
    }
    return await consumer.forEach((message) => {
      if (message.info.pending <= HAND_OVER_EVENTS) consumer.stop();
      const participant = byPartition.get(partitionIn(message.subject));
      return participant && deliver(participant, message);
    });
  }
}

/** Puts the message before this one into the participant's buffer. */
function deliver(participant: Joined, message: JsMsg): Promise<void> | undefined {
  if (message.seq <= participant.afterSeq) return undefined;
  const { withheld } = participant;
  participant.withheld = message;
  if (!withheld) return undefined;
  participant.afterSeq = withheld.seq;
  participant.pending = Math.max(1, participant.pending - 1);
  return participant.buffer.put(toLogEntry(withheld, participant.pending));
}

/** `discord.<partition>.…` */
function partitionIn(subject: string): string {
  const start = subject.indexOf('.') + 1;
  return subject.slice(start, subject.indexOf('.', start));
}

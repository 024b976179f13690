import type { Logger } from '@discord-relay/platform';
import type { JetStreamClient, JsMsg } from '@nats-io/jetstream';
import type { BatchBuffer } from './batch-buffer.js';
import { type LogEntry, toLogEntry } from './log-entry.js';
import { OrderedLogConsumer, type ReadResult } from './ordered-log-consumer.js';

/** How long the first partition that is far behind waits for others. */
const GATHER_MS = 250;
/** Partitions whose checkpoints are further apart than this do not read together, because one would wait for the other. */
const SPREAD_EVENTS = 50_000;
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
  private waiting: Joined[] = [];
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
      if (this.waiting.length === this.partitions) this.startReading();
      else this.timer ??= setTimeout(() => this.startReading(), GATHER_MS);
    });
  }

  private startReading(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { waiting } = this;
    this.waiting = [];
    const first = Math.min(...waiting.map((each) => each.afterSeq));
    const near = waiting.filter((each) => each.afterSeq - first <= SPREAD_EVENTS && !each.signal.aborted);
    const together = this.isWorthwhile(near.length) ? near : [];
    for (const each of waiting) if (!together.includes(each)) each.leave('stopped');
    if (together.length > 0) void this.read(together, first);
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
    const from = { afterSeq, name: 'projector_all', stallMs: this.stallMs };
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

import type { NatsConnection } from '@nats-io/transport-node';
import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import type { LogFences } from '../nats/log-fences.js';
import { EarlierEvents } from './earlier-events.js';
import type { LogPublisher } from './log-publisher.js';
import type { OutgoingEvent } from './outgoing-event.js';
import type { DiskSpool, SpooledRecord } from './spool/disk-spool.js';
import { Fifo } from './spool/fifo.js';
import { fromRecord, toRecord } from './spooled-event.js';

/** What the producer of an event waits for. */
type Callbacks = Pick<OutgoingEvent, 'settled' | 'abandoned'>;

/** Writes events to the spool, and reads them back in order while the publisher has few. */
export class SpoolReader {
  /** Called when an event of the spool is in the log or dropped. */
  onFinished: () => void = () => undefined;
  /** Called when the spool cannot be read, which only an operator can remedy. */
  onRefused: (error: AppError) => void = () => undefined;
  /** The callbacks of events that are only in the spool, in the spool's order. */
  private readonly callbacks = new Fifo<Callbacks>();
  private readonly earlier: EarlierEvents;
  private fences: LogFences | undefined;
  private reading: Promise<void> | undefined;
  /** Whether the spool has events of an earlier process that are not compared with the log yet: none may be published. */
  private uncompared: boolean;
  private stopped = false;
  /** Number of events that were read back and dropped since the spool was empty. */
  private dropped = 0;

  /** @param limits of the events in memory; a quarter of them may come from the spool */
  constructor(
    private readonly spool: DiskSpool,
    private readonly publisher: LogPublisher,
    private readonly limits: { queueMax: number; queueMaxBytes: number },
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    this.earlier = new EarlierEvents(spool.end);
    this.uncompared = spool.length > 0;
  }

  /** Compares the events that an earlier process left, if any, with the log, and starts to read them. */
  async open(connection: NatsConnection, fences: LogFences): Promise<void> {
    this.fences = fences;
    if (!this.uncompared) return;
    const found = await this.earlier.compare(this.spool, connection, fences);
    this.uncompared = false;
    this.logger.info(found, 'publishing spooled events');
    this.read();
  }

  /** Whether the log had an event of an earlier process already. */
  isStored(id: string): boolean {
    return this.earlier.isStored(id);
  }

  append(event: OutgoingEvent): void {
    this.callbacks.push(callbacksOf(event));
    this.spool.append(toRecord(event, this.publisher.newestSequence));
  }

  /** Appends the events that the publisher has, which are not read back. */
  appendUnacknowledged(): number {
    const { unacknowledged, newestSequence } = this.publisher;
    for (const event of unacknowledged) {
      const index = this.spool.append(toRecord(event, newestSequence), { handedOut: true });
      Object.assign(event, this.finishing(index, callbacksOf(event)));
    }
    return unacknowledged.length;
  }

  /** Continues to read; called again whenever an event is finished or written. */
  read(): void {
    if (this.stopped || this.uncompared || this.reading || !this.spool.hasMore || this.isBusy) return;
    this.reading = this.feedPublisher()
      .catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        this.onRefused(error);
      })
      .finally(() => (this.reading = undefined));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.reading;
  }

  private async feedPublisher(): Promise<void> {
    while (!this.stopped && this.spool.hasMore && !this.isBusy) {
      const records = await this.spool.read();
      if (records.length === 0) return;
      for (const record of records) this.publish(record);
    }
  }

  private get isBusy(): boolean {
    const { publisher, limits } = this;
    return publisher.length * 4 > limits.queueMax || publisher.bytes * 4 > limits.queueMaxBytes;
  }

  private publish(record: SpooledRecord): void {
    const { afterSequence: _, fence: recorded, ...event } = fromRecord(record);
    const isEarlier = this.earlier.includes(record.index);
    const callbacks = this.finishing(record.index, isEarlier ? undefined : this.callbacks.shift());
    if (isEarlier && this.earlier.isStored(event.id)) {
      this.metrics.duplicates.inc();
      return callbacks.settled();
    }
    const fence = recorded && this.fences?.recorded(recorded);
    if (fence && fence.expected() === undefined) return this.drop(callbacks);
    this.publisher.publish({ ...event, ...callbacks, ...(fence && { fence }), spooled: true });
  }

  /** Drops an event of a shard that another replica has acquired; the publisher drops those acquired later. */
  private drop({ abandoned }: Required<Callbacks>): void {
    this.metrics.abandoned.inc();
    this.dropped++;
    abandoned();
  }

  /** The callbacks of an event, which also finish its record in the spool. */
  private finishing(index: number, callbacks: Callbacks | undefined): Required<Callbacks> {
    const then = (callback: (() => void) | undefined) => () => {
      callback?.();
      this.finish(index);
    };
    return { settled: then(callbacks?.settled), abandoned: then(callbacks?.abandoned) };
  }

  private finish(index: number): void {
    this.spool.finish(index);
    if (this.spool.length === 0) this.reportEmpty();
    this.onFinished();
  }

  private reportEmpty(): void {
    const { dropped } = this;
    this.dropped = 0;
    if (dropped === 0) return this.logger.info('the spool is empty again');
    this.logger.warn({ dropped }, 'the spool is empty again, without events whose shard another replica has');
  }
}

/** Without the event, whose payload would stay in memory. */
const callbacksOf = ({ settled, abandoned }: OutgoingEvent): Callbacks => ({
  settled,
  ...(abandoned && { abandoned }),
});

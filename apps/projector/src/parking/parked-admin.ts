import {
  AppError,
  FILLER_SUBJECT,
  type ParkedDetail,
  type ParkedEvent,
  type ParkedList,
  type ParkedOutcome,
} from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { ProjectionRecord } from '@discord-relay/read-model';
import type { LogAccess, ProjectionOptions } from '../consume/projection-options.js';
import { FOLLOWS } from '../commit/park-followers.js';
import { PROCESS_KILLED } from '../commit/poison-event-detector.js';
import { ProjectionTakeover } from '../consume/projection-takeover.js';
import {
  type Database,
  pausedPartitions,
  noteRetry,
  parkedPayload,
  ParkedTransaction,
  parkedSummaries,
  type ParkedSummary,
  type SkippedBy,
} from '../store/index.js';
import { followersOf, parkedGroup } from './parked-groups.js';
import { retryParked } from './retry.js';

/** Keeps an answer small enough for one NATS message. */
const MAX_LISTED = 200;
const MAX_PAYLOAD_CHARS = 200_000;

/** The active projection, if it has this code's shape. */
export interface ActiveProjection {
  record: ProjectionRecord;
  database: Database;
}

/** The operators' commands on the parked events of the active projection. */
export class ParkedAdmin {
  constructor(
    /** @throws AppError when this process does not project the active projection */
    private readonly active: () => ActiveProjection,
    private readonly options: ProjectionOptions,
    private readonly log: LogAccess,
    private readonly logger: Logger,
  ) {}

  /** Lists the parked events of a partition, or all. @throws the driver's error */
  async list(partition?: number): Promise<ParkedList> {
    const parked = await parkedSummaries(this.active().database, partition);
    const leaders = parked.filter(({ code }) => code !== FOLLOWS).slice(0, MAX_LISTED);
    return { events: leaders.map((each) => described(each, parked)), total: parked.length };
  }

  /** @throws AppError REQUEST.NOT_FOUND when it is not parked; the driver's error */
  async show(seq: number): Promise<ParkedDetail> {
    const { database } = this.active();
    const payload = (await parkedPayload(database, seq)) ?? '';
    const { parked, event } = await this.find(database, seq);
    const shown = payload.slice(0, MAX_PAYLOAD_CHARS);
    return { ...described(event, parked), payload: shown, truncated: shown.length < payload.length };
  }

  /** Retries an event and everything that is parked with it. @throws as {@link retryGroup} */
  retry(seq: number): Promise<ParkedOutcome> {
    return this.retryGroup(seq);
  }

  /** Skips an event and retries the events that are parked with it. @throws as {@link retryGroup} */
  skip(given: SkippedBy): Promise<ParkedOutcome> {
    return this.retryGroup(given.seq, given);
  }

  /**
   * Takes the partition over, advances it to a sequence of the log without an event, and retries. The heads of the feeds can
   * move to that sequence, because clients have received only changes before it.
   * @throws AppError REQUEST.NOT_FOUND when the event is not parked; PROJECTION.NOT_READY when the partition is paused;
   * NOT_READY or PROJECTION.CHECKPOINT_CONFLICT when another process takes it over; the driver's or the API's error. After
   * any of them nothing has changed
   */
  private async retryGroup(seq: number, skipped?: SkippedBy): Promise<ParkedOutcome> {
    const { record, database } = this.active();
    const { partition, code } = (await this.find(database, seq)).event;
    await this.checkNotPaused(database, partition);
    const takeover = await ProjectionTakeover.start(record, this.options, this.log, this.logger, [partition]);
    try {
      const at = await this.log.js.publish(FILLER_SUBJECT);
      await takeover.advanceTo(new Map([[partition, at.seq]]));
      if (code === PROCESS_KILLED && !skipped) await noteRetry(takeover.database, seq);
      const outcome = await ParkedTransaction.run(
        takeover.database,
        takeover.leaseOf(partition),
        async (parked) => {
          const together = parkedGroup(await parked.keys(), seq);
          if (!together.includes(seq)) throw notParked(seq);
          if (skipped) await parked.skip(skipped);
          return retryParked(
            parked,
            together.filter((each) => each !== skipped?.seq),
            seq,
          );
        },
      );
      const { applied, kept } = outcome;
      this.logger.info({ partition, seq, skippedBy: skipped?.by, applied, kept }, 'parked events retried');
      return outcome;
    } finally {
      await takeover.release();
    }
  }

  /** A retry projects everything up to the end of the log, which a paused partition must not do. */
  private async checkNotPaused(database: Database, partition: number): Promise<void> {
    const paused = await pausedPartitions(database);
    if (paused.includes(partition))
      throw new AppError('PROJECTION.NOT_READY', `partition ${partition} is paused: resume it first`);
  }

  private async find(database: Database, seq: number) {
    const parked = await parkedSummaries(database);
    const event = parked.find((each) => each.seq === seq);
    if (!event) throw notParked(seq);
    return { parked, event };
  }
}

const notParked = (seq: number): AppError =>
  new AppError('REQUEST.NOT_FOUND', `no event is parked at ${seq}`);

function described(event: ParkedSummary, parked: readonly ParkedSummary[]): ParkedEvent {
  const { partition, seq, parkedAt, ...rest } = event;
  const later = parked.filter((each) => each.partition === partition && each.seq >= seq);
  return { ...rest, partition, seq, parkedAt: parkedAt.toISOString(), followers: followersOf(later).length };
}

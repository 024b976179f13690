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
import type { LogAccess, ProjectionOptions } from '../consume/projection.js';
import { FOLLOWS } from '../commit/park-followers.js';
import { PROCESS_KILLED } from '../commit/poison-event-detector.js';
import { TakenProjection } from '../consume/projection-takeover.js';
import {
  type Database,
  LeaseStore,
  noteRetry,
  parkedPayload,
  ParkedTransaction,
  parkedSummaries,
  type ParkedSummary,
  type SkippedBy,
} from '../store/index.js';
import { followersOf, parkedTogether } from './parked-groups.js';
import { retryParked } from './retry.js';

/** What is answered has to fit into one message of NATS. */
const LISTED = 200;
const PAYLOAD_CHARACTERS = 200_000;

/** The projection that is read, in this code's shape. */
export interface ActiveProjection {
  record: ProjectionRecord;
  database: Database;
}

/** What operators ask about the parked events of the projection that is read. */
export class ParkedAdmin {
  constructor(
    /** @throws AppError when this process does not project it */
    private readonly active: () => ActiveProjection,
    private readonly options: ProjectionOptions,
    private readonly log: LogAccess,
    private readonly logger: Logger,
  ) {}

  /** Those of a partition, or all. @throws the driver's error */
  async list(partition?: number): Promise<ParkedList> {
    const parked = await parkedSummaries(this.active().database, partition);
    const leaders = parked.filter(({ code }) => code !== FOLLOWS).slice(0, LISTED);
    return { events: leaders.map((each) => described(each, parked)), total: parked.length };
  }

  /** @throws AppError REQUEST.NOT_FOUND when it is not parked; the driver's error */
  async show(seq: number): Promise<ParkedDetail> {
    const { database } = this.active();
    const payload = await parkedPayload(database, seq);
    const { parked, event } = await this.find(database, seq);
    return { ...described(event, parked), payload: (payload ?? '').slice(0, PAYLOAD_CHARACTERS) };
  }

  /** Tries an event, and all that is parked with it, once more. @throws as {@link change} */
  retry(seq: number): Promise<ParkedOutcome> {
    return this.change(seq);
  }

  /** Gives an event up, and tries what is parked with it once more. @throws as {@link change} */
  skip(given: SkippedBy): Promise<ParkedOutcome> {
    return this.change(given.seq, given);
  }

  /**
   * Takes the partition from whoever projects it and brings it to a sequence of the log that is no event's: the feeds'
   * heads can go there, after everything that clients were told and before everything that they will be.
   * @throws AppError REQUEST.NOT_FOUND when it is not parked, PROJECTION.NOT_READY when the partition is paused, that or
   * PROJECTION.CHECKPOINT_CONFLICT when somebody else took it meanwhile; the driver's or the API's error. Nothing was changed then
   */
  private async change(seq: number, skipped?: SkippedBy): Promise<ParkedOutcome> {
    const { record, database } = this.active();
    const { partition, code } = (await this.find(database, seq)).event;
    await this.checkNotPaused(database, partition);
    const taken = await TakenProjection.take(record, this.options, this.log, this.logger, [partition]);
    try {
      const at = await this.log.js.publish(FILLER_SUBJECT);
      await taken.bringTo(new Map([[partition, at.seq]]));
      if (code === PROCESS_KILLED && !skipped) await noteRetry(taken.database, seq);
      const outcome = await ParkedTransaction.run(
        taken.database,
        taken.leaseOf(partition),
        async (parked) => {
          const together = parkedTogether(await parked.keys(), seq);
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
      this.logger.info(
        { partition, seq, skippedBy: skipped?.by, applied, kept },
        'parked events tried again',
      );
      return outcome;
    } finally {
      await taken.release();
    }
  }

  /** To try an event again is to project what is before the end of the log. */
  private async checkNotPaused(database: Database, partition: number): Promise<void> {
    const paused = await new LeaseStore(database, this.options.owner, this.options.leaseMs).paused();
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

import { Inject, Injectable } from '@nestjs/common';
import { AppError, momentMs } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { LogAccess } from '../../log/reader/log-access.js';
import type { Moment } from '../../read/as-of/point.query.js';

/** Clocks of clients may be this far ahead. */
const CLOCK_TOLERANCE_MS = 60_000;

const SEQUENCE = /^\d+$/;

/** Finds where the log was at a time. */
@Injectable()
export class LogMoments {
  constructor(@Inject(LogAccess) private readonly log: LogAccess) {}

  /**
   * The moment that a request names in `field`, which was checked for its form. Call it outside of database transactions.
   * @throws AppError `REQUEST.INVALID`, naming the field; `SERVICE.UNAVAILABLE` when the log cannot be read
   */
  async find(field: string, text: string): Promise<Moment> {
    if (SEQUENCE.test(text)) return { field, seq: Number(text), atMs: null };
    const nowMs = wallClockMs();
    const atMs = momentMs(text, nowMs)!;
    if (atMs > nowMs + CLOCK_TOLERANCE_MS) throw new AppError('REQUEST.INVALID', `${field} is in the future`);
    return { field, seq: await this.seqBefore(atMs), atMs };
  }

  /** The moment of `asOf`; undefined: the request is for the current state. @throws AppError as {@link find} */
  async findAsOf(asOf: string | undefined): Promise<Moment | undefined> {
    return asOf === undefined ? undefined : this.find('asOf', asOf);
  }

  /** Sequence of the last message that was stored before; null: the log does not reach back so far. */
  private async seqBefore(atMs: number): Promise<number | null> {
    const { firstSeq, lastSeq } = await this.log.bounds();
    const next = (await this.log.seqAt(atMs)) ?? lastSeq + 1;
    return next <= firstSeq && firstSeq > 1 ? null : next - 1;
  }
}

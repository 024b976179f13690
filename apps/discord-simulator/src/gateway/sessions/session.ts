import type { Connection } from '../wire/connection.js';
import type { GatewayRules } from '../../faults/gateway-rules.js';
import type { Dispatch } from '../dispatches/dispatch.js';
import { textFrameOf, ReplayBuffer, type SentDispatch } from './replay-buffer.js';
import type { SentLog } from './sent-log.js';
import { epochMs } from '../../state/model/world-types.js';

// Enough to keep a socket busy while the next slice of a long replay is prepared.
const REPLAY_SLICE_BYTES = 4_194_304;
const REPLAY_POLL_MS = 2;

/** A client socket with the session that it serves. */
export type ClientConnection = Connection<Session>;

export interface IdentifyParameters {
  token: string;
  intents: number;
  shard: [id: number, count: number];
}

/** A gateway session: its dispatches are numbered and buffered whether or not a client is connected. */
export class Session {
  seq = 0;
  resumes = 0;
  /** Highest sequence the client reported in a heartbeat. */
  heartbeatSeq: number | null = null;
  disconnectedAtMs: number | null = null;
  /** The one of the client's latest connection. */
  userAgent: string | null = null;
  readonly createdAtMs = epochMs();
  private connection: ClientConnection | null = null;
  private replaying = false;

  constructor(
    readonly id: string,
    readonly terms: IdentifyParameters,
    readonly buffer: ReplayBuffer,
    private readonly sent: SentLog,
    private readonly rules: Pick<GatewayRules, 'edit'>,
  ) {}

  get connected(): ClientConnection | null {
    return this.connection;
  }

  /** Whether intents and shard entitle this session to the event. */
  gets(dispatch: Dispatch): boolean {
    if (dispatch.intents !== 0 && (dispatch.intents & this.terms.intents) === 0) return false;
    return this.ownsShardOf(dispatch.shardKey);
  }

  ownsShardOf(shardKey: number | null): boolean {
    const [id, count] = this.terms.shard;
    return shardKey === null ? id === 0 : shardKey % count === id;
  }

  attach(connection: ClientConnection): void {
    connection.session = this;
    this.connection = connection;
    this.userAgent = connection.userAgent;
    this.disconnectedAtMs = null;
  }

  /** The client has disconnected (or must not receive anything); dispatches continue into the buffer. */
  detach(): void {
    if (this.connection) this.connection.session = null;
    this.connection = null;
    this.replaying = false;
    this.disconnectedAtMs = epochMs();
  }

  send(dispatch: Dispatch): void {
    this.seq += 1;
    const data = dispatch.dataFor(this.terms.intents);
    const item: SentDispatch = {
      seq: this.seq,
      head: dispatch.head,
      d: dispatch.isVerbatim ? data : this.rules.edit(dispatch.t, this.terms.shard[0], data),
    };
    this.buffer.push(item);
    this.sent.record(this.id, this.seq, dispatch.t, dispatch.ledgerIndex);
    if (this.connection && !this.replaying) this.connection.sendDispatch(textFrameOf(item));
  }

  /** Sends the newest dispatches again with the same numbers. @returns how many. */
  repeat(count: number): number {
    const { connection } = this;
    if (!connection || this.replaying) return 0;
    const items = Array.from({ length: count }, (_, i) => this.buffer.get(this.seq - count + 1 + i));
    const buffered = items.filter((item) => item !== undefined);
    for (const item of buffered) connection.sendDispatch(textFrameOf(item));
    return buffered.length;
  }

  /** Whether every dispatch after `seq` is still stored. */
  canReplayFrom(seq: number): boolean {
    return seq === this.seq || this.buffer.get(seq + 1) !== undefined;
  }

  /**
   * Sends every dispatch after `seq` in order, as fast as the client reads, then `done` (RESUMED). Calls `overrun` instead if
   * the buffer has lost what the client still needs.
   */
  replay(seq: number, done: Dispatch, overrun: () => void): void {
    const { connection } = this;
    if (!connection) return;
    this.replaying = true;
    let next = seq + 1;
    const step = (): void => {
      if (this.connection !== connection) return;
      while (next <= this.seq && connection.bufferedBytes < REPLAY_SLICE_BYTES) {
        const item = this.buffer.get(next);
        if (!item) return overrun();
        connection.sendDispatch(textFrameOf(item));
        next += 1;
      }
      if (next <= this.seq) return void setTimeout(step, REPLAY_POLL_MS);
      this.replaying = false;
      this.send(done);
    };
    step();
  }
}

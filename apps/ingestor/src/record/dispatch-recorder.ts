import { eventSubject, type RelayEvent, type Snowflake } from '@discord-relay/contracts';
import { type Logger, shorten, startSpan, SpanKind } from '@discord-relay/platform';
import type { LeaseStatus } from '../discord/leases/lease-store.js';
import type { SessionStore } from '../discord/sessions/session-store.js';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { dispatchLabel, MAX_TYPE_CHARS, normalize } from '../normalize/normalize.js';
import type {
  NormalizeContext,
  NormalizeResult,
  OptionalKind,
  RawDispatch,
} from '../normalize/events/normalize-result.js';
import type { Outbox } from '../publish/outbox.js';
import type { EventFence, OutgoingEvent } from '../publish/outgoing-event.js';
import { newTraceparent } from '../publish/traceparent.js';
import { serverClock } from '../support/server-clock.js';

export interface RecorderSettings {
  partitions: number;
  /** Only these guilds are recorded; undefined records all. */
  guildIds?: readonly Snowflake[];
  /** Optional kinds of events that the operator has enabled. */
  optional?: ReadonlySet<OptionalKind>;
  /** Called with each event before it is published; the returned function is called when the log has it. */
  trackLive?: (event: RelayEvent) => () => void;
  /** Whether this process may still publish a shard's events. */
  leaseStatus?: (shardId: number) => LeaseStatus;
  /** The shard's fence in the log. */
  fenceOf?: (shardId: number) => EventFence | undefined;
}

/** Reasons that are part of normal work and not worth a warning each. */
const QUIET_REASONS: ReadonlySet<string> = new Set([
  'not_recorded',
  'not_in_a_guild',
  'empty',
  'guild_filtered',
  'repeated',
]);

/** Turns dispatches into events, publishes them, and settles each dispatch in its session when the log has it. */
export class DispatchRecorder {
  private readonly guildIds: ReadonlySet<string> | undefined;

  constructor(
    private readonly sessions: SessionStore,
    private readonly outbox: Pick<Outbox, 'publish'>,
    private readonly settings: RecorderSettings,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    this.guildIds = settings.guildIds && new Set(settings.guildIds);
  }

  /** Never throws, because no dispatch may end the connection. */
  record(shardId: number, dispatch: RawDispatch): void {
    this.metrics.dispatches.inc({ type: dispatchLabel(dispatch.t) });
    this.metrics.lastDispatch.setToCurrentTime();
    const { current, voice, memberLists } = this.sessions.shard(shardId);
    if (!current || !Number.isSafeInteger(dispatch.s)) return this.skip(dispatch, 'malformed');
    const sequence = dispatch.s as number;
    const receivedAt = serverClock.iso;
    const { sessionId } = current;
    // Annotated, so that a name that normalizers do not know does not compile.
    const context: NormalizeContext = {
      receivedAt,
      shardId,
      sessionId,
      voiceChannelOf: voice.channelOf,
      completeMemberListOf: memberLists.completeListOf,
    };
    const result = this.normalizeSafely(dispatch, context);
    const reason = result.ok ? this.reasonToSkip(result.events) : result.reason;
    if (!current.tracker.track(sequence)) return this.skip(dispatch, reason ?? 'repeated');
    this.metrics.countAbandonedLists(memberLists.apply(dispatch));
    const settle = () => {
      current.tracker.settle(sequence);
      this.metrics.sessionSequence.set({ shard: String(shardId) }, current.tracker.contiguous);
      this.sessions.markDirty(shardId);
    };
    if (result.ok && reason === undefined) return this.publish(shardId, dispatch, result, settle);
    this.skip(dispatch, reason ?? 'malformed');
    settle();
  }

  private normalizeSafely(dispatch: RawDispatch, context: NormalizeContext): NormalizeResult | Failed {
    const { optional } = this.settings;
    try {
      return normalize(dispatch, { ...context, optional });
    } catch (error) {
      this.logger.error({ err: error, ...describeDispatch(dispatch) }, 'dispatch could not be normalized');
      return { ok: false, reason: 'failed' };
    }
  }

  private reasonToSkip(events: readonly RelayEvent[]): 'guild_filtered' | undefined {
    const guildId = events[0]?.guildid;
    return this.guildIds && guildId !== undefined && !this.guildIds.has(guildId)
      ? 'guild_filtered'
      : undefined;
  }

  private publish(
    shardId: number,
    dispatch: RawDispatch,
    result: NormalizeResult & { ok: true },
    settle: () => void,
  ): void {
    if (result.droppedParts > 0) this.reportDroppedParts(dispatch, result.droppedParts);
    const { events } = result;
    const stage = startRecordSpan(shardId, dispatch, events.length);
    const fence = this.settings.fenceOf?.(shardId);
    const shared = {
      traceparent: stage?.traceparent ?? newTraceparent(),
      queuedAtMs: serverClock.now(),
      leaseStatus: () => this.settings.leaseStatus?.(shardId) ?? 'held',
      ...(fence && { fence }),
    };
    const finished = whenAllFinished(events.length, (allInLog) => {
      stage?.end();
      if (allInLog) settle();
    });
    const { voice } = this.sessions.shard(shardId);
    for (const event of events) {
      voice.apply(event);
      this.outbox.publish(this.outgoing(event, shared, finished));
    }
  }

  private outgoing(
    event: RelayEvent,
    shared: Pick<OutgoingEvent, 'traceparent' | 'queuedAtMs' | 'leaseStatus' | 'fence'>,
    finished: (inLog: boolean) => void,
  ): OutgoingEvent {
    const payload = Buffer.from(JSON.stringify(event));
    const subject = eventSubject(event, this.settings.partitions);
    const { id, type } = event;
    const passed = this.settings.trackLive?.(event);
    const finish = (inLog: boolean) => () => {
      passed?.();
      finished(inLog);
    };
    const settled = finish(true);
    const abandoned = finish(false);
    return { ...shared, id, type, subject, payload, bytes: payload.length, settled, abandoned };
  }

  private reportDroppedParts(dispatch: RawDispatch, parts: number): void {
    this.metrics.droppedParts.inc({ type: dispatchLabel(dispatch.t) }, parts);
    this.logger.warn({ ...describeDispatch(dispatch), parts }, 'parts of a dispatch were omitted');
  }

  private skip(dispatch: RawDispatch, reason: string): void {
    this.metrics.skipped.inc({ reason, type: dispatchLabel(dispatch.t) });
    const level = QUIET_REASONS.has(reason) ? 'debug' : 'warn';
    this.logger[level]({ reason, ...describeDispatch(dispatch) }, 'dispatch skipped');
  }
}

interface Failed {
  ok: false;
  reason: 'failed';
}

const startRecordSpan = (shardId: number, dispatch: RawDispatch, events: number) =>
  startSpan({
    name: `record ${dispatchLabel(dispatch.t)}`,
    kind: SpanKind.PRODUCER,
    attributes: { 'messaging.system': 'nats', 'relay.shard': shardId, 'relay.events': events },
  });

/** Returns a function that each of `count` events calls once; after the last call, `then` is called with whether all were true. */
function whenAllFinished(count: number, then: (allInLog: boolean) => void): (inLog: boolean) => void {
  let open = count;
  let allInLog = true;
  return (inLog) => {
    allInLog &&= inLog;
    if (--open === 0) then(allInLog);
  };
}

/** The fields for log lines: the type, cut because it may be any text, and the sequence. Never the data. */
const describeDispatch = ({ t, s }: RawDispatch) => ({
  t: typeof t === 'string' ? shorten(t, MAX_TYPE_CHARS) : typeof t,
  s: Number.isSafeInteger(s) ? s : null,
});

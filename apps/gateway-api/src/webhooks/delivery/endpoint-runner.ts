import { setTimeout as sleep } from 'node:timers/promises';
import type { Snowflake } from '@discord-relay/contracts';
import { backOffMs, type Logger, wallClockIso, wallClockMs } from '@discord-relay/platform';
import type { QueueChanges } from '../../queue/queue-changes.js';
import type { Querying } from '../../database/read-model.database.js';
import { type CommittedTail, readCommittedTail } from './committed-changes.query.js';
import { isMissing, readEarlierChanges } from './earlier-changes.js';
import { type EndpointRow, validSecrets } from '../endpoint/endpoint-row.js';
import {
  type Answer,
  decideNextStep,
  type RetryLimits,
  type FailureState,
  type Verdict,
} from './next-step.js';
import type { Lease, LeaseStore } from './lease-store.js';
import {
  type Delivery,
  planDeliveries,
  type Position,
  type QueueEntries,
  selectsQueue,
} from './plan-deliveries.js';
import type { WebhookSender } from './webhook-sender.js';
import { type SealingKeys, unseal } from '../endpoint/sealing.js';
import { signedHeaders } from './sign.js';
import type { WebhookMetrics } from '../../metrics/webhook-metrics.js';

/** Number of changes that are read at a time. */
const PAGE = 100;
/** After failures on our side, such as an unavailable database. */
const FAULT_PAUSE = { firstMs: 500, capMs: 10_000 };

export interface RunnerPorts {
  leases: LeaseStore;
  changes: Querying;
  relay: Querying;
  queue: Pick<QueueChanges, 'entriesByChange'>;
  sender: WebhookSender;
  keys: SealingKeys;
  limits: RetryLimits;
  metrics: WebhookMetrics;
  logger: Logger;
  /** Called when an endpoint was disabled automatically. */
  disabled: (endpointId: string, reason: 'gone' | 'failing') => void;
}

/** What to wait for before the next round; `lost`: the lease is lost, so there is none. */
type Next = { waitMs: number } | 'more' | 'changes' | 'lost';

/**
 * Posts to one endpoint, one delivery after another, for as long as it has the lease. It reads the endpoint's row before every
 * round and updates it with every delivery, both under the lease's epoch. If the process ends, the next owner repeats at most
 * the delivery in progress, with the same id.
 */
export class EndpointRunner {
  private position: Position | undefined;
  private failures: FailureState = { attempts: 0, failingSinceMs: null };
  private readonly stopping = new AbortController();
  private wake: () => void = () => undefined;
  /** Consecutive rounds that failed because of a fault on our side. */
  private faults = 0;

  constructor(
    readonly lease: Lease,
    readonly guildId: string,
    private readonly ports: RunnerPorts,
  ) {}

  get isFailing(): boolean {
    return this.failures.attempts > 0;
  }

  /** Called when changes up to `seq` exist. */
  announce(seq: number): void {
    if (this.position?.seq !== seq) this.wake();
  }

  /** Stops after the attempt in progress. */
  stop(): void {
    this.stopping.abort();
    this.wake();
  }

  /** Returns when the lease is lost or after {@link stop}. */
  async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      // Before the round: an announcement during it triggers another one.
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      const next = await this.deliverPending().then(
        (done) => ((this.faults = 0), done),
        (err: unknown) => this.onFault(err),
      );
      if (next === 'lost') return;
      if (next === 'changes' && !this.stopping.signal.aborted) await woken;
      else if (next !== 'more' && next !== 'changes') await this.pause(next.waitMs);
    }
  }

  private async deliverPending(): Promise<Next> {
    const row = await this.ports.leases.load(this.lease);
    if (!row) return 'lost';
    this.failures = failuresOf(row);
    if (row.attempts > 0 && row.dueInMs > 0) return { waitMs: row.dueInMs };
    const position = { seq: Number(row.seq), part: row.part };
    const { tail, isWhole } = await this.read(row.guildId, position.seq);
    const subscriber = subscriberOf(row);
    const queue = selectsQueue(subscriber.filter) ? await this.queueOf(row.guildId, tail) : undefined;
    const plan = planDeliveries(subscriber, position, tail, wallClockIso(), queue);
    const next = await this.deliver(row, plan.deliveries);
    if (next !== 'more') return next;
    const at = plan.deliveries.at(-1)?.after ?? position;
    const isBehind = at.seq !== plan.end.seq || at.part !== plan.end.part;
    if (isBehind && !(await this.ports.leases.advance(this.lease, plan.end))) return 'lost';
    this.position = plan.end;
    return isWhole ? 'changes' : 'more';
  }

  /** The next changes; `isWhole`: no more changes follow them. */
  private async read(guildId: string, seq: number): Promise<{ tail: CommittedTail; isWhole: boolean }> {
    const tail = await readCommittedTail(this.ports.changes, guildId, seq, PAGE);
    if (!isMissing(tail, seq)) return { tail, isWhole: tail.changes.length < PAGE };
    const earlier = await readEarlierChanges(this.ports.relay, guildId, seq, PAGE);
    return earlier ? { tail: earlier, isWhole: false } : { tail, isWhole: tail.changes.length < PAGE };
  }

  private async queueOf(guildId: Snowflake, { changes }: CommittedTail): Promise<QueueEntries | undefined> {
    return changes.length === 0 ? undefined : this.ports.queue.entriesByChange(guildId, changes);
  }

  /** `more`: all deliveries are finished. */
  private async deliver(row: EndpointRow, deliveries: readonly Delivery[]): Promise<Next> {
    if (deliveries.length === 0) return 'more';
    const secrets = validSecrets(row).map(({ sealed }) => unseal(sealed, this.ports.keys, row.id));
    for (const delivery of deliveries) {
      if (this.stopping.signal.aborted) return { waitMs: 0 };
      const answer = await this.attempt(row.url, secrets, delivery);
      // We aborted the attempt: the next owner repeats it, and it does not count.
      if (this.stopping.signal.aborted && 'error' in answer) return { waitMs: 0 };
      const next = await this.recordOutcome(delivery, answer);
      if (next !== 'more') return next;
    }
    return 'more';
  }

  private async attempt(url: string, secrets: string[], { id, body }: Delivery): Promise<Answer> {
    const text = JSON.stringify(body);
    const end = this.ports.metrics.attemptSeconds.startTimer();
    const answer = await this.ports.sender.post(url, signedHeaders(id, wallClockMs(), text, secrets), text);
    end();
    return answer;
  }

  /** Stores the outcome of an attempt. `more`: the delivery is finished. */
  private async recordOutcome(delivery: Delivery, answer: Answer): Promise<Next> {
    const { limits, metrics } = this.ports;
    const verdict = decideNextStep(answer, this.failures, limits, performance.now(), Math.random());
    metrics.attempts.inc({ result: verdict.kind });
    this.logOutcome(delivery, answer, verdict);
    switch (verdict.kind) {
      case 'delivered':
      case 'dead':
        return this.finish(delivery, answer, verdict);
      case 'retry':
        return this.postpone(verdict.dueInMs, verdict.error);
      case 'disable':
        if (await this.ports.leases.disable(this.lease, verdict.reason, verdict.error))
          this.ports.disabled(this.lease.id, verdict.reason);
        return 'lost';
      default:
        return verdict satisfies never;
    }
  }

  private async finish(
    delivery: Delivery,
    answer: Answer,
    verdict: Verdict & { kind: 'delivered' | 'dead' },
  ): Promise<Next> {
    const { leases, metrics } = this.ports;
    const error = verdict.kind === 'dead' ? verdict.error : null;
    const outcome = {
      state: verdict.kind,
      attempts: this.failures.attempts + 1,
      status: statusOf(answer),
      error,
    };
    if (!(await leases.finish(this.lease, delivery, outcome))) return 'lost';
    this.failures = {
      attempts: 0,
      failingSinceMs: verdict.kind === 'dead' ? (this.failures.failingSinceMs ?? performance.now()) : null,
    };
    if (delivery.type === 'gap') metrics.gaps.inc();
    else if (verdict.kind === 'delivered')
      metrics.ageSeconds.observe(Math.max(0, wallClockMs() - Date.parse(delivery.body.timestamp)) / 1_000);
    return 'more';
  }

  private async postpone(waitMs: number, error: string): Promise<Next> {
    this.failures = {
      attempts: this.failures.attempts + 1,
      failingSinceMs: this.failures.failingSinceMs ?? performance.now(),
    };
    return (await this.ports.leases.postpone(this.lease, waitMs, error)) ? { waitMs } : 'lost';
  }

  private logOutcome({ id, type }: Delivery, answer: Answer, verdict: Verdict): void {
    const line = { deliveryId: id, type, result: verdict.kind, status: statusOf(answer) };
    if (verdict.kind === 'delivered') return this.ports.logger.debug(line, 'webhook delivered');
    const attempt = this.failures.attempts + 1;
    this.ports.logger.warn({ ...line, attempt, error: verdict.error }, 'webhook not delivered');
  }

  private onFault(err: unknown): Next {
    const { logger } = this.ports;
    logger.warn({ err, endpointId: this.lease.id }, 'webhook round failed; retrying');
    return { waitMs: backOffMs(this.faults++, FAULT_PAUSE, Math.random()) };
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }
}

const statusOf = (answer: Answer): number | null => ('status' in answer ? answer.status : null);

const failuresOf = ({ attempts, failingForMs }: EndpointRow): FailureState => ({
  attempts,
  failingSinceMs: failingForMs === null ? null : performance.now() - failingForMs,
});

const subscriberOf = ({ id, guildId, channels, types }: EndpointRow) => ({
  id,
  guildId,
  filter: { channels: channels && new Set<string>(channels), types: types && new Set<string>(types) },
});

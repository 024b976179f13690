import { guildHead } from '@discord-relay/contracts';
import { type Logger, type NatsLink, Rounds } from '@discord-relay/platform';
import { feedHeads } from '../../read/changes.query.js';
import { EndpointRunner, type RunnerPorts } from './endpoint-runner.js';
import { resealSecrets } from '../endpoint/reseal-secrets.js';
import { ChangeNotifications } from './change-notifications.js';

export interface DispatcherOptions {
  /** How often leases are renewed and claimed, and heads are checked. */
  intervalMs: number;
  /** Maximum number of endpoints claimed per round: replicas that start together share them. */
  claimBatch: number;
  /** How long attempts in progress may take when the process stops. */
  graceMs: number;
}

const PRUNE_EVERY_MS = 60_000;

/** Runs an {@link EndpointRunner} for every endpoint whose lease this replica has. */
export class WebhookDispatcher {
  private readonly runners = new Map<string, EndpointRunner>();
  private readonly ending = new Set<Promise<void>>();
  private readonly notifications: ChangeNotifications;
  private resealed = false;
  private prunedAtMs = -Infinity;
  private readonly rounds: Rounds;

  constructor(
    link: NatsLink,
    private readonly ports: RunnerPorts,
    private readonly options: DispatcherOptions,
    private readonly logger: Logger,
  ) {
    this.notifications = new ChangeNotifications(link, (guildId, seq) => this.announce(guildId, seq), logger);
    const onError = (err: unknown) => logger.warn({ err }, 'cannot read webhook endpoints; retrying');
    this.rounds = new Rounds(options.intervalMs, () => this.renewAndClaim(), onError);
    ports.metrics.watch({
      leased: () => this.runners.size,
      failing: () => [...this.runners.values()].filter(({ isFailing }) => isFailing).length,
    });
  }

  start(): void {
    this.rounds.start();
  }

  /** Endpoints have changed: check now instead of a little later. */
  wakeUp(): void {
    this.rounds.wakeUp();
  }

  /** Stops after the attempts in progress and releases the leases. */
  async stop(): Promise<void> {
    await this.rounds.stop();
    const leases = [...this.runners.values()].map(({ lease }) => lease);
    for (const runner of this.runners.values()) runner.stop();
    const overdue = setTimeout(() => this.ports.sender.close(), this.options.graceMs);
    await Promise.all(this.ending);
    clearTimeout(overdue);
    await this.ports.leases.release(leases).catch((err: unknown) => {
      this.logger.warn({ err }, 'cannot release webhook leases; they expire');
    });
  }

  private async renewAndClaim(): Promise<void> {
    if (!this.resealed) await this.reseal();
    await this.renew();
    const running = [...this.runners.keys()];
    for (const claimed of await this.ports.leases.claim(this.options.claimBatch, running))
      this.launch(new EndpointRunner(claimed, claimed.guildId, this.ports));
    const guildIds = [...new Set([...this.runners.values()].map(({ guildId }) => guildId))];
    this.notifications.subscribeTo(new Set(guildIds));
    const heads = await feedHeads(this.ports.changes, guildIds.map(guildHead));
    for (const [i, guildId] of guildIds.entries()) this.announce(guildId, heads[i]!);
    if (performance.now() - this.prunedAtMs < PRUNE_EVERY_MS) return;
    await this.ports.leases.prune();
    this.prunedAtMs = performance.now();
  }

  /** Runs once, so that the older keys are no longer needed. */
  private async reseal(): Promise<void> {
    const endpoints = await resealSecrets(this.ports.relay, this.ports.keys);
    this.resealed = true;
    if (endpoints > 0) this.logger.info({ endpoints }, 'webhook secrets are re-encrypted with the new key');
  }

  private async renew(): Promise<void> {
    if (this.runners.size === 0) return;
    const running = [...this.runners.values()];
    const kept = new Set(
      (await this.ports.leases.renew(running.map(({ lease }) => lease))).map(({ id }) => id),
    );
    for (const runner of running) if (!kept.has(runner.lease.id)) runner.stop();
  }

  private launch(runner: EndpointRunner): void {
    const { id } = runner.lease;
    this.runners.get(id)?.stop();
    this.runners.set(id, runner);
    const ended = runner.run().finally(() => {
      this.ending.delete(ended);
      if (this.runners.get(id) === runner) this.runners.delete(id);
      // A lease is usually lost because somebody changed the endpoint, which then waits to be claimed.
      this.wakeUp();
    });
    this.ending.add(ended);
  }

  private announce(guildId: string, seq: number): void {
    for (const runner of this.runners.values()) if (runner.guildId === guildId) runner.announce(seq);
  }
}

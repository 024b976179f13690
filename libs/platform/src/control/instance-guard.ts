import { errors, type NatsConnection } from '@nats-io/transport-node';
import type { CheckResult, StatusReport } from '../health/status-report.js';
import type { HealthRegistry } from '../health/health.js';
import type { Logger } from '../logging/logger.js';
import type { NatsLink } from '../connections/nats-link.js';

const LOOK_EVERY_MS = 5_000;
const WAIT_MS = 1_000;
const STALL_MS = 300;

/** Of two that start within this time the start ids decide: how long an answer takes must not. */
const SAME_TIME_MS = 2_000;

/** The other process with this name. */
interface Twin {
  startId: string;
  /** The name is its: it works under it already, or it started before this process. */
  comesFirst: boolean;
}

/**
 * Looks for another living process with the name of this one: each would take the other's leases for its own and answer
 * its commands. The one that comes later is refused: it is not ready, and {@link alone} does not resolve.
 */
export class InstanceGuard {
  /** Resolves once no process of the same name answers that comes before this one. */
  readonly alone: Promise<void>;
  private twin: Twin | null = null;
  private looked = false;
  private found: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    link: NatsLink,
    /** Every instance of the service answers there with its status. */
    private readonly statusSubject: string,
    private readonly health: HealthRegistry,
    private readonly logger: Logger,
  ) {
    this.alone = new Promise((resolve) => (this.found = resolve));
    health.register('instance', () => this.check());
    void link.connection.then((connection) => this.look(connection));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private check(): CheckResult {
    const { instance } = this.health.identity;
    // Before the first look `nats` says why nobody can be asked.
    if (this.twin === null) return { ok: true, detail: this.looked ? 'the name is unique' : 'not asked yet' };
    const detail = `another process is named ${instance}: give each replica an INSTANCE_ID of its own`;
    return this.twin.comesFirst ? { ok: false, detail } : { ok: true, detail, problem: detail };
  }

  private async look(connection: NatsConnection): Promise<void> {
    if (this.stopped || connection.isClosed()) return;
    try {
      this.accept(await this.findTwin(connection));
    } catch (err) {
      this.logger.debug({ err }, 'other instances could not be asked');
    }
    if (!this.stopped) this.timer = setTimeout(() => void this.look(connection), LOOK_EVERY_MS).unref();
  }

  private accept(twin: Twin | null): void {
    if (twin && !this.twin) this.logger.error({ other: twin.startId }, 'another process has the same name');
    this.twin = twin;
    this.looked = true;
    if (twin?.comesFirst) return;
    this.health.nameHeld();
    this.found();
  }

  private async findTwin(connection: NatsConnection): Promise<Twin | null> {
    const request = JSON.stringify({ pattern: this.statusSubject, data: {}, id: 'guard' });
    try {
      const limits = { strategy: 'stall', maxWait: WAIT_MS, stall: STALL_MS } as const;
      const replies = await connection.requestMany(this.statusSubject, request, limits);
      let found: Twin | null = null;
      for await (const reply of replies) {
        const { response } = reply.json<{ response?: StatusReport }>();
        if (response) found ??= twinIn(response, this.health.identity);
      }
      return found;
    } catch (error) {
      if (error instanceof errors.NoRespondersError) return null;
      throw error;
    }
  }
}

type Identity = HealthRegistry['identity'];

/** null: it is this process, or one of another name or of a release that does not say. */
export function twinIn(report: StatusReport, own: Identity): Twin | null {
  const { instance, startId } = report;
  if (instance !== own.instance || !startId || startId === own.startId) return null;
  // One that works is never refused for one that starts; both may work when one could not be asked.
  const comesFirst = report.holdsName === own.holdsName ? isOlder(report, own) : report.holdsName === true;
  return { startId, comesFirst };
}

function isOlder({ startId, uptimeMs }: Identity, own: Identity): boolean {
  const olderByMs = uptimeMs - own.uptimeMs;
  return Math.abs(olderByMs) < SAME_TIME_MS ? startId < own.startId : olderByMs > 0;
}

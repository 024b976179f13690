import { errors, type NatsConnection } from '@nats-io/transport-node';
import type { CheckResult, StatusReport } from '../health/status-report.js';
import type { HealthRegistry } from '../health/health.js';
import type { Logger } from '../logging/logger.js';
import type { NatsLink } from '../connections/nats-link.js';

const CHECK_EVERY_MS = 5_000;
const WAIT_MS = 1_000;
const STALL_MS = 300;

/** For processes that started within this time of each other, the start ids decide instead of the times, which latency distorts. */
const SAME_TIME_MS = 2_000;

/** Another process with this name. */
interface Duplicate {
  startId: string;
  /** Whether it keeps the name, because it works under it already or started before this process. */
  comesFirst: boolean;
}

/**
 * Detects another living process with the same name: each would treat the other's leases as its own and answer its commands. The
 * later process is not ready, and its {@link nameIsUnique} does not resolve.
 */
export class InstanceGuard {
  /** Resolves once no process answers that has the same name and comes before this one. */
  readonly nameIsUnique: Promise<void>;
  private duplicate: Duplicate | null = null;
  private checked = false;
  private found: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    link: NatsLink,
    /** The subject on which every instance of the service answers with its status. */
    private readonly statusSubject: string,
    private readonly health: HealthRegistry,
    private readonly logger: Logger,
  ) {
    this.nameIsUnique = new Promise((resolve) => (this.found = resolve));
    health.register('instance', () => this.check());
    void link.connection.then((connection) => this.checkOthers(connection));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private check(): CheckResult {
    const { instance } = this.health.identity;
    // Until the first comparison, the check `nats` reports why there was none.
    if (this.duplicate === null)
      return { ok: true, detail: this.checked ? 'the name is unique' : 'not checked yet' };
    const detail = `another process is named ${instance}: give each replica its own INSTANCE_ID`;
    return this.duplicate.comesFirst ? { ok: false, detail } : { ok: true, detail, problem: detail };
  }

  private async checkOthers(connection: NatsConnection): Promise<void> {
    if (this.stopped || connection.isClosed()) return;
    try {
      this.accept(await this.findDuplicate(connection));
    } catch (err) {
      this.logger.debug({ err }, 'cannot check for other instances');
    }
    if (!this.stopped)
      this.timer = setTimeout(() => void this.checkOthers(connection), CHECK_EVERY_MS).unref();
  }

  private accept(found: Duplicate | null): void {
    if (found && !this.duplicate)
      this.logger.error({ other: found.startId }, 'another process has the same name');
    this.duplicate = found;
    this.checked = true;
    if (found?.comesFirst) return;
    this.health.acquireName();
    this.found();
  }

  private async findDuplicate(connection: NatsConnection): Promise<Duplicate | null> {
    const request = JSON.stringify({ pattern: this.statusSubject, data: {}, id: 'guard' });
    try {
      const limits = { strategy: 'stall', maxWait: WAIT_MS, stall: STALL_MS } as const;
      const replies = await connection.requestMany(this.statusSubject, request, limits);
      let found: Duplicate | null = null;
      for await (const reply of replies) {
        const { response } = reply.json<{ response?: StatusReport }>();
        if (response) found ??= duplicateIn(response, this.health.identity);
      }
      return found;
    } catch (error) {
      if (error instanceof errors.NoRespondersError) return null;
      throw error;
    }
  }
}

type Identity = HealthRegistry['identity'];

/** The duplicate that a report reveals; null for this process's own report, another name, or a release without start ids. */
export function duplicateIn(report: StatusReport, own: Identity): Duplicate | null {
  const { instance, startId } = report;
  if (instance !== own.instance || !startId || startId === own.startId) return null;
  // A working process keeps the name against a starting one. Both may work if one could not be reached at its start.
  const comesFirst = report.holdsName === own.holdsName ? isOlder(report, own) : report.holdsName === true;
  return { startId, comesFirst };
}

function isOlder({ startId, uptimeMs }: Identity, own: Identity): boolean {
  const olderByMs = uptimeMs - own.uptimeMs;
  return Math.abs(olderByMs) < SAME_TIME_MS ? startId < own.startId : olderByMs > 0;
}

import { START_ID } from '../config/instance.js';
import { redactDeep } from '../logging/redaction.js';
import type { CheckResult, StatusReport } from './status-report.js';

type Check = () => CheckResult;
type Detail = () => Record<string, unknown>;

/** The health of this process. Checks are synchronous: they report known state and do no I/O. */
export class HealthRegistry {
  private readonly checks = new Map<string, Check>();
  private readonly details: Detail[] = [];
  private phase: 'starting' | 'running' | 'stopping' = 'starting';
  private readonly startedAtMs = performance.now();
  private holdsName = false;

  constructor(
    private readonly service: string,
    private readonly instance: string,
    private readonly version: string,
  ) {}

  /** Adds a check, which is called for every report; a later one of the same name replaces it. */
  register(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** Adds details to the status report. */
  describe(detail: Detail): void {
    this.details.push(detail);
  }

  /** The process accepts work from now on. */
  started(): void {
    this.phase = 'running';
  }

  /** The process is stopping: it is not ready any more. */
  stopping(): void {
    this.phase = 'stopping';
  }

  /** Records that this process holds the instance name from now on. */
  acquireName(): void {
    this.holdsName = true;
  }

  /** Identifies this process. */
  get identity(): Pick<StatusReport, 'instance' | 'startId' | 'holdsName' | 'uptimeMs'> {
    const uptimeMs = Math.round(performance.now() - this.startedAtMs);
    const name = { instance: this.instance, startId: START_ID };
    return { ...name, ...(this.holdsName && { holdsName: true }), uptimeMs };
  }

  /** Whether the process runs and every check is fine. */
  ready(): boolean {
    return this.phase === 'running' && [...this.checks.values()].every((check) => check().ok);
  }

  report(): StatusReport {
    return {
      service: this.service,
      ...this.identity,
      state: this.state(),
      version: this.version,
      checks: Object.fromEntries([...this.checks].map(([name, check]) => [name, redactDeep(check())])),
      detail: redactDeep(
        Object.assign({}, ...this.details.map((detail) => detail())) as Record<string, unknown>,
      ),
    };
  }

  private state(): StatusReport['state'] {
    if (this.phase !== 'running') return this.phase;
    return this.ready() ? 'ready' : 'degraded';
  }
}

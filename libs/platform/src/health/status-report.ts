export interface CheckResult {
  /** Whether the service can work. */
  ok: boolean;
  detail?: string;
  /** A problem that an operator should solve although the service works; `relay status` shows it and exits with 1. */
  problem?: string;
}

/** The status of one process, at `GET /api/status` and over NATS. */
export interface StatusReport {
  service: string;
  instance: string;
  /** Distinguishes this process from others with the same instance name. */
  startId: string;
  /** True once this process holds the instance name, which no other process had; absent before that. */
  holdsName?: true;
  state: 'starting' | 'ready' | 'degraded' | 'stopping';
  version: string;
  uptimeMs: number;
  checks: Record<string, CheckResult>;
  detail: Record<string, unknown>;
}

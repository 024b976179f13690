export interface CheckResult {
  /** Whether the service can do its work. */
  ok: boolean;
  detail?: string;
  /** What an operator should look at although the service works; `relay status` shows it and exits with 1. */
  problem?: string;
}

/** What one process says of itself at `GET /api/status` and over NATS. */
export interface StatusReport {
  service: string;
  instance: string;
  /** Tells this process from every other one with the same instance name. */
  startId: string;
  /** No other process had the instance name when this one began to work; absent before that. */
  holdsName?: true;
  state: 'starting' | 'ready' | 'degraded' | 'stopping';
  version: string;
  uptimeMs: number;
  checks: Record<string, CheckResult>;
  detail: Record<string, unknown>;
}

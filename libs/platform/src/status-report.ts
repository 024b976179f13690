export interface CheckResult {
  ok: boolean;
  detail?: string;
}

/** What one process says of itself at `GET /api/status` and over NATS. */
export interface StatusReport {
  service: string;
  instance: string;
  state: 'starting' | 'ready' | 'degraded' | 'stopping';
  version: string;
  uptimeMs: number;
  checks: Record<string, CheckResult>;
  detail: Record<string, unknown>;
}

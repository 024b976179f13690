import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';

export class AuthMetrics {
  private readonly create = new MetricFactory(this.registry, 'relay_gateway');
  readonly logins = this.create.counter('logins_total', 'Completed log-in attempts, by method and outcome.', [
    'method',
    'result',
  ]);
  readonly refreshes = this.create.counter('refreshes_total', 'Uses of refresh tokens, by outcome.', [
    'result',
  ]);
  readonly revocations = this.create.counter(
    'credential_revocations_total',
    'Log-ins and service tokens found revoked.',
  );
  readonly revocationSeconds = this.create.histogram(
    'credential_revocation_seconds',
    'Time from a revocation until this replica refused the credential, by the database’s clock.',
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  );
  readonly auditDropped = this.create.counter(
    'audit_dropped_total',
    'Audit records lost because they could not be written.',
  );

  constructor(private readonly registry: Registry) {}
}

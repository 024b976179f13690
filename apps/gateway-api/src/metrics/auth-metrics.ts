import { Counter, Histogram, type Registry } from 'prom-client';

/** Metrics of authentication. */
export class AuthMetrics {
  readonly logins: Counter<'method' | 'result'>;
  readonly refreshes: Counter<'result'>;
  readonly revocations: Counter;
  readonly revocationSeconds: Histogram;
  readonly auditDropped: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
      new Counter({ name: `relay_gateway_${name}`, help, labelNames, registers });
    this.logins = counter('logins_total', 'Completed log-in attempts, by method and outcome.', [
      'method',
      'result',
    ]);
    this.refreshes = counter('refreshes_total', 'Uses of refresh tokens, by outcome.', ['result']);
    this.revocations = counter('credential_revocations_total', 'Log-ins and service tokens found revoked.');
    this.revocationSeconds = new Histogram({
      name: 'relay_gateway_credential_revocation_seconds',
      help: 'Time from a revocation until this replica refused the credential, by the database’s clock.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    });
    this.auditDropped = counter(
      'audit_dropped_total',
      'Audit records lost because they could not be written.',
    );
  }
}

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every metric of the live side. */
export class LiveMetrics {
  readonly deliveries: Counter<'event'>;
  readonly changesReceived: Counter;
  readonly unreadable: Counter;
  readonly holes: Counter<'cause'>;
  readonly catchUpChanges: Counter;
  readonly restarts: Counter;
  readonly joins: Counter<'result'>;
  readonly snapshotSeconds: Histogram;
  readonly messageAgeSeconds: Histogram;
  readonly authFailures: Counter<'code'>;
  readonly rateLimited: Counter<'event'>;
  readonly laggingSockets: Counter;
  readonly slowSockets: Counter;
  readonly revokedFeeds: Counter;
  readonly revocationSeconds: Histogram;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
      new Counter({ name: `relay_gateway_${name}`, help, labelNames, registers });
    const seconds = (name: string, help: string) =>
      new Histogram({ name: `relay_gateway_${name}`, help, buckets: SECONDS, registers });

    this.deliveries = counter('deliveries_total', 'Events sent to sockets, each socket counted.', ['event']);
    this.changesReceived = counter('changes_received_total', 'Changes announced over NATS.');
    this.unreadable = counter('unreadable_total', 'Announcements and changes skipped as unreadable.');
    this.holes = counter('holes_total', 'Times that announced changes did not connect.', ['cause']);
    this.catchUpChanges = counter('catch_up_changes_total', 'Changes read from Postgres to close a hole.');
    this.restarts = counter('restarts_total', 'Guilds whose hole could not be closed.');
    this.joins = counter('joins_total', 'Answers to join_channel.', ['result']);
    this.snapshotSeconds = seconds('snapshot_seconds', 'Time from join_channel to its answer.');
    this.messageAgeSeconds = seconds(
      'message_age_seconds',
      'Age of a new message by Discord’s clock when it is emitted.',
    );
    this.authFailures = counter('auth_failures_total', 'Refused tokens.', ['code']);
    this.rateLimited = counter('rate_limited_total', 'Requests refused as too many.', ['event']);
    this.revokedFeeds = counter('revoked_feeds_total', 'Feeds that sockets had to leave for want of rights.');
    this.revocationSeconds = seconds(
      'revocation_seconds',
      'Time from the receipt from Discord of what takes rights away to the last delivery it stopped; of what had to be read from the database, from its commit.',
    );
    this.laggingSockets = counter('lagging_sockets_total', 'Times that a socket fell behind its budget.');
    this.slowSockets = counter('slow_sockets_total', 'Sockets disconnected as too slow.');
  }

  /** Figures that are asked for when the metrics are read. */
  watch(figures: { sockets: () => number; rooms: () => number; guilds: () => number }): void {
    this.gauge('sockets', 'Connected sockets.', figures.sockets);
    this.gauge('rooms', 'Feeds that at least one socket follows.', figures.rooms);
    this.gauge('guilds', 'Guilds whose changes are received.', figures.guilds);
  }

  private gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `relay_gateway_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}

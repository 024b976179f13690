import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** All metrics of live delivery. */
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
  readonly slowResponses: Counter;
  readonly unauthenticatedClosed: Counter;
  readonly revokedFeeds: Counter;
  readonly revocationSeconds: Histogram;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
      new Counter({ name: `relay_gateway_${name}`, help, labelNames, registers });
    const seconds = (name: string, help: string) =>
      new Histogram({ name: `relay_gateway_${name}`, help, buckets: SECONDS, registers });

    this.deliveries = counter('deliveries_total', 'Events sent to sockets, counted per socket.', ['event']);
    this.changesReceived = counter('changes_received_total', 'Changes announced over NATS.');
    this.unreadable = counter(
      'unreadable_total',
      'Announcements and changes that could not be read and were skipped.',
    );
    this.holes = counter('holes_total', 'Times that an announced change did not follow the previous one.', [
      'cause',
    ]);
    this.catchUpChanges = counter('catch_up_changes_total', 'Changes read from Postgres to close a hole.');
    this.restarts = counter('restarts_total', 'Guilds whose hole could not be closed.');
    this.joins = counter('joins_total', 'Responses to join_channel.', ['result']);
    this.snapshotSeconds = seconds('snapshot_seconds', 'Time from join_channel to its response.');
    this.messageAgeSeconds = seconds(
      'message_age_seconds',
      'Age of a new message by Discord’s clock when it is sent.',
    );
    this.authFailures = counter('auth_failures_total', 'Rejected tokens.', ['code']);
    this.rateLimited = counter('rate_limited_total', 'Requests rejected by the rate limit.', ['event']);
    this.revokedFeeds = counter(
      'revoked_feeds_total',
      'Subscriptions that ended because the user lost access.',
    );
    this.revocationSeconds = seconds(
      'revocation_seconds',
      'Time from receiving a removal of rights from Discord to the last delivery that it stopped; from the commit, if the change had to be read from the database.',
    );
    this.laggingSockets = counter(
      'lagging_sockets_total',
      'Times that a socket exceeded its send buffer limit.',
    );
    this.slowSockets = counter('slow_sockets_total', 'Sockets disconnected because they read too slowly.');
    this.slowResponses = counter(
      'slow_responses_total',
      'Answers whose client read too slowly to get all of it.',
    );
    this.unauthenticatedClosed = counter(
      'unauthenticated_closed_total',
      'Sockets closed because nobody authenticated in time.',
    );
  }

  /** Gauges that are computed when the metrics are read. */
  watch(figures: { sockets: () => number; rooms: () => number; guilds: () => number }): void {
    this.gauge('sockets', 'Connected sockets.', figures.sockets);
    this.gauge('rooms', 'Feeds with at least one subscriber.', figures.rooms);
    this.gauge('guilds', 'Guilds whose changes are received.', figures.guilds);
  }

  watchUnauthenticated(count: () => number): void {
    this.gauge('unauthenticated_sockets', 'Sockets on which nobody has authenticated yet.', count);
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

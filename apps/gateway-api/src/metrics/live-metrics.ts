import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class LiveMetrics {
  private readonly create = new MetricFactory(this.registry, 'relay_gateway');
  readonly deliveries = this.create.counter(
    'deliveries_total',
    'Events sent to sockets, counted per socket.',
    ['event'],
  );
  readonly changesReceived = this.create.counter('changes_received_total', 'Changes announced over NATS.');
  readonly unreadable = this.create.counter(
    'unreadable_total',
    'Announcements and changes that could not be read and were skipped.',
  );
  readonly holes = this.create.counter(
    'holes_total',
    'Times that an announced change did not follow the previous one.',
    ['cause'],
  );
  readonly catchUpChanges = this.create.counter(
    'catch_up_changes_total',
    'Changes read from Postgres to close a hole.',
  );
  readonly restarts = this.create.counter('restarts_total', 'Guilds whose hole could not be closed.');
  readonly joins = this.create.counter('joins_total', 'Responses to join_channel.', ['result']);
  readonly snapshotSeconds = this.create.histogram(
    'snapshot_seconds',
    'Time from join_channel to its response.',
    SECONDS,
  );
  readonly messageAgeSeconds = this.create.histogram(
    'message_age_seconds',
    'Age of a new message by Discord’s clock when it is sent.',
    SECONDS,
  );
  readonly authFailures = this.create.counter('auth_failures_total', 'Rejected tokens.', ['code']);
  readonly rateLimited = this.create.counter('rate_limited_total', 'Requests rejected by the rate limit.', [
    'event',
  ]);
  readonly revokedFeeds = this.create.counter(
    'revoked_feeds_total',
    'Subscriptions that ended because the user lost access.',
  );
  readonly revocationSeconds = this.create.histogram(
    'revocation_seconds',
    'Time from receiving a removal of rights from Discord to the last delivery that it stopped; from the commit, if the change had to be read from the database.',
    SECONDS,
  );
  readonly laggingSockets = this.create.counter(
    'lagging_sockets_total',
    'Times that a socket exceeded its send buffer limit.',
  );
  readonly slowSockets = this.create.counter(
    'slow_sockets_total',
    'Sockets disconnected because they read too slowly.',
  );
  readonly slowResponses = this.create.counter(
    'slow_responses_total',
    'Answers whose client read too slowly to get all of it.',
  );
  readonly unauthenticatedClosed = this.create.counter(
    'unauthenticated_closed_total',
    'Sockets closed because nobody authenticated in time.',
  );

  constructor(private readonly registry: Registry) {}

  /** Gauges that are computed when the metrics are read. */
  watch(figures: { sockets: () => number; rooms: () => number; guilds: () => number }): void {
    this.create.gaugeAtScrape('sockets', 'Connected sockets.', figures.sockets);
    this.create.gaugeAtScrape('rooms', 'Feeds with at least one subscriber.', figures.rooms);
    this.create.gaugeAtScrape('guilds', 'Guilds whose changes are received.', figures.guilds);
  }

  watchUnauthenticated(count: () => number): void {
    this.create.gaugeAtScrape(
      'unauthenticated_sockets',
      'Sockets on which nobody has authenticated yet.',
      count,
    );
  }
}

import type { Dashboard, Panel } from './dashboard.js';
import { gauge, incidents, latency, perSecond, rareIncidents } from './queries.js';

/** The containers have limits of 384 to 512 MiB. */
const MIB = 2 ** 20;
const SERVICES = 'job=~"ingestor|projector|gateway-api"';

const AT_LEAST_ONE = { kind: 'stat', thresholds: { below: [1, 1] } } satisfies Partial<Panel>;

export const overview: Dashboard = {
  uid: 'relay-overview',
  title: 'discord-relay: overview',
  description: 'The promises, and the state of every service.',
  source: 'prometheus',
  panels: [
    gauge('Replicas that answer', `sum by (job) (up{${SERVICES}})`, { legend: '{{job}}', ...AT_LEAST_ONE }),
    gauge('Shards connected', 'sum(relay_ingestor_shard_state{state="CONNECTED"})', AT_LEAST_ONE),
    gauge('Connected sockets', 'sum(relay_gateway_sockets)', { kind: 'stat' }),
    latency('Age of new messages when they are sent', 'relay_gateway_message_age_seconds', [0.25, 1]),
    latency('From the log to the rows', 'relay_projector_log_to_commit_seconds', [0.25, 1]),
    latency('Duration of API requests', 'relay_gateway_http_requests_seconds', [0.25, 1]),
    gauge('Lag of the read models', 'max(relay_projector_lag_seconds)', {
      unit: 's',
      thresholds: { above: [10, 60] },
    }),
    gauge('Open gaps', 'sum(relay_ingestor_gaps_open)', { thresholds: { above: [1, 10] } }),
    gauge('Parked events', 'max(relay_projector_parked)', { thresholds: { above: [1, 100] } }),
    gauge('Memory', `process_resident_memory_bytes{${SERVICES}}`, {
      unit: 'bytes',
      legend: '{{job}} {{instance}}',
      thresholds: { above: [300 * MIB, 450 * MIB] },
    }),
    gauge('CPU', `rate(process_cpu_seconds_total{${SERVICES}}[$__rate_interval])`, {
      unit: 'percentunit',
      legend: '{{job}} {{instance}}',
      thresholds: { above: [0.7, 0.95] },
    }),
    gauge('Event-loop delay (p99)', `nodejs_eventloop_lag_p99_seconds{${SERVICES}}`, {
      unit: 's',
      legend: '{{job}} {{instance}}',
      thresholds: { above: [0.1, 0.5] },
    }),
  ],
};

export const pipeline: Dashboard = {
  uid: 'relay-pipeline',
  title: 'discord-relay: pipeline',
  description: 'From Discord to the log and from the log to the rows.',
  source: 'prometheus',
  panels: [
    perSecond('Dispatches', 'relay_ingestor_dispatches_total', 'type'),
    perSecond('Events acknowledged by the log', 'relay_ingestor_events_published_total', 'type'),
    perSecond('Events committed', 'relay_projector_events_total', 'type'),
    gauge('Unacknowledged events', 'sum(relay_ingestor_publish_queue_length)', {
      thresholds: { above: [1_000, 10_000] },
    }),
    gauge('Events in the spool', 'sum(relay_ingestor_spool_events)', { thresholds: { above: [1, 10_000] } }),
    gauge('Age of the oldest unacknowledged event', 'max(relay_ingestor_publish_lag_seconds)', {
      unit: 's',
      thresholds: { above: [5, 30] },
    }),
    gauge('Lag by partition', 'max by (partition) (relay_projector_lag_events)', {
      legend: '{{partition}}',
      thresholds: { above: [1_000, 100_000] },
    }),
    gauge('Partitions owned', 'relay_projector_partitions_owned', { legend: '{{instance}}' }),
    gauge('Remaining time of a replay', 'max(relay_projector_replay_remaining_seconds)', {
      unit: 's',
      thresholds: { above: [600, 3_600] },
    }),
    perSecond('Changes by kind', 'relay_projector_changes_total', 'kind'),
    rareIncidents(
      'Dispatches without an event',
      'relay_ingestor_skipped_total',
      'reason',
      'most dispatches become an event',
    ),
    rareIncidents(
      'Events parked',
      'relay_projector_parked_total',
      'code',
      'an event is parked only if it cannot be written',
    ),
    rareIncidents(
      'Log messages skipped',
      'relay_projector_skipped_total',
      'reason',
      'only other programs write what is no event',
    ),
    rareIncidents(
      'Parts left out of events',
      'relay_ingestor_dropped_parts_total',
      'type',
      'the format accepts what Discord sends',
    ),
    incidents('Events too large for the log', 'relay_ingestor_publish_too_large_total'),
  ],
};

export const delivery: Dashboard = {
  uid: 'relay-delivery',
  title: 'discord-relay: delivery',
  description: 'Sockets, streams, REST and webhooks.',
  source: 'prometheus',
  panels: [
    gauge('Sockets', 'sum by (instance) (relay_gateway_sockets)', { legend: '{{instance}}' }),
    gauge('Streams', 'sum by (instance) (relay_gateway_streams)', { legend: '{{instance}}' }),
    perSecond('Deliveries to sockets', 'relay_gateway_deliveries_total', 'event'),
    latency('Age of new messages when they are sent', 'relay_gateway_message_age_seconds', [0.25, 1]),
    latency('Snapshot of a channel', 'relay_gateway_snapshot_seconds', [0.25, 1]),
    latency('Duration of API requests', 'relay_gateway_http_requests_seconds', [0.25, 1]),
    perSecond('API requests by status', 'relay_gateway_http_requests_seconds_count', 'status'),
    perSecond('Changes received', 'relay_gateway_changes_received_total'),
    rareIncidents(
      'Holes in the chain',
      'relay_gateway_holes_total',
      'cause',
      'announcements arrive in order',
    ),
    {
      ...latency('Withdrawal of rights', 'relay_gateway_revocation_seconds', [1, 5]),
      emptyBecause: 'nobody loses access most of the time',
    },
    {
      ...latency('Revocation of credentials', 'relay_gateway_credential_revocation_seconds', [1, 5]),
      emptyBecause: 'no credential is revoked most of the time',
    },
    incidents('Sockets disconnected because they read too slowly', 'relay_gateway_slow_sockets_total'),
    rareIncidents(
      'Rejected tokens',
      'relay_gateway_auth_failures_total',
      'code',
      'clients send valid tokens',
    ),
    gauge('Webhook endpoints failing', 'sum(relay_gateway_webhook_endpoints_failing)', {
      thresholds: { above: [1, 10] },
    }),
    {
      ...perSecond('Webhook attempts', 'relay_gateway_webhook_attempts_total', 'result'),
      emptyBecause: 'without endpoints nothing is posted',
    },
  ],
};

export const discord: Dashboard = {
  uid: 'relay-discord',
  title: 'discord-relay: Discord',
  description: 'Shards, sessions and backfill.',
  source: 'prometheus',
  panels: [
    gauge('State of shards', 'max by (shard, state) (relay_ingestor_shard_state) == 1', {
      legend: '{{shard}} {{state}}',
    }),
    gauge(
      'Time since the last dispatch',
      'time() - max(relay_ingestor_last_dispatch_timestamp_seconds > 0)',
      {
        unit: 's',
        thresholds: { above: [300, 900] },
      },
    ),
    gauge('Identifies left', 'min(relay_ingestor_identify_remaining)', { thresholds: { below: [200, 50] } }),
    incidents('Sessions started', 'relay_ingestor_identifies_total'),
    incidents('Sessions resumed', 'relay_ingestor_resumes_total'),
    incidents('Sessions lost', 'relay_ingestor_sessions_lost_total'),
    rareIncidents(
      'Shard leases',
      'relay_ingestor_shard_lease_changes_total',
      'change',
      'leases change hands only when replicas do',
    ),
    gauge('Age of the oldest gap', 'max(relay_ingestor_gap_oldest_open_seconds)', {
      unit: 's',
      thresholds: { above: [600, 3_600] },
    }),
    gauge('Channels to backfill', 'sum(relay_ingestor_backfill_channels_remaining)'),
    {
      ...perSecond('Backfill requests', 'relay_ingestor_backfill_requests_total', 'status'),
      emptyBecause: 'requests are sent only while a gap is open',
    },
    rareIncidents(
      'Omissions of backfill',
      'relay_ingestor_backfill_left_out_total',
      'reason',
      'backfill recovers what it can read',
    ),
    gauge('Message content missing', 'max(relay_ingestor_message_content_missing)', {
      thresholds: { above: [1, 1] },
    }),
  ],
};

export const stores: Dashboard = {
  uid: 'relay-stores',
  title: 'discord-relay: Postgres and NATS',
  description: 'The stores as the services see them. The servers themselves need exporters of their own.',
  source: 'prometheus',
  panels: [
    latency('Acknowledgement of JetStream', 'relay_ingestor_publish_ack_seconds', [0.05, 0.25]),
    perSecond('Events sent again', 'relay_ingestor_publish_retries_total'),
    perSecond('Events that the log already had', 'relay_ingestor_publish_duplicates_total'),
    gauge('Events in flight', 'sum(relay_ingestor_publish_in_flight)'),
    gauge('Sequence of the checkpoints', 'max by (partition) (relay_projector_checkpoint_seq)', {
      unit: 'none',
      legend: '{{partition}}',
    }),
    incidents('Stalled consumers', 'relay_projector_consumer_stalls_total'),
    latency('Transaction of a batch', 'relay_projector_commit_seconds', [0.1, 0.5]),
    perSecond('Transactions', 'relay_projector_batches_total'),
    {
      title: 'Events in a batch',
      unit: 'short',
      thresholds: 'any',
      queries: [
        {
          text: 'sum(rate(relay_projector_batch_events_sum[$__rate_interval])) / sum(rate(relay_projector_batch_events_count[$__rate_interval]))',
          legend: 'mean',
        },
      ],
    },
    incidents('Commits that were fenced off', 'relay_projector_fence_conflicts_total'),
    perSecond('Changes read from Postgres to close holes', 'relay_gateway_catch_up_changes_total'),
    incidents('Announcements that were not sent', 'relay_projector_announce_failures_total'),
  ],
};

import { setTimeout as sleep } from 'node:timers/promises';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { type Change, guildChangesSubject, guildEphemeralSubject } from '@discord-relay/contracts';
import {
  type Logger,
  type NatsLink,
  startSpan,
  type ActiveSpan,
  sampledTrace,
  SpanKind,
} from '@discord-relay/platform';
import { parseAnnouncement } from './announcement.js';
import type { LiveMetrics } from '../../metrics/live-metrics.js';

export interface AnnouncementListener {
  receive(change: Change): void;
  receivePosition(seq: number): void;
}

/** Receives the ephemeral events of subscribed guilds. Must not throw. */
export interface EphemeralListener {
  receive(payload: string): void;
}

export interface AnnouncementSubscription {
  /** Resolves when the server routes the guild's messages here, or when that cannot be confirmed because it is unavailable. */
  active: Promise<void>;
  unsubscribe(): void;
}

/** How long to wait for the server's confirmation that a subscription is active. */
const FLUSH_TIMEOUT_MS = 1_000;

interface Entry {
  listener: AnnouncementListener;
  subscriptions: Subscription[];
}

/** Subscribes to the announcements of guilds on core NATS. After an outage, the caller reads the missed changes from Postgres. */
export class ChangeAnnouncements {
  private connection: NatsConnection | undefined;
  private readonly entries = new Map<string, Entry>();
  private readonly interrupted = new Set<() => void>();
  /** When the last change was received, by `performance.now()`. */
  lastChangeMs = -Infinity;

  constructor(
    link: NatsLink,
    private readonly ephemeral: EphemeralListener,
    private readonly metrics: LiveMetrics,
    private readonly logger: Logger,
  ) {
    void link.connection.then((connection) => this.connected(connection));
    link.onReconnect(() => this.reportInterruption());
  }

  /** Calls back when announcements may have been lost. */
  onInterruption(callback: () => void): void {
    this.interrupted.add(callback);
  }

  /** One listener per guild. */
  subscribe(guildId: string, listener: AnnouncementListener): AnnouncementSubscription {
    const entry: Entry = { listener, subscriptions: [] };
    this.entries.set(guildId, entry);
    if (this.connection) this.subscribeOn(this.connection, guildId, entry);
    return {
      active: this.connection ? this.flushed(this.connection) : Promise.resolve(),
      unsubscribe: () => this.stop(guildId, entry),
    };
  }

  private stop(guildId: string, entry: Entry): void {
    if (this.entries.get(guildId) === entry) this.entries.delete(guildId);
    if (this.connection?.isClosed()) return;
    for (const subscription of entry.subscriptions) subscription.unsubscribe();
  }

  private connected(connection: NatsConnection): void {
    this.connection = connection;
    for (const [guildId, entry] of this.entries) this.subscribeOn(connection, guildId, entry);
    this.reportInterruption();
  }

  private reportInterruption(): void {
    for (const callback of this.interrupted) callback();
  }

  private subscribeOn(connection: NatsConnection, guildId: string, entry: Entry): void {
    if (connection.isClosed() || connection.isDraining()) return;
    const on = (subject: string, take: (message: Msg) => void) =>
      connection.subscribe(subject, {
        callback: (error, message) => {
          if (error) this.logger.warn({ err: error, subject }, 'subscription failed');
          else take(message);
        },
      });
    entry.subscriptions = [
      on(guildChangesSubject(guildId), (message) => this.dispatch(entry.listener, message)),
      on(guildEphemeralSubject(guildId), (message) => this.ephemeral.receive(message.string())),
    ];
  }

  private dispatch(listener: AnnouncementListener, message: Msg): void {
    const { subject } = message;
    const announcement = parseAnnouncement(subject, message.string());
    if (announcement?.kind === 'change') {
      this.metrics.changesReceived.inc();
      this.lastChangeMs = performance.now();
      const stage = deliveryOf(announcement.change, message);
      listener.receive(announcement.change);
      stage?.end();
    } else if (announcement?.kind === 'position') {
      listener.receivePosition(announcement.seq);
    } else {
      this.metrics.unreadable.inc();
      this.logger.warn({ subject }, 'unreadable announcement skipped');
    }
  }

  private async flushed(connection: NatsConnection): Promise<void> {
    const flushing = connection.flush().catch((err: unknown) => {
      this.logger.warn({ err }, 'NATS flush failed');
    });
    await Promise.race([flushing, sleep(FLUSH_TIMEOUT_MS, undefined, { ref: false })]);
  }
}

/** The last span of a change's trace: a change that continues the chain is delivered at once. */
function deliveryOf({ kind, seq }: Change, message: Msg): ActiveSpan | undefined {
  const parent = sampledTrace(() => message.headers?.get('traceparent'));
  if (parent === undefined) return undefined;
  const attributes = { 'messaging.system': 'nats', 'relay.seq': seq };
  return startSpan({ name: `deliver ${kind}`, kind: SpanKind.CONSUMER, parent, attributes });
}

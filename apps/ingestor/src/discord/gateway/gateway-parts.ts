import { REST } from '@discordjs/rest';
import { WebSocketManager, type SessionInfo } from '@discordjs/ws';
import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../../metrics/ingestor-metrics.js';
import type { LeaseStore } from '../leases/lease-store.js';
import type { SessionStore } from '../sessions/session-store.js';
import type { ResumeLimits } from '../sessions/shard-session.js';
import { ConnectionHealth } from '../watch/connection-health.js';
import { SilenceWatchdog } from '../watch/silence-watchdog.js';
import { ConnectPolicy } from './identify/connect-policy.js';
import { GatewayInfo } from './gateway-info.js';
import type { GatewayListener, ShardOwnership } from './gateway-listener.js';
import { sendUserAgentWithWebSockets } from './gateway-user-agent.js';
import { IdentifyBudget } from './identify/identify-budget.js';
import { IdentifyThrottler } from './identify/identify-throttler.js';
import { intentBits, type IntentName } from './intents.js';
import { MemberListRequester } from './member-list-requester.js';
import type { RelayShard } from './shards/relay-shard.js';
import { ResumeMonitor } from './shards/resume-monitor.js';
import { SessionProvider } from './shards/session-provider.js';
import { ShardStatuses } from './shards/shard-statuses.js';
import { RelayShardingStrategy } from './shards/sharding-strategy.js';

const REQUEST_TIMEOUT_MS = 10_000;

export interface GatewaySettings {
  token: string;
  apiUrl: string;
  shards: 'auto' | number;
  intents: readonly IntentName[];
  /** Whether the full member list of every guild is requested. */
  requestsMemberLists: boolean;
  /** Only these guilds are recorded; undefined: all. */
  guildIds: ReadonlySet<string> | undefined;
  /** The limits after which a session that cannot be resumed is given up. */
  resumeLimits: ResumeLimits;
  /** Number of identifies of Discord's daily budget that are reserved for operators. */
  identifyReserve: number;
  /** A shard that is silent for less than this is never treated as faulty. */
  watchdogMinSilenceMs: number;
}

/** The state of the gateway in NATS. */
export interface GatewayStores {
  sessions: SessionStore;
  leases: LeaseStore;
}

export interface GatewayContext {
  readonly settings: GatewaySettings;
  readonly stores: GatewayStores;
  readonly listener: GatewayListener;
  readonly ownership: ShardOwnership;
  readonly metrics: IngestorMetrics;
  readonly logger: Logger;
}

/** Creates and connects the parts of the gateway. */
export class GatewayParts {
  readonly rest: REST;
  readonly manager: WebSocketManager;
  readonly info: GatewayInfo;
  readonly statuses: ShardStatuses;
  readonly budget: IdentifyBudget;
  readonly connecting: ConnectPolicy;
  readonly provider: SessionProvider;
  readonly shards: RelayShardingStrategy;
  readonly resumes: ResumeMonitor;
  readonly health: ConnectionHealth;
  readonly memberLists: MemberListRequester | undefined;

  constructor(private readonly context: GatewayContext) {
    const { settings, stores, metrics, logger } = context;
    const { token, apiUrl } = settings;
    this.rest = new REST({ version: '10', api: apiUrl, timeout: REQUEST_TIMEOUT_MS }).setToken(token);
    let shards!: RelayShardingStrategy;
    const intents = intentBits(settings.intents);
    const buildStrategy = (manager: WebSocketManager) => (shards = this.shardingStrategy(manager));
    sendUserAgentWithWebSockets();
    this.manager = new WebSocketManager({ token, rest: this.rest, intents, buildStrategy });
    this.shards = shards;
    this.info = new GatewayInfo(this.manager, apiUrl);
    this.statuses = new ShardStatuses(metrics, logger);
    this.budget = this.identifyBudget();
    this.connecting = this.connectPolicy();
    this.provider = this.sessionProvider();
    const abandon = (shardId: number, reason: string) => this.shards.abandonResume(shardId, reason);
    this.resumes = new ResumeMonitor(settings.resumeLimits, stores.sessions, abandon, metrics, logger);
    this.health = this.connectionHealth();
    this.memberLists = settings.requestsMemberLists ? this.memberListRequester() : undefined;
  }

  private shardingStrategy(manager: WebSocketManager): RelayShardingStrategy {
    const { sessions, leases } = this.context.stores;
    return new RelayShardingStrategy(manager, {
      retrieveSession: (shard) => this.retrieveSession(shard),
      adoptSession: (shard, session) => this.provider.adopt(shard, session),
      onSessionInvalidated: (shardId) => sessions.shard(shardId).invalidate(),
      throttler: new IdentifyThrottler(leases, () => this.info.maxConcurrency, this.context.logger),
    });
  }

  private identifyBudget(): IdentifyBudget {
    const { settings, metrics, logger } = this.context;
    const onRemaining = (remaining: number) => metrics.identifyRemaining.set(remaining);
    const port = { fetchLimit: () => this.fetchIdentifyLimit(), onRemaining };
    return new IdentifyBudget(port, settings.identifyReserve, logger);
  }

  /** A token that REST rejects would also fail at the gateway, where it would cost an identify: so it is reported here. */
  private async fetchIdentifyLimit() {
    try {
      return (await this.info.fetch()).session_start_limit;
    } catch (error) {
      if (error instanceof AppError && !error.retryable) this.context.listener.onRefused(error);
      throw error;
    }
  }

  private connectPolicy(): ConnectPolicy {
    const { listener, ownership, logger } = this.context;
    const untilReady = async (shardId: number, signal: AbortSignal) => {
      await listener.untilCapacity();
      await ownership.untilOwned(shardId, signal);
    };
    return new ConnectPolicy(this.budget, untilReady, logger);
  }

  private sessionProvider(): SessionProvider {
    const { stores, listener, metrics, logger } = this.context;
    const facts = {
      shardCount: () => this.manager.options.shardCount,
      generalUrl: () => this.info.url,
    };
    return new SessionProvider(
      stores.sessions,
      facts,
      (...started) => listener.onSessionStarted(...started),
      metrics,
      logger,
    );
  }

  private connectionHealth(): ConnectionHealth {
    const { settings, metrics, logger } = this.context;
    const reconnect = (shardId: number, reason: string) => this.shards.reconnect(shardId, reason);
    const silence = new SilenceWatchdog(settings.watchdogMinSilenceMs, reconnect, metrics, logger);
    return new ConnectionHealth(silence, metrics, logger);
  }

  private memberListRequester(): MemberListRequester {
    const { settings, stores, metrics, logger } = this.context;
    return new MemberListRequester(
      settings.guildIds,
      {
        send: (shardId, payload) => this.shards.send(shardId, payload),
        onRequested: (shardId, guildId, nonce) =>
          metrics.countAbandonedLists(stores.sessions.shard(shardId).memberLists.start(guildId, nonce)),
      },
      logger,
    );
  }

  /** The library requests the session before it opens a socket, so a connection waits here until it is allowed. */
  private retrieveSession(shard: RelayShard): SessionInfo | null | Promise<SessionInfo | null> {
    return shard.idle ? this.sessionForConnecting(shard) : this.provider.sessionOf(shard.id);
  }

  private async sessionForConnecting(shard: RelayShard): Promise<SessionInfo | null> {
    const { id: shardId, retired: signal } = shard;
    const { failures } = this.statuses.statusOf(shardId);
    const canResume = () => this.provider.canResume(shardId);
    await shard.connectAfter(this.connecting.untilAllowed({ shardId, failures, canResume, signal }));
    this.statuses.apply(shardId, { type: 'opening' });
    return this.provider.sessionForAttempt(shardId, failures);
  }
}

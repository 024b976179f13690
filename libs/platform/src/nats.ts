import { readFileSync } from 'node:fs';
import {
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import { backOff } from './back-off.js';
import type { PlatformConfig } from './config.js';
import type { HealthRegistry } from './health.js';
import type { Logger } from './logger.js';

type NatsConfig = Pick<PlatformConfig, 'NATS_URL' | 'NATS_CREDENTIALS_FILE' | 'NATS_TLS_CA_FILE'>;

/** Options that wait for the servers for ever: a broker that is away, or refuses, is an outage, not an exit. */
export function natsOptions(config: NatsConfig, name: string): NodeConnectionOptions {
  const { NATS_CREDENTIALS_FILE: credentials } = config;
  return {
    servers: config.NATS_URL.split(','),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 200,
    waitOnFirstConnect: true,
    // A server that accepts and does not greet is given up for the next one.
    timeout: 5_000,
    pingInterval: 5_000,
    maxPingOut: 3,
    // Stacks taken at every request for its possible failure are a quarter of a busy publisher's time.
    noAsyncTraces: true,
    ignoreAuthErrorAbort: true,
    // Read for every connection: credentials are replaced while a service runs.
    ...(credentials && { authenticator: credsAuthenticator(() => readFileSync(credentials)) }),
    ...(config.NATS_TLS_CA_FILE && { tls: { caFile: config.NATS_TLS_CA_FILE } }),
  };
}

const RETRY = { firstMs: 200, capMs: 5_000 };

export type NatsState = 'connecting' | 'connected' | 'disconnected' | 'closed';

/**
 * The process's NATS connection. It connects in the background so that a service is live, though not ready, while
 * the broker is away; whoever needs the connection awaits {@link connection}.
 */
export class NatsLink {
  readonly connection: Promise<NatsConnection>;
  private state: NatsState = 'connecting';
  private readonly reconnected = new Set<() => void>();
  private readonly disconnected = new Set<() => void>();
  private readonly stopping = new AbortController();

  constructor(
    config: NatsConfig,
    name: string,
    health: HealthRegistry,
    private readonly logger: Logger,
  ) {
    health.register('nats', () => ({ ok: this.state === 'connected', detail: this.state }));
    this.connection = this.open(natsOptions(config, name));
  }

  get connected(): boolean {
    return this.state === 'connected';
  }

  /**
   * Calls back after every reconnection: what was subscribed is subscribed again, what was sent meanwhile is lost.
   * @returns what ends it
   */
  onReconnect(callback: () => void): () => void {
    this.reconnected.add(callback);
    return () => void this.reconnected.delete(callback);
  }

  /** Calls back whenever the connection is lost. @returns what ends it */
  onDisconnect(callback: () => void): () => void {
    this.disconnected.add(callback);
    return () => void this.disconnected.delete(callback);
  }

  async drain(): Promise<void> {
    this.stopping.abort();
    if (this.state === 'connecting') return;
    const connection = await this.connection;
    if (!connection.isClosed()) await connection.drain();
  }

  private async open(options: NodeConnectionOptions): Promise<NatsConnection> {
    const connection = await this.connect(options);
    this.state = 'connected';
    this.logger.info({ server: connection.getServer() }, 'nats connected');
    void this.follow(connection);
    return connection;
  }

  /** The client would try again by itself, and not say why it has to. */
  private async connect(options: NodeConnectionOptions): Promise<NatsConnection> {
    const { signal } = this.stopping;
    for (let attempt = 0; ; attempt++) {
      try {
        return await connect({ ...options, waitOnFirstConnect: false });
      } catch (error) {
        this.logger.warn({ err: error, attempt }, 'nats not reached');
      }
      const stopped = await backOff(attempt, { ...RETRY, signal }).then(
        () => false,
        () => signal.aborted,
      );
      // Whoever still waits for the connection ends with the process.
      if (stopped) return await new Promise<never>(() => undefined);
    }
  }

  private async follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        this.state = 'disconnected';
        for (const callback of this.disconnected) callback();
      }
      if (status.type === 'reconnect') {
        this.state = 'connected';
        for (const callback of this.reconnected) callback();
      }
      if (status.type === 'disconnect' || status.type === 'reconnect' || status.type === 'error') {
        const err = status.type === 'error' ? status.error : undefined;
        this.logger.warn({ status: status.type, err }, 'nats connection changed');
      }
    }
    this.state = 'closed';
  }
}

import { readFileSync } from 'node:fs';
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  type NodeConnectionOptions,
  type ReconnectToServerHandler,
  type TlsOptions,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { backOff } from '../concurrency/back-off.js';
import type { PlatformConfig } from '../config/platform-schema.js';
import type { HealthRegistry } from '../health/health.js';
import type { Logger } from '../logging/logger.js';
import { explainNatsError } from './explain-nats-error.js';
import { parseNatsUrl } from '../config/nats-url.js';

export type NatsConfig = Pick<
  PlatformConfig,
  | 'NATS_URL'
  | 'NATS_CREDENTIALS_FILE'
  | 'NATS_NKEY_SEED_FILE'
  | 'NATS_TLS_CA_FILE'
  | 'NATS_TLS_CERT_FILE'
  | 'NATS_TLS_KEY_FILE'
  | 'NATS_TLS_FIRST'
  | 'NATS_INBOX_PREFIX'
>;

/** Authenticators for every configured credential. Files are read for every connection, because operators replace them. */
function authenticators(config: NatsConfig): Authenticator[] {
  const { NATS_CREDENTIALS_FILE: credentials, NATS_NKEY_SEED_FILE: seed } = config;
  const { login } = parseNatsUrl(config.NATS_URL);
  return [
    ...(credentials ? [credsAuthenticator(() => readFileSync(credentials))] : []),
    ...(seed ? [nkeyAuthenticator(() => seedOf(readFileSync(seed, 'utf8')))] : []),
    ...(login && 'token' in login ? [tokenAuthenticator(login.token)] : []),
    ...(login && 'user' in login ? [usernamePasswordAuthenticator(login.user, login.password)] : []),
  ];
}

const seedOf = (text: string): Uint8Array => new TextEncoder().encode(text.trim());

function tlsOptions(config: NatsConfig): TlsOptions | undefined {
  const { NATS_TLS_CA_FILE: caFile, NATS_TLS_CERT_FILE: certFile, NATS_TLS_KEY_FILE: keyFile } = config;
  const isConfigured = parseNatsUrl(config.NATS_URL).tls || caFile || certFile || config.NATS_TLS_FIRST;
  if (!isConfigured) return undefined;
  return {
    ...(caFile && { caFile }),
    ...(certFile && { certFile }),
    ...(keyFile && { keyFile }),
    ...(config.NATS_TLS_FIRST && { handshakeFirst: true }),
  };
}

/**
 * The server that was tried least recently. Left to itself, the client first returns to the server that it has just lost, and waits for
 * its answer.
 */
const leastRecentlyTried: ReconnectToServerHandler = (pool) =>
  pool.reduce((first, each) => (each.lastConnect < first.lastConnect ? each : first));

/** Connection options that retry forever: a server that is unreachable, or rejects the log-in, is no reason to exit. */
export function natsOptions(config: NatsConfig, name: string): NodeConnectionOptions {
  const authenticator = authenticators(config);
  const tls = tlsOptions(config);
  return {
    servers: parseNatsUrl(config.NATS_URL).servers,
    name,
    ...(config.NATS_INBOX_PREFIX && { inboxPrefix: config.NATS_INBOX_PREFIX }),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 200,
    reconnectToServer: leastRecentlyTried,
    waitOnFirstConnect: true,
    // After this time, the client drops a server that accepts the connection but sends nothing.
    timeout: 5_000,
    // A server that does not answer within 2 to 3 s is replaced by another one of the cluster; TCP would notice after minutes.
    pingInterval: 1_000,
    maxPingOut: 2,
    // Capturing a stack for every request costs a busy publisher a quarter of its time.
    noAsyncTraces: true,
    ignoreAuthErrorAbort: true,
    ...(authenticator.length > 0 && { authenticator }),
    ...(tls && { tls }),
  };
}

const RETRY = { firstMs: 200, capMs: 5_000 };

export type NatsState = 'connecting' | 'connected' | 'disconnected' | 'closed';

/**
 * The process's NATS connection. It connects in the background, so that a service is live, though not ready, while the
 * broker is unreachable. Callers that need the connection await {@link connection}.
 */
export class NatsLink {
  readonly connection: Promise<NatsConnection>;
  private state: NatsState = 'connecting';
  /** Why the first connection fails, with the configuration key and the remedy. */
  private connectProblem: string | undefined;
  private readonly reconnected = new Set<() => void>();
  private readonly disconnected = new Set<() => void>();
  private readonly stopping = new AbortController();

  constructor(
    config: NatsConfig,
    name: string,
    health: HealthRegistry,
    private readonly logger: Logger,
  ) {
    health.register('nats', () => ({
      ok: this.state === 'connected',
      detail: this.connectProblem ?? this.state,
    }));
    this.connection = this.open(natsOptions(config, name));
  }

  get connected(): boolean {
    return this.state === 'connected';
  }

  /**
   * Calls back after every reconnection. Subscriptions have been restored; messages sent in the meantime are lost.
   * @returns a function that removes the callback
   */
  onReconnect(callback: () => void): () => void {
    this.reconnected.add(callback);
    return () => void this.reconnected.delete(callback);
  }

  /** Calls back whenever the connection is lost. @returns a function that removes the callback */
  onDisconnect(callback: () => void): () => void {
    this.disconnected.add(callback);
    return () => void this.disconnected.delete(callback);
  }

  /** Ends subscriptions, sends what is buffered and closes the connection; an attempt to connect is given up. */
  async drain(): Promise<void> {
    this.stopping.abort();
    if (this.state === 'connecting') return;
    const connection = await this.connection;
    if (!connection.isClosed()) await connection.drain();
  }

  private async open(options: NodeConnectionOptions): Promise<NatsConnection> {
    const connection = await this.connect(options);
    this.state = 'connected';
    this.connectProblem = undefined;
    this.logger.info({ server: connection.getServer() }, 'NATS connected');
    void this.follow(connection);
    return connection;
  }

  /** Retries here, because the client's own retry does not report the reason. */
  private async connect(options: NodeConnectionOptions): Promise<NatsConnection> {
    const { signal } = this.stopping;
    for (let attempt = 0; ; attempt++) {
      try {
        const connection = await connect({ ...options, waitOnFirstConnect: false });
        if (!signal.aborted) return connection;
        // Nothing uses the connection any more, and an open one keeps the process alive.
        await connection.close();
      } catch (error) {
        const connectProblem = `NATS_URL: ${explainNatsError(error)}`;
        // Warns once per reason: the outage may last for hours, and the readiness check reports it as well.
        const level = connectProblem === this.connectProblem ? 'debug' : 'warn';
        this.connectProblem = connectProblem;
        this.logger[level]({ err: error, attempt, reason: connectProblem }, 'cannot connect to NATS');
      }
      const stopped = await backOff(attempt, { ...RETRY, signal }).then(
        () => false,
        () => signal.aborted,
      );
      // Callers that still wait for the connection end with the process.
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
        this.logger.warn({ status: status.type, err }, 'NATS connection changed');
      }
    }
    this.state = 'closed';
  }
}

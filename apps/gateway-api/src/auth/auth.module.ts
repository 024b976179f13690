import { type DynamicModule, Global, Module, type OnApplicationShutdown, Inject } from '@nestjs/common';
import { Registry } from 'prom-client';
import { HealthRegistry, LOGGER, type Logger, NatsLink } from '@discord-relay/platform';
import type { GatewayApiConfig } from '../config.js';
import { AuditLog } from './audit/audit-log.js';
import { AuthMetrics } from '../metrics/auth-metrics.js';
import { DiscordLogin } from './sessions/discord-login.js';
import { JwtVerifier } from './tokens/jwt-verifier.js';
import { RelayDatabase } from '../database/relay.database.js';
import { Retention } from './retention.js';
import { Revocations } from './tokens/revocations.js';
import { ServiceTokens } from './tokens/service-tokens.js';
import { BrowserSessions } from './sessions/browser-sessions.js';
import { Sessions } from './sessions/sessions.js';
import { TokenVerifier } from './tokens/token-verifier.js';

/** Authentication: tokens, log-ins, revocation and the audit log. */
@Global()
@Module({})
export class AuthModule implements OnApplicationShutdown {
  constructor(
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(RelayDatabase) private readonly database: RelayDatabase,
  ) {}

  static register(config: GatewayApiConfig): DynamicModule {
    return {
      module: AuthModule,
      providers: [...recordProviders(config), ...tokenProviders(config), ...sessionProviders(config)],
      exports: [
        TokenVerifier,
        ServiceTokens,
        Revocations,
        AuditLog,
        AuthMetrics,
        RelayDatabase,
        BrowserSessions,
        DiscordLogin,
      ],
    };
  }

  /** After the last request. */
  async onApplicationShutdown(): Promise<void> {
    await this.audit.finish();
    await this.database.close();
  }
}

const recordProviders = (config: GatewayApiConfig) => [
  {
    provide: RelayDatabase,
    useFactory: (logger: Logger) => new RelayDatabase(config.DATABASE_URL, logger),
    inject: [LOGGER],
  },
  { provide: AuthMetrics, useFactory: (r: Registry) => new AuthMetrics(r), inject: [Registry] },
  {
    provide: AuditLog,
    useFactory: (database: RelayDatabase, metrics: AuthMetrics, logger: Logger) =>
      new AuditLog(database, metrics, logger),
    inject: [RelayDatabase, AuthMetrics, LOGGER],
  },
  {
    provide: Retention,
    useFactory: (database: RelayDatabase, sessions: Sessions, logger: Logger) =>
      new Retention(database, sessions, config.AUDIT_RETENTION_DAYS, logger),
    inject: [RelayDatabase, Sessions, LOGGER],
  },
];

const tokenProviders = (config: GatewayApiConfig) => [
  {
    provide: Revocations,
    useFactory: (
      database: RelayDatabase,
      link: NatsLink,
      metrics: AuthMetrics,
      health: HealthRegistry,
      logger: Logger,
    ) => new Revocations(database, link, metrics, health, logger),
    inject: [RelayDatabase, NatsLink, AuthMetrics, HealthRegistry, LOGGER],
  },
  {
    provide: ServiceTokens,
    useFactory: (database: RelayDatabase) => new ServiceTokens(database),
    inject: [RelayDatabase],
  },
  {
    provide: TokenVerifier,
    useFactory: (tokens: ServiceTokens, revocations: Revocations) =>
      new TokenVerifier(new JwtVerifier(config), tokens, revocations),
    inject: [ServiceTokens, Revocations],
  },
];

const sessionProviders = (config: GatewayApiConfig) => [
  {
    provide: Sessions,
    useFactory: (database: RelayDatabase) =>
      new Sessions(database, config.JWT_SECRET ?? '', config.SESSION_DAYS),
    inject: [RelayDatabase],
  },
  {
    provide: BrowserSessions,
    useFactory: (sessions: Sessions, audit: AuditLog, metrics: AuthMetrics, revocations: Revocations) =>
      new BrowserSessions(config, sessions, { audit, metrics, revocations }),
    inject: [Sessions, AuditLog, AuthMetrics, Revocations],
  },
  {
    provide: DiscordLogin,
    useFactory: (sessions: Sessions, logger: Logger) => DiscordLogin.of(config, sessions, logger),
    inject: [Sessions, LOGGER],
  },
];

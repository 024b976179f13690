import { AuditController } from './auth/audit.controller.js';
import { AuthController } from './auth/auth.controller.js';
import { DiscordLoginController } from './auth/discord-login.controller.js';
import { TokensController } from './auth/tokens.controller.js';
import { ExplainController } from './endpoints/explain.controller.js';
import { CONFIG, type GatewayApiConfig } from '../config.js';
import { LiveMetrics } from '../metrics/live-metrics.js';
import { AUTH_FAILURES } from './guards/bearer.guard.js';
import { ChannelsController } from './endpoints/channels.controller.js';
import { GuildsController } from './endpoints/guilds.controller.js';
import { HttpConnections } from './server/http-connections.js';
import { UserLimitGuard } from './guards/limits.js';
import { ModerationController } from './endpoints/moderation.controller.js';
import { MessagesController } from './endpoints/messages.controller.js';
import { Reading } from './endpoints/reading.js';
import { SearchTurns } from './endpoints/search-turns.js';
import { SearchController } from './endpoints/search.controller.js';
import { Vitals } from './endpoints/vitals.js';
import { VitalsController } from './endpoints/vitals.controller.js';

/** The REST endpoints, except those that webhooks and streams bring along. */
export const httpControllers = [
  AuthController,
  DiscordLoginController,
  TokensController,
  AuditController,
  GuildsController,
  ChannelsController,
  MessagesController,
  ModerationController,
  SearchController,
  ExplainController,
  VitalsController,
];

/** What only these endpoints need. */
export const httpProviders = [
  Reading,
  SearchTurns,
  UserLimitGuard,
  HttpConnections,
  {
    provide: Vitals,
    useFactory: ({ NODE_ENV }: GatewayApiConfig) => new Vitals(NODE_ENV),
    inject: [CONFIG],
  },
  { provide: AUTH_FAILURES, useFactory: (m: LiveMetrics) => m.authFailures, inject: [LiveMetrics] },
];

import { ExplainController } from '../access/explain.controller.js';
import type { GatewayApiConfig } from '../config.js';
import { LiveMetrics } from '../live/live-metrics.js';
import { CONFIG } from '../tokens.js';
import { AUTH_FAILURES } from './bearer.guard.js';
import { ChannelsController } from './channels.controller.js';
import { GuildsController } from './guilds.controller.js';
import { HttpConnections } from './http-connections.js';
import { UserLimitGuard } from './limits.js';
import { MessagesController } from './messages.controller.js';
import { Reading } from './reading.js';
import { SearchTurns } from './search-turns.js';
import { SearchController } from './search.controller.js';
import { Vitals } from './vitals.js';
import { VitalsController } from './vitals.controller.js';

/** The endpoints of what was projected, and figures. */
export const httpControllers = [
  GuildsController,
  ChannelsController,
  MessagesController,
  SearchController,
  ExplainController,
  VitalsController,
];

/** What they need of their own. */
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

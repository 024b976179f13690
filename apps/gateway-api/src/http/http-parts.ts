import { AuditController } from './auth/audit.controller.js';
import { AuthController } from './auth/auth.controller.js';
import { DiscordLoginController } from './auth/discord-login.controller.js';
import { TokensController } from './auth/tokens.controller.js';
import { ExplainController } from './endpoints/explain.controller.js';
import { CONFIG, type GatewayApiConfig } from '../config.js';
import { LiveMetrics } from '../metrics/live-metrics.js';
import { AUTH_FAILURES } from './guards/bearer.guard.js';
import { AttachmentReads } from './endpoints/attachment-reads.js';
import { AttachmentsController, KeptFilesController } from './endpoints/attachments.controller.js';
import { ChannelsController } from './endpoints/channels.controller.js';
import { GuildsController } from './endpoints/guilds.controller.js';
import { HttpConnections } from './server/http-connections.js';
import { UserRateLimitGuard } from './guards/rate-limits.js';
import { ModerationController } from './endpoints/moderation.controller.js';
import { QueueController } from './endpoints/queue.controller.js';
import { MembersController } from './endpoints/members.controller.js';
import { MessagesController } from './endpoints/messages.controller.js';
import { LogMoments } from './as-of/log-moments.js';
import { DiffController } from './diff/diff.controller.js';
import { AuthorizedReader } from './endpoints/authorized-reader.js';
import { ExportReader } from './endpoints/export-reader.js';
import { ExportController } from './endpoints/export.controller.js';
import { ExportLimit, SearchLimit } from './endpoints/search-limit.js';
import { ChannelReads } from './endpoints/channel-reads.js';
import { GuildReads } from './endpoints/guild-reads.js';
import { QueueReads } from './endpoints/queue-reads.js';
import { SearchReads } from './endpoints/search-reads.js';
import { SearchController } from './endpoints/search.controller.js';
import { ProcessStats } from './vitals/process-stats.js';
import { SystemController } from './vitals/system.controller.js';
import { VitalsController } from './vitals/vitals.controller.js';

/** The REST endpoints, except those of the webhooks and streams modules. */
export const httpControllers = [
  AuthController,
  DiscordLoginController,
  TokensController,
  AuditController,
  GuildsController,
  MembersController,
  ChannelsController,
  MessagesController,
  DiffController,
  AttachmentsController,
  KeptFilesController,
  ModerationController,
  QueueController,
  SearchController,
  ExportController,
  ExplainController,
  VitalsController,
  SystemController,
];

/** Providers that only these endpoints need. */
export const httpProviders = [
  AuthorizedReader,
  AttachmentReads,
  LogMoments,
  GuildReads,
  ChannelReads,
  SearchReads,
  QueueReads,
  SearchLimit,
  ExportLimit,
  ExportReader,
  UserRateLimitGuard,
  HttpConnections,
  {
    provide: ProcessStats,
    useFactory: ({ NODE_ENV }: GatewayApiConfig) => new ProcessStats(NODE_ENV),
    inject: [CONFIG],
  },
  { provide: AUTH_FAILURES, useFactory: (m: LiveMetrics) => m.authFailures, inject: [LiveMetrics] },
];

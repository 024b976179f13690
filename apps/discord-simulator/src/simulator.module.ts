import { Module, type DynamicModule } from '@nestjs/common';
import { GatewayRules } from './faults/gateway-rules.js';
import { RestAnswers } from './faults/rest-answers.js';
import { Faults } from './gateway/faults.js';
import { Gateway } from './gateway/gateway.js';
import { CommandsController } from './interactions/commands.controller.js';
import { Interactions } from './interactions/interactions.js';
import { InteractionsController } from './interactions/interactions.controller.js';
import { type SimulatorOptions, OPTIONS } from './options.js';
import { Authorizations } from './oauth/authorizations.js';
import { OAuthController } from './oauth/oauth.controller.js';
import { ApplicationsController } from './rest/applications.controller.js';
import { AttachmentsController } from './rest/messages/attachments.controller.js';
import { ChannelsController } from './rest/channels/channels.controller.js';
import { GatewayController } from './rest/gateway.controller.js';
import { AuditLogController } from './rest/guilds/audit-log.controller.js';
import { StickersController } from './rest/guilds/stickers.controller.js';
import { GuildsController } from './rest/guilds/guilds.controller.js';
import { MessagesController } from './rest/messages/messages.controller.js';
import { MembersController } from './rest/guilds/members.controller.js';
import { ModerationController } from './rest/guilds/moderation.controller.js';
import { ThreadsController } from './rest/channels/threads.controller.js';
import { PollsController } from './rest/messages/polls.controller.js';
import { ReactionsController } from './rest/messages/reactions.controller.js';
import { InvitesController } from './rest/channels/invites.controller.js';
import { PinsController } from './rest/channels/pins.controller.js';
import { UsersController } from './rest/users.controller.js';
import { RestFaults } from './rest/limits/rest-faults.js';
import { SimAttachmentsController } from './sim/controllers/attachments.controller.js';
import { SimControlController } from './sim/controllers/control.controller.js';
import { SimFaultsController } from './sim/controllers/faults.controller.js';
import { SimGuildsController } from './sim/controllers/guilds.controller.js';
import { SimMessagesController } from './sim/controllers/messages.controller.js';
import { SimPollsController } from './sim/controllers/polls.controller.js';
import { SimStickersController } from './sim/controllers/stickers.controller.js';
import { SimPinsController } from './sim/controllers/pins.controller.js';
import { SimOAuthController } from './sim/controllers/oauth.controller.js';
import { SimPeopleController } from './sim/controllers/people.controller.js';
import { SimThreadsController } from './sim/controllers/threads.controller.js';
import { SimRulesController } from './sim/controllers/rules.controller.js';
import { SimReactionsController } from './sim/controllers/reactions.controller.js';
import { SimInteractionsController } from './sim/controllers/interactions.controller.js';
import { Scenarios } from './sim/scenario/scenarios.js';
import { Ledger } from './state/ledger.js';
import { StateFile } from './state/file/state-file.js';
import { World } from './state/world.js';
import { WebhookTargets } from './webhooks/webhook-targets.js';
import { WebhookTokenController } from './webhooks/webhook-token.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

/** The plain objects that the endpoints use. */
export interface SimulatorParts {
  options: SimulatorOptions;
  world: World;
  ledger: Ledger;
  /** Null if the world is kept in memory only. */
  state: StateFile | null;
  gateway: Gateway;
  faults: Faults;
  restFaults: RestFaults;
  scenarios: Scenarios;
  authorizations: Authorizations;
}

/** All controllers; where two routes match, the first one answers. */
export const CONTROLLERS = [
  GatewayController,
  OAuthController,
  UsersController,
  ApplicationsController,
  GuildsController,
  ChannelsController,
  ModerationController,
  AuditLogController,
  StickersController,
  AttachmentsController,
  PinsController,
  InvitesController,
  MessagesController,
  ReactionsController,
  PollsController,
  ThreadsController,
  MembersController,
  WebhooksController,
  WebhookTokenController,
  CommandsController,
  InteractionsController,
  SimInteractionsController,
  SimGuildsController,
  SimMessagesController,
  SimReactionsController,
  SimThreadsController,
  SimPeopleController,
  SimControlController,
  SimFaultsController,
  SimRulesController,
  SimOAuthController,
  SimPinsController,
  SimPollsController,
  SimStickersController,
  SimAttachmentsController,
] as const;

@Module({})
export class SimulatorModule {
  static of(parts: SimulatorParts): DynamicModule {
    return {
      module: SimulatorModule,
      controllers: [...CONTROLLERS],
      providers: [
        { provide: OPTIONS, useValue: parts.options },
        { provide: World, useValue: parts.world },
        { provide: Ledger, useValue: parts.ledger },
        { provide: Gateway, useValue: parts.gateway },
        { provide: Faults, useValue: parts.faults },
        { provide: RestFaults, useValue: parts.restFaults },
        { provide: RestAnswers, useValue: parts.gateway.answers },
        { provide: GatewayRules, useValue: parts.gateway.sessions.rules },
        { provide: Authorizations, useValue: parts.authorizations },
        Interactions,
        WebhookTargets,
        { provide: Scenarios, useValue: parts.scenarios },
      ],
    };
  }
}

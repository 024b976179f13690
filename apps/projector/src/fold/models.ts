import type { RelayEvent } from '@discord-relay/contracts';
import { gapEvents } from './gaps/events.js';
import { gapModel } from './gaps/gap-set.js';
import { moderationEvents, moderationModel } from './moderation/moderation-log.js';
import { scheduledEventEvents, scheduledEventModel } from './scheduled-events/scheduled-events.js';
import type { EventSlice } from './shared/event-slice.js';
import { keysOf, listed } from './shared/parking.js';

/** Read models whose rows depend on no other model's rows. `WorkingSet` connects the others. */
export const INDEPENDENT_MODELS = {
  gaps: gapModel,
  moderation: moderationModel,
  scheduledEvents: scheduledEventModel,
} as const;

type Models = typeof INDEPENDENT_MODELS;

export type IndependentOp = { [Name in keyof Models]: Parameters<Models[Name]['requires']>[0] }[keyof Models];
export type IndependentRows = { readonly [Name in keyof Models]: ReturnType<Models[Name]['create']> };

/** Events that no read model uses yet. */
const notProjected: EventSlice<RelayEvent, never> = {
  fold: () => [],
  hasStorableIds: () => true,
  parkingKeys: ({ guildId }) => listed(guildId, keysOf('guild', guildId)),
};

/** The events of independent read models, and those that no read model uses. */
export const INDEPENDENT_SLICES = {
  'gap.opened': gapEvents,
  'gap.closed': gapEvents,
  'emoji.synced': notProjected,
  'sticker.synced': notProjected,
  'invite.created': notProjected,
  'invite.deleted': notProjected,
  'webhooks.updated': notProjected,
  'scheduled_event.synced': scheduledEventEvents,
  'scheduled_event.created': scheduledEventEvents,
  'scheduled_event.updated': scheduledEventEvents,
  'scheduled_event.deleted': scheduledEventEvents,
  'scheduled_event.user_added': notProjected,
  'scheduled_event.user_removed': notProjected,
  'stage.synced': notProjected,
  'stage.created': notProjected,
  'stage.updated': notProjected,
  'stage.deleted': notProjected,
  'integration.created': notProjected,
  'integration.updated': notProjected,
  'integration.deleted': notProjected,
  'automod.rule_created': notProjected,
  'automod.rule_updated': notProjected,
  'automod.rule_deleted': notProjected,
  'automod.action_executed': moderationEvents,
  'soundboard.sound_created': notProjected,
  'soundboard.sound_updated': notProjected,
  'soundboard.sound_deleted': notProjected,
  'soundboard.synced': notProjected,
  'audit_log.entry_created': moderationEvents,
  'ban.added': moderationEvents,
  'ban.removed': moderationEvents,
  'presence.updated': notProjected,
  'typing.started': notProjected,
  'discord.raw': notProjected,
} as const;

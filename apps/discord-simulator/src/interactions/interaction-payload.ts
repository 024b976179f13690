import { channelPayload } from '../payloads/channel-payload.js';
import { memberWithUserPayload } from '../payloads/guild-payload.js';
import { messagePayload } from '../payloads/message-payload.js';
import { threadPayload } from '../payloads/thread-payload.js';
import { channelPermissions } from '../state/people/permissions.js';
import type { World } from '../state/world.js';
import type { Interaction } from './interaction.js';

const LOCALE = 'en-US';

/** `d` of INTERACTION_CREATE. */
export function interactionPayload(world: World, interaction: Interaction): object {
  const { id, token, type, guildId, channelId, userId, data, sourceMessageId } = interaction;
  const place = world.channelOrThread(channelId);
  const bitsOf = (memberId: string): string => channelPermissions(world, place, memberId).toString();
  const member = memberWithUserPayload(world, world.members.get(guildId, userId));
  return {
    id,
    application_id: world.bot.id,
    type,
    data,
    guild: { id: guildId, locale: LOCALE, features: [] },
    guild_id: guildId,
    channel: 'archived' in place ? threadPayload(world, place) : channelPayload(place),
    channel_id: channelId,
    member: { ...member, permissions: bitsOf(userId) },
    token,
    version: 1,
    ...(sourceMessageId === null
      ? {}
      : { message: messagePayload(world, world.message(channelId, sourceMessageId)) }),
    app_permissions: bitsOf(world.bot.id),
    locale: LOCALE,
    guild_locale: LOCALE,
    entitlements: [],
    authorizing_integration_owners: { '0': guildId },
    context: 0,
    attachment_size_limit: 10_485_760,
  };
}

import { ApplicationFlags } from 'discord-api-types/v10';
import { createHash } from 'node:crypto';
import type { World } from '../state/world.js';
import { userPayload } from './user-payload.js';

/** The message content, members and presence intents, as small bots have them. */
export const APPLICATION_FLAGS: number =
  ApplicationFlags.GatewayMessageContentLimited |
  ApplicationFlags.GatewayGuildMembersLimited |
  ApplicationFlags.GatewayPresenceLimited;

/** The application that the bot belongs to; it shares the bot's id. */
export function applicationPayload(world: World) {
  const { bot, guilds, users } = world;
  const owner = [...users.values()].find((user) => !user.bot) ?? bot;
  return {
    id: bot.id,
    name: bot.username,
    icon: null,
    description: '',
    type: null,
    bot: userPayload(bot),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: createHash('sha256').update(bot.id).digest('hex'),
    flags: APPLICATION_FLAGS,
    flags_new: String(APPLICATION_FLAGS),
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: userPayload(owner),
    approximate_guild_count: guilds.size,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: ['bot', 'applications.commands', 'identify', 'guilds', 'guilds.members.read'],
  };
}

import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { RoleRecord, UserRecord } from './records.js';
import type { Snowflake } from './snowflakes.js';

/** What a member of an ordinary new server may do. */
const EVERYONE =
  P.CreateInstantInvite |
  P.AddReactions |
  P.Stream |
  P.ViewChannel |
  P.SendMessages |
  P.EmbedLinks |
  P.AttachFiles |
  P.ReadMessageHistory |
  P.UseExternalEmojis |
  P.Connect |
  P.Speak |
  P.UseVAD |
  P.ChangeNickname |
  P.UseApplicationCommands |
  P.RequestToSpeak |
  P.CreatePublicThreads |
  P.SendMessagesInThreads |
  P.SendVoiceMessages |
  P.SendPolls;

const BOT = EVERYONE | P.ManageMessages | P.ManageThreads | P.ViewAuditLog;

/** The two roles of a new guild: `@everyone`, whose id is the guild's, and the bot's own. */
export function newRoles(guildId: Snowflake, botRoleId: Snowflake, bot: UserRecord): RoleRecord[] {
  return [
    { id: guildId, name: '@everyone', permissions: EVERYONE.toString(), position: 0, botId: null },
    { id: botRoleId, name: bot.username, permissions: BOT.toString(), position: 1, botId: bot.id },
  ];
}

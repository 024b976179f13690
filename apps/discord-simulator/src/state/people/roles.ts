import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { GuildRecord, RoleRecord, UserRecord } from '../model/records.js';
import type { Snowflake } from '../model/snowflakes.js';
import { WorldError } from '../model/world-error.js';
import type { WorldContext } from '../model/world-context.js';

/** The permissions of @everyone in an ordinary new guild. */
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

const BOT = EVERYONE | P.ManageChannels | P.ManageMessages | P.ManageThreads | P.ViewAuditLog;

/** The two roles of a new guild: `@everyone`, whose id is the guild's, and the bot's own. */
export function newRoles(guildId: Snowflake, botRoleId: Snowflake, bot: UserRecord): RoleRecord[] {
  return [
    { id: guildId, name: '@everyone', permissions: EVERYONE.toString(), position: 0, botId: null },
    { id: botRoleId, name: bot.username, permissions: BOT.toString(), position: 1, botId: bot.id },
  ];
}

export type RolePatch = Partial<Omit<RoleRecord, 'id' | 'botId'>>;

/** The roles of guilds; they are stored in the guild's record. */
export class Roles {
  constructor(private readonly world: WorldContext) {}

  create(guildId: Snowflake, input: RolePatch): RoleRecord {
    const guild = this.world.guild(guildId);
    const role: RoleRecord = {
      name: 'new role',
      permissions: '0',
      position: 1,
      ...input,
      id: this.world.newId(),
      botId: null,
    };
    this.put(guild, [...guild.roles, role], 'role.created', role);
    return role;
  }

  update(guildId: Snowflake, roleId: Snowflake, patch: RolePatch): RoleRecord {
    const guild = this.world.guild(guildId);
    const role = { ...this.get(guild, roleId), ...patch };
    const roles = guild.roles.map((each) => (each.id === roleId ? role : each));
    this.put(guild, roles, 'role.updated', role);
    return role;
  }

  delete(guildId: Snowflake, roleId: Snowflake): void {
    const guild = this.world.guild(guildId);
    const role = this.get(guild, roleId);
    this.world.members.removeRole(guildId, roleId);
    this.put(
      guild,
      guild.roles.filter(({ id }) => id !== roleId),
      'role.deleted',
      role,
    );
  }

  private get(guild: GuildRecord, roleId: Snowflake): RoleRecord {
    const role = guild.roles.find(({ id }) => id === roleId);
    if (role) return role;
    throw new WorldError('UNKNOWN_ROLE', `no role ${roleId} in guild ${guild.id}`);
  }

  private put(guild: GuildRecord, roles: RoleRecord[], kind: RoleFactKind, role: RoleRecord): void {
    const changed = { ...guild, roles };
    this.world.guilds.set(guild.id, changed);
    this.world.emit({ kind, guild: changed, role });
  }
}

type RoleFactKind = 'role.created' | 'role.updated' | 'role.deleted';

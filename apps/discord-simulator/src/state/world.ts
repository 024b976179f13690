import { ChannelType } from 'discord-api-types/v10';
import type {
  ChannelRecord,
  GuildRecord,
  MessageRecord,
  ChannelOrThread,
  UserRecord,
} from './model/records.js';
import { Commands } from './channels/commands.js';
import { Invites } from './channels/invites.js';
import { Members } from './people/members.js';
import { Messages } from './channels/messages.js';
import { AuditLog } from './people/audit-log.js';
import { Pins } from './channels/pins.js';
import { Polls } from './channels/polls.js';
import { Reactions } from './channels/reactions.js';
import { newRoles, Roles } from './people/roles.js';
import type { Snowflake } from './model/snowflakes.js';
import { Stickers } from './channels/stickers.js';
import { SystemMessages } from './channels/system-messages.js';
import { Threads } from './channels/threads.js';
import { Voice } from './people/voice.js';
import { Webhooks } from './channels/webhooks.js';
import { WorldState } from './world-state.js';
import type { WorldContext } from './model/world-context.js';
import { WorldError } from './model/world-error.js';
import type { ChannelPatch, MessagePatch, NewChannel, NewMessage } from './model/world-types.js';

export { epochMs } from './model/world-types.js';
export type { ChannelPatch, NewChannel, NewMessage } from './model/world-types.js';

/** The guilds, channels, users and messages of the local Discord. Listeners are notified of every change, in order. */
export class World extends WorldState implements WorldContext {
  readonly audit: AuditLog = new AuditLog(this);
  readonly commands: Commands = new Commands(this);
  readonly webhooks: Webhooks = new Webhooks(this);
  readonly members: Members = new Members(this);
  readonly invites: Invites = new Invites(this);
  readonly pins: Pins = new Pins(this);
  readonly polls: Polls = new Polls(this);
  readonly stickers: Stickers = new Stickers(this);
  readonly reactions: Reactions = new Reactions(this);
  readonly roles: Roles = new Roles(this);
  readonly system: SystemMessages = new SystemMessages(this);
  readonly threads: Threads = new Threads(this);
  readonly voice: Voice = new Voice(this);
  readonly messages: Messages = new Messages(this);

  createUser(username: string, options: { globalName?: string | null; bot?: boolean } = {}): UserRecord {
    const user = {
      id: this.newId(),
      username,
      globalName: options.globalName ?? null,
      bot: options.bot ?? false,
    };
    this.users.set(user.id, user);
    this.emit({ kind: 'user.created', user });
    return user;
  }

  createGuild(name: string, options: { description?: string | null; ownerId?: Snowflake } = {}): GuildRecord {
    const id = this.newId();
    const guild: GuildRecord = {
      id,
      name,
      description: options.description ?? null,
      ownerId: options.ownerId ?? this.anyPerson(),
      joinedAtMs: Math.floor(this.nowMs()),
      roles: newRoles(id, this.newId(), this.bot),
      unavailable: false,
    };
    this.guilds.set(id, guild);
    this.emit({ kind: 'guild.created', guild });
    return guild;
  }

  updateGuild(
    id: Snowflake,
    patch: Partial<
      Pick<GuildRecord, 'name' | 'description' | 'ownerId' | 'systemChannelId' | 'scheduledEvents'>
    >,
  ): GuildRecord {
    const { systemChannelId } = patch;
    if (systemChannelId && this.channel(systemChannelId).guildId !== id)
      fail('UNKNOWN_CHANNEL', `channel ${systemChannelId} does not belong to guild ${id}`);
    const guild = { ...this.guild(id), ...patch };
    this.guilds.set(id, guild);
    this.emit({ kind: 'guild.updated', guild });
    return guild;
  }

  /** Starts or ends an outage of the guild. */
  setGuildAvailable(id: Snowflake, available: boolean): GuildRecord {
    const guild = { ...this.guild(id), unavailable: !available };
    this.guilds.set(id, guild);
    this.emit({ kind: available ? 'guild.available' : 'guild.unavailable', guild });
    return guild;
  }

  /** The bot is removed from the guild: the guild is deleted with everything in it, by this one fact. */
  deleteGuild(id: Snowflake): void {
    const guild = this.guild(id);
    this.voice.removeGuild(id);
    for (const channel of this.channelsOf(id)) this.removeChannel(channel.id);
    this.guilds.delete(id);
    this.emit({ kind: 'guild.deleted', guild });
  }

  createChannel(guildId: Snowflake, input: NewChannel): ChannelRecord {
    this.guild(guildId);
    if (input.parentId) this.requireCategory(input.parentId);
    const channel: ChannelRecord = {
      type: ChannelType.GuildText,
      topic: null,
      parentId: null,
      position: this.channelsOf(guildId).length,
      nsfw: false,
      rateLimitPerUser: 0,
      permissionOverwrites: [],
      ...this.withTags(input),
      id: this.newId(),
      guildId,
      lastMessageId: null,
    };
    this.channels.set(channel.id, channel);
    this.emit({ kind: 'channel.created', channel });
    return channel;
  }

  updateChannel(id: Snowflake, patch: ChannelPatch): ChannelRecord {
    if (patch.parentId) this.requireCategory(patch.parentId);
    const channel = Object.assign(this.channel(id), this.withTags(patch));
    this.emit({ kind: 'channel.updated', channel });
    return channel;
  }

  /** Deletes a channel with its messages; the channels of a deleted category lose their parent first. */
  deleteChannel(id: Snowflake): ChannelRecord {
    const channel = this.channel(id);
    for (const child of this.channelsOf(channel.guildId)) {
      if (child.parentId === id) this.updateChannel(child.id, { parentId: null });
    }
    this.voice.emptyChannel(channel.guildId, id);
    if (this.guild(channel.guildId).systemChannelId === id)
      this.updateGuild(channel.guildId, { systemChannelId: null });
    this.removeChannel(id);
    this.emit({ kind: 'channel.deleted', channel });
    return channel;
  }

  createMessage(channelId: Snowflake, input: NewMessage): MessageRecord {
    return this.messages.create(channelId, input);
  }

  editMessage(channelId: Snowflake, id: Snowflake, patch: MessagePatch): MessageRecord {
    return this.messages.edit(channelId, id, patch);
  }

  deleteMessage(channelId: Snowflake, id: Snowflake): void {
    this.messages.delete(channelId, id);
  }

  /** Deletes those of `ids` that exist, as one fact. @returns the ids that were deleted. */
  bulkDeleteMessages(channelId: Snowflake, ids: Iterable<Snowflake>): Snowflake[] {
    return this.messages.bulkDelete(channelId, ids);
  }

  channelOrThread(id: Snowflake): ChannelOrThread {
    return this.threads.find(id) ?? this.channel(id);
  }

  /** The channel itself, or a thread's channel. */
  channelOf(place: ChannelOrThread): ChannelRecord {
    return this.channel(this.threads.find(place.id)?.parentId ?? place.id);
  }

  textChannelsOf(guildId: Snowflake): ChannelOrThread[] {
    const threads = [...this.threads.all()].filter((thread) => thread.guildId === guildId);
    return [...this.channelsOf(guildId), ...threads].filter((place) => this.takesMessages(place));
  }

  /** Removes a channel and its threads without a fact. */
  removeChannel(id: Snowflake): void {
    for (const thread of this.threads.ofChannel(id)) this.threads.remove(thread.id);
    this.invites.remove({ channelId: id });
    this.webhooks.remove({ channelId: id });
    this.channels.delete(id);
    this.removeHistory(id);
  }

  /** A channel that accepts messages now. @throws WorldError */
  openTextChannel(id: Snowflake): ChannelOrThread {
    const channel = this.channelOrThread(id);
    if (!this.takesMessages(channel)) fail('NOT_A_TEXT_CHANNEL', `channel ${id} does not accept messages`);
    this.requireAvailable(channel.guildId);
    return channel;
  }

  openThreadParent(id: Snowflake): ChannelRecord {
    const channel = this.channel(id);
    if (!THREAD_PARENTS.has(channel.type)) fail('NOT_A_TEXT_CHANNEL', `channel ${id} cannot have threads`);
    this.requireAvailable(channel.guildId);
    return channel;
  }

  private requireAvailable(guildId: Snowflake): void {
    if (this.guild(guildId).unavailable) fail('GUILD_UNAVAILABLE', `guild ${guildId} is unavailable`);
  }

  private withTags<T extends ChannelPatch>({ availableTags, ...rest }: T) {
    const tags = availableTags?.map((tag) => ({ ...tag, id: tag.id ?? this.newId() }));
    return { ...rest, ...(tags ? { availableTags: tags } : {}) };
  }

  private requireCategory(id: Snowflake): void {
    if (this.channel(id).type !== ChannelType.GuildCategory)
      fail('NOT_A_CATEGORY', `channel ${id} is not a category`);
  }
}

const THREAD_PARENTS: ReadonlySet<ChannelType> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
]);

function fail(code: WorldError['code'], message: string): never {
  throw new WorldError(code, message);
}

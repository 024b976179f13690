import { ChannelType } from 'discord-api-types/v10';
import type { FactKind } from './model/facts.js';
import { World } from './world.js';

const build = () => {
  const world = new World(100);
  const kinds: FactKind[] = [];
  world.onFact(({ kind }) => void kinds.push(kind));
  const bot = world.createUser('the-bot', { bot: true });
  const guild = world.createGuild('Somewhere');
  const channel = world.createChannel(guild.id, { name: 'talk' });
  kinds.length = 0;
  return { world, bot, guild, channel, kinds };
};

describe('world', () => {
  it('the deletion of a category removes the parent of its channels first', () => {
    const { world, guild, kinds } = build();
    const category = world.createChannel(guild.id, { name: 'Group', type: ChannelType.GuildCategory });
    const child = world.createChannel(guild.id, { name: 'inside', parentId: category.id });
    kinds.length = 0;
    world.deleteChannel(category.id);
    expect(kinds).toEqual(['channel.updated', 'channel.deleted']);
    expect(world.channel(child.id).parentId).toBeNull();
  });

  it('the deletion of a guild is one fact that deletes everything in it', () => {
    const { world, guild, channel, bot, kinds } = build();
    world.createMessage(channel.id, { authorId: bot.id, content: 'bye' });
    kinds.length = 0;
    world.deleteGuild(guild.id);
    expect(kinds).toEqual(['guild.deleted']);
    expect(() => world.channel(channel.id)).toThrow(/no channel/);
  });

  it('a user who leaves a guild leaves its threads by that one fact', () => {
    const { world, guild, channel, bot, kinds } = build();
    const { id: userId } = world.createUser('ada');
    world.members.join(guild.id, userId);
    const thread = world.threads.create(channel.id, { name: 'a thread', ownerId: bot.id });
    world.threads.join(thread.id, userId);
    kinds.length = 0;
    world.members.leave(guild.id, userId);
    expect(kinds).toEqual(['member.left']);
    expect(world.threads.get(thread.id).members.map(({ id }) => id)).toEqual([bot.id]);
    world.members.join(guild.id, userId);
    expect(world.threads.join(thread.id, userId)).toBe(true);
  });

  it('a deleted message remains the last_message_id of its channel, as at Discord', () => {
    const { world, channel, bot } = build();
    const { id } = world.createMessage(channel.id, { authorId: bot.id, content: 'gone soon' });
    world.deleteMessage(channel.id, id);
    expect(world.channel(channel.id).lastMessageId).toBe(id);
  });

  it('messages in categories and in unavailable guilds are rejected', () => {
    const { world, guild, channel, bot } = build();
    const category = world.createChannel(guild.id, { name: 'Group', type: ChannelType.GuildCategory });
    const say = (id: string) => () => world.createMessage(id, { authorId: bot.id, content: 'x' });
    expect(say(category.id)).toThrow(expect.objectContaining({ code: 'NOT_A_TEXT_CHANNEL' }));
    world.setGuildAvailable(guild.id, false);
    expect(say(channel.id)).toThrow(expect.objectContaining({ code: 'GUILD_UNAVAILABLE' }));
    world.setGuildAvailable(guild.id, true);
    expect(say(channel.id)).not.toThrow();
  });

  it('a bulk deletion deletes what exists, and emits nothing if nothing does', () => {
    const { world, channel, bot, kinds } = build();
    const { id } = world.createMessage(channel.id, { authorId: bot.id, content: 'x' });
    kinds.length = 0;
    expect(world.bulkDeleteMessages(channel.id, ['1', id, id])).toEqual([id]);
    expect(world.bulkDeleteMessages(channel.id, [id])).toEqual([]);
    expect(kinds).toEqual(['message.bulk_deleted']);
  });
});

import { Events } from 'discord.js';
import type { Simulator } from '../simulator.js';
import { until } from '../testing/bot-client.js';
import { connectDiscordJs as connect, textChannel } from './discord-js-bot.js';
import { itSurvives, startLibraryTest } from './library-test.js';

describe('discord.js', () => {
  itSurvives(connect);

  it('discord.js logs in and fills its caches', async () => {
    const trial = await startLibraryTest(connect);
    const { client } = trial.bot;
    expect(client.user.id).toBe(trial.sim.world.bot.id);
    expect(client.application.id).toBe(trial.sim.world.bot.id);
    const guild = client.guilds.cache.get(trial.guildId)!;
    expect(guild.channels.cache.size).toBe(trial.sim.world.channelsOf(trial.guildId).length);
    expect(guild.memberCount).toBe(trial.sim.world.members.count(trial.guildId));
    expect((await client.application.fetch()).owner?.id).toBe([...trial.sim.world.users.keys()][1]);
  });

  it('discord.js fetches members: all, by id and by name', async () => {
    const trial = await startLibraryTest(connect);
    const guild = trial.bot.client.guilds.cache.get(trial.guildId)!;
    const all = await guild.members.fetch();
    expect(all.size).toBe(trial.sim.world.users.size);
    const one = await guild.members.fetch({ user: trial.sim.world.bot.id, force: true });
    expect(one.user.bot).toBe(true);
    expect((await guild.members.search({ query: 'amber' })).size).toBe(1);
  });

  it('discord.js reads history, reacts, edits, pins and deletes', async () => {
    const trial = await startLibraryTest(connect);
    const channel = await textChannel(trial.bot.client, trial.channelId);
    const history = await channel.messages.fetch({ limit: 100 });
    expect(history.size).toBe(3);
    const message = await channel.send({ content: 'mine', reply: { messageReference: history.firstKey()! } });
    const reactions: string[] = [];
    trial.bot.client.on(Events.MessageReactionAdd, ({ emoji }) => void reactions.push(emoji.name ?? ''));
    await message.react('🔥');
    await until(() => reactions.includes('🔥'));
    expect((await message.reactions.cache.get('🔥')!.users.fetch()).size).toBe(1);
    expect((await message.edit('changed')).content).toBe('changed');
    await message.pin();
    expect((await channel.messages.fetchPins()).items).toHaveLength(1);
    await message.delete();
    await until(() => trial.sim.world.history(trial.channelId).size === 3);
  });

  it('discord.js opens threads, writes in them and reads the archived ones', async () => {
    const trial = await startLibraryTest(connect);
    const channel = await textChannel(trial.bot.client, trial.channelId);
    const thread = await channel.threads.create({ name: 'a thread' });
    await thread.send('inside');
    expect((await channel.threads.fetchActive()).threads.size).toBe(1);
    await thread.setArchived(true);
    expect((await channel.threads.fetchArchived({ type: 'public' })).threads.size).toBe(1);
    const started = await (await channel.send('start here')).startThread({ name: 'at a message' });
    expect(started.parentId).toBe(channel.id);
  });

  it('discord.js runs several shards, each with its own guilds', async () => {
    const sharded = (sim: Simulator) => connect(sim, { shards: [0, 1], shardCount: 2 });
    const trial = await startLibraryTest(sharded, { guilds: 4, maxConcurrency: 2 });
    const { client } = trial.bot;
    expect(client.ws.shards.size).toBe(2);
    expect(client.guilds.cache.size).toBe(4);
    expect(new Set(client.guilds.cache.map(({ shardId }) => shardId))).toEqual(new Set([0, 1]));
    trial.say('once');
    await until(() => trial.bot.received.includes('once'));
    expect(trial.bot.received).toEqual(['once']);
  }, 60_000);
});

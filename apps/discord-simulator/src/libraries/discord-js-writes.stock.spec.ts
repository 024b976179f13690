import { AttachmentBuilder, ChannelType, Events, WebhookClient } from 'discord.js';
import { until } from '../testing/bot-client.js';
import { connectDiscordJs, textChannel, type DiscordJsBot } from './discord-js-bot.js';
import { startLibraryTest, type LibraryTest } from './library-test.js';

let trial: LibraryTest & { bot: DiscordJsBot };
let userId: string;
const guild = () => trial.bot.client.guilds.cache.get(trial.guildId)!;

beforeEach(async () => {
  trial = await startLibraryTest(connectDiscordJs);
  userId = [...trial.sim.world.users.values()].find((user) => !user.bot)!.id;
});

describe('discord.js', () => {
  it('discord.js sends files, and changes which of them remain', async () => {
    const channel = await textChannel(trial.bot.client, trial.channelId);
    const file = (name: string) =>
      new AttachmentBuilder(Buffer.from(name), { name, description: `the ${name}` });
    const sent = await channel.send({ files: [file('a.txt'), file('ä b.txt')] });
    expect(sent.attachments.map(({ description }) => description)).toEqual(['the a.txt', 'the ä b.txt']);
    const first = sent.attachments.first()!;
    expect(await (await fetch(first.url)).text()).toBe('a.txt');
    const edited = await sent.edit({ attachments: [first], files: [file('c.txt')] });
    expect(edited.attachments.map(({ name }) => name)).toEqual(['a.txt', 'c.txt']);
    expect(edited.attachments.first()?.id).toBe(first.id);
  });

  it('discord.js sends typing, and creates, changes and deletes channels', async () => {
    const channel = await textChannel(trial.bot.client, trial.channelId);
    let typed = '';
    trial.bot.client.on(Events.TypingStart, ({ user }) => void (typed = user.id));
    await channel.sendTyping();
    await until(() => typed === trial.bot.client.user.id);
    const parent = await guild().channels.create({ name: 'Group', type: ChannelType.GuildCategory });
    const made = await guild().channels.create({ name: 'Brand new', parent, topic: 'a topic' });
    expect(made).toMatchObject({ name: 'brand-new', parentId: parent.id, topic: 'a topic' });
    await made.setTopic('another');
    const { user } = await guild().members.fetch(userId);
    await made.permissionOverwrites.create(user, { SendMessages: false });
    await until(() => made.permissionOverwrites.cache.get(userId)?.deny.has('SendMessages') ?? false);
    await made.permissionOverwrites.delete(userId);
    await made.delete();
    await until(() => !guild().channels.cache.has(made.id));
  });

  it('discord.js manages roles, members and bans', async () => {
    const role = await guild().roles.create({
      name: 'helper',
      permissions: ['ManageMessages'],
      colors: { primaryColor: 255 },
    });
    const member = await guild().members.fetch(userId);
    await member.roles.add(role);
    await member.setNickname('Nick');
    await member.timeout(60_000, 'a while');
    const again = await guild().members.fetch({ user: userId, force: true });
    expect([again.nickname, again.roles.cache.has(role.id), again.isCommunicationDisabled()]).toEqual([
      'Nick',
      true,
      true,
    ]);
    await member.roles.remove(role);
    await role.setName('assistant');
    await role.delete();
    await member.kick('enough');
    await guild().members.ban(userId, { reason: 'again & again' });
    expect((await guild().bans.fetch(userId)).reason).toBe('again & again');
    await guild().members.unban(userId);
    expect(await guild().bans.fetch()).toHaveProperty('size', 0);
    expect((await trial.bot.client.users.fetch(userId, { force: true })).id).toBe(userId);
    expect((await guild().setName('Renamed')).name).toBe('Renamed');
  });

  it('discord.js creates webhooks and writes through them, as the bot and by their URL alone', async () => {
    const channel = await textChannel(trial.bot.client, trial.channelId);
    const updated: string[] = [];
    trial.bot.client.on(Events.WebhooksUpdate, ({ id }) => void updated.push(id));
    const webhook = await channel.createWebhook({ name: 'news' });
    await until(() => updated.includes(channel.id));
    const message = await webhook.send({ content: 'from a webhook', username: 'Somebody' });
    expect(message.author.username).toBe('Somebody');
    expect(message.webhookId).toBe(webhook.id);
    expect((await webhook.fetchMessage(message.id)).content).toBe('from a webhook');
    await webhook.editMessage(message.id, 'changed');
    await webhook.deleteMessage(message.id);
    await until(() => trial.bot.received.includes('from a webhook'));
    const { url } = [...trial.sim.world.webhooks.all()].map(({ id, token }) => ({
      url: `${trial.sim.url}/api/webhooks/${id}/${token}`,
    }))[0]!;
    const posted = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ content: 'by its address' }),
    });
    expect(posted.status).toBe(204);
    await until(() => trial.bot.received.includes('by its address'));
    const thread = await channel.threads.create({ name: 'for webhooks' });
    const client = new WebhookClient(
      { id: webhook.id, token: webhook.token ?? '' },
      { rest: { api: `${trial.sim.url}/api` } },
    );
    const inThread = await client.send({ content: 'in a thread', threadId: thread.id });
    expect(inThread.channel_id).toBe(thread.id);
    client.destroy();
    expect((await channel.fetchWebhooks()).size).toBe(1);
    await webhook.edit({ name: 'olds' });
    await webhook.delete();
    expect((await guild().fetchWebhooks()).size).toBe(0);
    expect((await fetch(url)).status).toBe(404);
  });
});

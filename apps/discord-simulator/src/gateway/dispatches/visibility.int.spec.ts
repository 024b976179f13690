import { ChannelType, OverwriteType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../../simulator.js';
import { createBot, EVERY_INTENT, until, type BotClient } from '../../testing/bot-client.js';

let sim: Simulator;
let bot: BotClient;
let guildId: string;
let channelId: string;
let person: string;
const received = () =>
  bot.dispatches.map(({ t, d }) => [t as string, d as unknown as Record<string, unknown>] as const);
const names = () => received().map(([t]) => t);
const say = (content: string, where = channelId) =>
  sim.world.createMessage(where, { authorId: person, content });
/** Facts and dispatches have the same order: everything before the mark has arrived with it, or never will. */
const settledBy = async (mark: string) => {
  const place = sim.world.createChannel(guildId, { name: mark });
  await until(() => received().some(([t, d]) => t === 'CHANNEL_CREATE' && d['id'] === place.id));
};
const overwrite = (bits: { allow?: bigint; deny?: bigint }) =>
  sim.world.updateChannel(channelId, {
    permissionOverwrites: [
      {
        id: guildId,
        type: OverwriteType.Role,
        allow: String(bits.allow ?? 0n),
        deny: String(bits.deny ?? 0n),
      },
    ],
  });

beforeEach(async () => {
  sim = await startSimulator({ guilds: 1, historyPerChannel: 1, maxConcurrency: 16 });
  bot = createBot(sim.url, { intents: EVERY_INTENT });
  [guildId = ''] = [...sim.world.guilds.keys()];
  channelId = sim.world.channelsOf(guildId).find(({ type }) => type === 0)!.id;
  person = [...sim.world.users.values()].find((user) => !user.bot)!.id;
  await bot.manager.connect();
  await until(() => bot.dispatches.length === 2);
  bot.dispatches.length = 0;
});
afterEach(async () => {
  await bot.stop();
  await sim.close();
});

describe('visibility of channels to the bot', () => {
  it('a hidden channel sends nothing but the event that hid it, and its threads are synced when it is visible again', async () => {
    const open = sim.world.threads.create(channelId, { name: 'open', ownerId: sim.world.bot.id });
    const old = sim.world.threads.create(channelId, { name: 'old', ownerId: person });
    sim.world.threads.update(old.id, { archived: true });
    overwrite({ deny: P.ViewChannel });
    await settledBy('one');
    bot.dispatches.length = 0;
    const { id: messageId } = say('unseen');
    say('unseen', open.id);
    sim.world.pins.pin(channelId, messageId);
    sim.world.threads.update(open.id, { name: 'renamed' });
    await settledBy('two');
    expect(names()).toEqual(['CHANNEL_CREATE']);
    overwrite({});
    say('received');
    await until(() => names().includes('MESSAGE_CREATE'));
    expect(names()).toEqual(['CHANNEL_CREATE', 'CHANNEL_UPDATE', 'THREAD_LIST_SYNC', 'MESSAGE_CREATE']);
    expect(received()[2]?.[1]).toMatchObject({
      guild_id: guildId,
      channel_ids: [channelId],
      threads: [{ id: open.id, name: 'renamed' }],
      members: [{ id: open.id, user_id: sim.world.bot.id }],
    });
  });

  it('a role that shows channels causes one sync for all of them', async () => {
    sim.world.roles.update(guildId, guildId, { permissions: '0' });
    const own = sim.world.guild(guildId).roles.find(({ botId }) => botId !== null)!;
    sim.world.roles.update(guildId, own.id, { permissions: '0' });
    say('unseen');
    const role = sim.world.roles.create(guildId, { name: 'guest', permissions: String(P.ViewChannel) });
    sim.world.members.update(guildId, sim.world.bot.id, { roleIds: [own.id, role.id] });
    await until(() => names().includes('THREAD_LIST_SYNC'));
    expect(names()).not.toContain('MESSAGE_CREATE');
    const all = sim.world.channelsOf(guildId).map(({ id }) => id);
    expect(received().at(-1)?.[1]).toMatchObject({ channel_ids: all, threads: [], members: [] });
  });

  it('private threads are visible to their members and to users who manage threads', async () => {
    const own = sim.world.guild(guildId).roles.find(({ botId }) => botId !== null)!;
    sim.world.roles.update(guildId, own.id, { permissions: String(P.ViewChannel) });
    const secret = sim.world.threads.create(channelId, {
      name: 'secret',
      ownerId: person,
      type: ChannelType.PrivateThread,
    });
    say('unseen', secret.id);
    sim.world.threads.join(secret.id, sim.world.bot.id);
    say('received', secret.id);
    sim.world.threads.leave(secret.id, sim.world.bot.id);
    say('unseen again', secret.id);
    await settledBy('mark');
    expect(names().filter((t) => t.startsWith('THREAD') || t.startsWith('MESSAGE'))).toEqual([
      'THREAD_CREATE',
      'THREAD_MEMBERS_UPDATE',
      'MESSAGE_CREATE',
      'THREAD_MEMBERS_UPDATE',
    ]);
    expect(received().find(([t]) => t === 'THREAD_CREATE')?.[1]).not.toHaveProperty('newly_created');
  });

  it('an unarchived thread sends the bot its own membership, and so does the control API', async () => {
    const thread = sim.world.threads.create(channelId, { name: 'mine', ownerId: sim.world.bot.id });
    sim.world.threads.update(thread.id, { archived: true });
    sim.world.threads.update(thread.id, { archived: false });
    const other = sim.world.threads.create(channelId, { name: 'theirs', ownerId: person });
    const update = (id: string) => fetch(`${sim.url}/_sim/threads/${id}/member-update`, { method: 'POST' });
    expect([(await update(thread.id)).status, (await update(other.id)).status]).toEqual([200, 404]);
    await until(() => names().filter((t) => t === 'THREAD_MEMBER_UPDATE').length === 2);
    expect(names()).toEqual([
      'THREAD_CREATE',
      'THREAD_UPDATE',
      'THREAD_UPDATE',
      'THREAD_MEMBER_UPDATE',
      'THREAD_CREATE',
      'THREAD_MEMBER_UPDATE',
    ]);
    expect(received().at(-1)?.[1]).toMatchObject({
      id: thread.id,
      user_id: sim.world.bot.id,
      guild_id: guildId,
    });
  });
});

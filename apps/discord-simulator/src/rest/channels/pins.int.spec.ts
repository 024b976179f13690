import { Routes, type APIInvite, type APIMessage } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../../simulator.js';
import { createBot, EVERY_INTENT, until, type BotClient } from '../../testing/bot-client.js';

let sim: Simulator;
let bot: BotClient;
let channelId: string;
let ids: string[];
const pinRoute = (id: string) => `/channels/${channelId}/messages/pins/${id}` as const;
const pins = async (query: Record<string, string> = {}) => {
  const options = { query: new URLSearchParams(query) };
  const page = await bot.rest.get(`/channels/${channelId}/messages/pins`, options);
  const { items, has_more } = page as {
    items: { pinned_at: string; message: APIMessage }[];
    has_more: boolean;
  };
  return { items, ids: items.map(({ message }) => message.id), more: has_more };
};
const dispatched = async (count: number) => {
  await until(() => bot.dispatches.length >= count);
  return bot.dispatches.splice(0).map(({ t, d }) => [t, d] as [string, Record<string, unknown>]);
};

beforeEach(async () => {
  sim = await startSimulator({ historyPerChannel: 3 });
  bot = createBot(sim.url, { intents: EVERY_INTENT });
  channelId = [...sim.world.channels.values()].find(({ type }) => type === 0)!.id;
  ids = sim.world
    .history(channelId)
    .all()
    .map(({ id }) => id);
  await bot.manager.connect();
  await dispatched(3);
});
afterEach(async () => {
  await bot.stop();
  await sim.close();
});

describe('pins', () => {
  it('a pin is dispatched once, as a change of the message and of the channel', async () => {
    await bot.rest.put(pinRoute(ids[0]!));
    await bot.rest.put(pinRoute(ids[0]!));
    await bot.rest.delete(pinRoute(ids[0]!));
    await bot.rest.delete(pinRoute(ids[0]!));
    sim.world.updateChannel(channelId, { topic: 'the end' });
    const all = await dispatched(5);
    const [update] = all;
    expect(all.map(([t]) => t)).toEqual([
      'MESSAGE_UPDATE',
      'CHANNEL_PINS_UPDATE',
      'MESSAGE_UPDATE',
      'CHANNEL_PINS_UPDATE',
      'CHANNEL_UPDATE',
    ]);
    expect(update?.[1]).toMatchObject({ id: ids[0], pinned: true, edited_timestamp: null });
    expect(all[1]?.[1]).toMatchObject({
      channel_id: channelId,
      last_pin_timestamp: expect.any(String) as string,
    });
    expect(all[2]?.[1]).toMatchObject({ pinned: false });
    expect(all[3]?.[1]).toMatchObject({ last_pin_timestamp: null });
  });

  it('pins are listed newest first, in pages, by both routes', async () => {
    for (const [i, id] of ids.entries())
      sim.world.asHistory(1e12 + i, () => sim.world.pins.pin(channelId, id));
    const newestFirst = [...ids].reverse();
    const first = await pins({ limit: '2' });
    expect([first.ids, first.more]).toEqual([newestFirst.slice(0, 2), true]);
    const rest = await pins({ before: first.items[1]!.pinned_at });
    expect([rest.ids, rest.more]).toEqual([newestFirst.slice(2), false]);
    const old = (await bot.rest.get(Routes.channelPins(channelId))) as APIMessage[];
    expect(old.map(({ id }) => id)).toEqual(newestFirst);
    sim.world.deleteMessage(channelId, ids[0]!);
    expect((await pins()).ids).toEqual(newestFirst.slice(0, 2));
  });

  it('a channel has at most 250 pins', async () => {
    const authorId = sim.world.bot.id;
    const say = () => sim.world.createMessage(channelId, { authorId, content: 'x' }).id;
    for (let i = 0; i < 250; i += 1) sim.world.pins.pin(channelId, say());
    await expect(bot.rest.put(pinRoute(say()))).rejects.toMatchObject({ code: 30003 });
    await expect(bot.rest.put(pinRoute('1'))).rejects.toMatchObject({ code: 10008 });
  });
});

describe('invites', () => {
  it('invites are created, listed, read and deleted, each with its dispatch', async () => {
    const body = { max_age: 60, max_uses: 2 };
    const made = (await bot.rest.post(Routes.channelInvites(channelId), { body })) as APIInvite;
    const { guildId } = sim.world.channel(channelId);
    for (const route of [Routes.channelInvites(channelId), Routes.guildInvites(guildId)])
      expect(await bot.rest.get(route)).toEqual([made]);
    expect(await bot.rest.get(Routes.invite(made.code))).toEqual(made);
    await bot.rest.delete(Routes.invite(made.code));
    await expect(bot.rest.get(Routes.invite(made.code))).rejects.toMatchObject({ code: 10006 });
    const place = { code: made.code, guild_id: guildId, channel_id: channelId };
    expect(await dispatched(2)).toEqual([
      ['INVITE_CREATE', expect.objectContaining({ ...place, max_age: 60, max_uses: 2, uses: 0 })],
      ['INVITE_DELETE', place],
    ]);
  });

  it('invites end with their time and with their channel', async () => {
    const inviterId = sim.world.bot.id;
    const past = Date.now() - 120_000;
    const old = sim.world.asHistory(past, () =>
      sim.world.invites.create({ channelId, inviterId, maxAgeS: 60 }),
    );
    const kept = sim.world.asHistory(past, () =>
      sim.world.invites.create({ channelId, inviterId, maxAgeS: 0 }),
    );
    await expect(bot.rest.get(Routes.invite(old.code))).rejects.toMatchObject({ code: 10006 });
    expect(await bot.rest.get(Routes.invite(kept.code))).toMatchObject({ expires_at: null });
    sim.world.deleteChannel(channelId);
    await expect(bot.rest.get(Routes.invite(kept.code))).rejects.toMatchObject({ code: 10006 });
  });
});

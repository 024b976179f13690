import { DiscordAPIError } from '@discordjs/rest';
import { GatewayIntentBits, Routes, type APIMessage, type APIUser } from 'discord-api-types/v10';
import type { EmojiRecord } from '../../state/model/records.js';
import { startSimulator, type Simulator } from '../../simulator.js';
import { ALL_INTENTS, createBot, until, type BotClient } from '../../testing/bot-client.js';

let sim: Simulator;
let bot: BotClient;
let place: { channelId: string; messageId: string };
let people: string[];
const fire: EmojiRecord = { id: null, name: '🔥', animated: false };
const party = { id: '2000', name: 'party', animated: true };
const react = (userId: string, emoji = fire, burst = false) =>
  sim.world.reactions.add({ ...place, userId, emoji }, burst);
const route = (emoji: string) =>
  Routes.channelMessageReaction(place.channelId, place.messageId, encodeURIComponent(emoji));
const usersOf = async (emoji: string, query: Record<string, string> = {}) => {
  const users = (await bot.rest.get(route(emoji), { query: new URLSearchParams(query) })) as APIUser[];
  return users.map(({ id }) => id);
};
const reactions = async () =>
  (
    (await bot.rest.get(Routes.channelMessage(place.channelId, place.messageId))) as APIMessage
  ).reactions?.map(({ emoji, count, count_details, me }) => ({
    emoji: emoji.name,
    count,
    burst: count_details.burst,
    me,
  }));

beforeEach(async () => {
  sim = await startSimulator({ historyPerChannel: 1 });
  bot = createBot(sim.url, { intents: ALL_INTENTS | GatewayIntentBits.GuildMessageReactions });
  const [channel] = [...sim.world.channels.values()].filter(({ type }) => type === 0);
  const [message] = sim.world.history(channel!.id).all();
  place = { channelId: channel!.id, messageId: message!.id };
  people = [...sim.world.users.values()].filter((user) => !user.bot).map(({ id }) => id);
  await bot.manager.connect();
  await until(() => bot.dispatches.length === 3);
  bot.dispatches.length = 0;
});
afterEach(async () => {
  await bot.stop();
  await sim.close();
});

describe('reactions', () => {
  it('reactions are dispatched, counted in the message and recorded in the ledger', async () => {
    const [ann, bob] = people as [string, string];
    const { lastIndex } = sim.ledger.summary();
    expect([react(ann), react(ann), react(bob, fire, true), react(bob, party)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(await reactions()).toEqual([
      { emoji: '🔥', count: 2, burst: 1, me: false },
      { emoji: 'party', count: 1, burst: 0, me: false },
    ]);
    sim.world.reactions.remove({ ...place, userId: ann, emoji: fire });
    sim.world.reactions.clear(place.channelId, place.messageId, party);
    sim.world.reactions.clear(place.channelId, place.messageId);
    await until(() => bot.dispatches.length === 6);
    expect(bot.dispatches.map(({ t }) => (t as string).replace('MESSAGE_REACTION_', ''))).toEqual([
      'ADD',
      'ADD',
      'ADD',
      'REMOVE',
      'REMOVE_EMOJI',
      'REMOVE_ALL',
    ]);
    expect(bot.dispatches[1]?.d).toMatchObject({ user_id: bob, burst: true, type: 1 });
    expect(await reactions()).toBeUndefined();
    const entries = sim.ledger.page(lastIndex, 10);
    expect(entries.map(({ kind, emoji, userId, burst }) => [kind, emoji, userId, burst])).toEqual([
      ['reaction.added', '🔥', ann, false],
      ['reaction.added', '🔥', bob, true],
      ['reaction.added', 'party:2000', bob, false],
      ['reaction.removed', '🔥', ann, false],
      ['reaction.cleared', 'party:2000', undefined, undefined],
      ['reaction.cleared', null, undefined, undefined],
    ]);
  });

  it('users who reacted are listed by id in pages, normal and burst reactions separately', async () => {
    for (const id of [...people].reverse()) react(id);
    react(sim.world.bot.id, fire, true);
    expect(await usersOf('🔥')).toEqual(people);
    expect(await usersOf('🔥', { limit: '2' })).toEqual(people.slice(0, 2));
    expect(await usersOf('🔥', { limit: '3', after: people[1]! })).toEqual(people.slice(2, 5));
    expect(await usersOf('🔥', { type: '1' })).toEqual([sim.world.bot.id]);
    expect(await usersOf('👍')).toEqual([]);
  });

  it('the bot adds, removes and clears reactions', async () => {
    await bot.rest.put(`${route('👍')}/@me`);
    await bot.rest.put(`${route('party:2000')}/@me`);
    expect(await reactions()).toMatchObject([{ emoji: '👍', me: true }, { emoji: 'party' }]);
    await bot.rest.delete(`${route('👍')}/@me`);
    react(people[0]!);
    await bot.rest.delete(`${route('🔥')}/${people[0]}`);
    expect(await reactions()).toMatchObject([{ emoji: 'party' }]);
    await bot.rest.delete(route('party:2000'));
    react(people[0]!);
    await bot.rest.delete(Routes.channelMessageAllReactions(place.channelId, place.messageId));
    expect(await reactions()).toBeUndefined();
    await expect(bot.rest.put(`${route('nonsense')}/@me`)).rejects.toMatchObject({ code: 10014 });
    await expect(
      bot.rest.get(Routes.channelMessageReaction(place.channelId, '1', '%F0%9F%94%A5')),
    ).rejects.toBeInstanceOf(DiscordAPIError);
  });

  it('reactions need their intent, and are part of a scenario', async () => {
    const deaf = createBot(sim.url);
    await deaf.manager.connect();
    const scenario = sim.scenarios.start({
      messagesPerSecond: 4000,
      count: 400,
      reactionRatio: 0.4,
      seed: 5,
    });
    await until(() => scenario.endedAtMs !== null && bot.dispatches.length === 400);
    const { reacted, created } = scenario.progress;
    expect(reacted + created).toBe(400);
    expect(reacted).toBeGreaterThan(100);
    await until(() => deaf.dispatches.length === 3 + created);
    await deaf.stop();
  });
});

import { GatewayIntentBits as I, Routes, type APIThreadChannel } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../../simulator.js';
import { ALL_INTENTS, createBot, EVERY_INTENT, until, type BotClient } from '../../testing/bot-client.js';

let sim: Simulator;
let bot: BotClient;
let guildId: string;
let channelId: string;
let people: string[];
const names = (client = bot) => client.dispatches.map(({ t }) => t as string);
const entriesAfter = (index: number) =>
  sim.ledger.page(index, 100).map(({ kind, userId, fromChannelId }) => [kind, userId, fromChannelId]);

beforeEach(async () => {
  sim = await startSimulator({ historyPerChannel: 2, maxConcurrency: 16 });
  bot = createBot(sim.url, { intents: EVERY_INTENT });
  guildId = [...sim.world.guilds.keys()][0]!;
  channelId = sim.world.channelsOf(guildId).find(({ type }) => type === 0)!.id;
  people = [...sim.world.users.values()].filter((user) => !user.bot).map(({ id }) => id);
  await bot.manager.connect();
  await until(() => bot.dispatches.length === 3);
  bot.dispatches.length = 0;
});
afterEach(async () => {
  await bot.stop();
  await sim.close();
});

describe('threads', () => {
  const listed = async (query: Record<string, string>) => {
    const route = Routes.channelThreads(channelId, 'public');
    return (await bot.rest.get(route, { query: new URLSearchParams(query) })) as {
      threads: APIThreadChannel[];
      has_more: boolean;
    };
  };

  it('threads archive themselves without messages, and not while there are some', () => {
    const [ann] = people as [string];
    const { threads } = sim.world;
    const quiet = threads.create(channelId, { name: 'quiet', ownerId: ann, autoArchiveMinutes: 60 });
    const patient = threads.create(channelId, { name: 'patient', ownerId: ann });
    const lively = threads.create(channelId, { name: 'lively', ownerId: ann, autoArchiveMinutes: 60 });
    for (const thread of [quiet, patient, lively]) thread.archiveAtMs -= 61 * 60_000;
    sim.world.createMessage(lively.id, { authorId: ann, content: 'still here' });
    threads.archiveIdle(60_000);
    expect([quiet, patient, lively].map(({ archived }) => archived)).toEqual([true, false, false]);
  });

  it('an automatic archiving is dispatched to the bot, with short minutes', async () => {
    const fast = await startSimulator({ guilds: 1, historyPerChannel: 0, threadMinuteMs: 1 });
    const listener = createBot(fast.url, { intents: ALL_INTENTS });
    try {
      await listener.manager.connect();
      const parent = [...fast.world.channels.values()].find(({ type }) => type === 0)!;
      const ownerId = fast.world.bot.id;
      fast.world.threads.create(parent.id, { name: 'brief', ownerId, autoArchiveMinutes: 60 });
      const isArchived = (d: unknown) => (d as APIThreadChannel).thread_metadata?.archived === true;
      await until(() => listener.dispatches.some(({ t, d }) => t === 'THREAD_UPDATE' && isArchived(d)));
    } finally {
      await listener.stop();
      await fast.close();
    }
  });

  it('threads start with or without a message, accept messages, unarchive, and are deleted with their channel', async () => {
    const [message] = sim.world.history(channelId).all();
    const [ann, bob] = people as [string, string];
    const thread = sim.world.threads.create(channelId, { name: 'at', ownerId: ann, messageId: message!.id });
    expect(thread.id).toBe(message!.id);
    sim.world.threads.update(thread.id, { archived: true });
    const said = sim.world.createMessage(thread.id, { authorId: bob, content: 'awake' });
    await until(() => names().at(-1) === 'MESSAGE_CREATE');
    expect(names()).toEqual([
      'THREAD_CREATE',
      'MESSAGE_UPDATE',
      'THREAD_UPDATE',
      'THREAD_UPDATE',
      'THREAD_MEMBERS_UPDATE',
      'MESSAGE_CREATE',
    ]);
    expect(bot.dispatches.at(-1)?.d).toMatchObject({ id: said.id, channel_id: thread.id, guild_id: guildId });
    expect(await bot.rest.get(Routes.channel(thread.id))).toMatchObject({
      message_count: 1,
      parent_id: channelId,
    });
    expect(await bot.rest.get(Routes.channelMessage(channelId, message!.id))).toMatchObject({
      flags: 32,
      thread: { id: thread.id },
    });
    sim.world.deleteChannel(channelId);
    await expect(bot.rest.get(Routes.channel(thread.id))).rejects.toMatchObject({ code: 10003 });
  });

  it('archived threads are paged by the time of archiving, newest first', async () => {
    for (let i = 0; i < 5; i++) {
      sim.world.asHistory(Date.now() - 10_000 + i * 1000, () => {
        const { id } = sim.world.threads.create(channelId, { name: `t${i}`, ownerId: people[0]! });
        sim.world.threads.update(id, { archived: true });
      });
    }
    const first = await listed({ limit: '2' });
    expect([first.threads.map(({ name }) => name), first.has_more]).toEqual([['t4', 't3'], true]);
    const before = first.threads[1]!.thread_metadata!.archive_timestamp;
    const rest = await listed({ limit: '50', before });
    expect([rest.threads.map(({ name }) => name), rest.has_more]).toEqual([['t2', 't1', 't0'], false]);
    await expect(listed({ before: 'yesterday' })).rejects.toMatchObject({ code: 50035 });
  });

  it('the bot creates and changes threads, and GUILD_CREATE contains active ones', async () => {
    const body = { name: 'by-bot', type: 11 };
    const made = (await bot.rest.post(Routes.threads(channelId), { body })) as { id: string };
    const late = createBot(sim.url);
    await late.manager.connect();
    await until(() => late.dispatches.length === 3);
    const guild = late.dispatches.find(({ d }) => (d as { id?: string }).id === guildId);
    expect(guild?.d).toMatchObject({ threads: [{ id: made.id, member: { user_id: sim.world.bot.id } }] });
    await late.stop();
    await bot.rest.patch(Routes.channel(made.id), { body: { archived: true, locked: true } });
    const speak = bot.rest.post(Routes.channelMessages(made.id), { body: { content: 'x' } });
    await expect(speak).rejects.toMatchObject({ code: 50083 });
    await bot.rest.delete(Routes.channel(made.id));
    await until(() => names().at(-1) === 'THREAD_DELETE');
  });
});

describe('members, roles and calls', () => {
  it('members, roles and calls are dispatched with their changes and recorded in the ledger', async () => {
    const [ann, bob] = people as [string, string];
    const rooms = sim.world.channelsOf(guildId).filter(({ type }) => type === 2);
    const [lounge, bench] = rooms.map(({ id }) => id) as [string, string];
    const { lastIndex } = sim.ledger.summary();
    const { members, voice } = sim.world;
    voice.enter(lounge, ann);
    voice.enter(bench, ann);
    voice.enter(bench, ann, { selfMute: true });
    members.update(guildId, ann, { nick: 'Ann' });
    members.ban(guildId, ann);
    voice.enter(bench, bob);
    voice.leave(guildId, bob);
    await until(() => bot.dispatches.length === 9);
    expect(names()).toEqual([
      ...Array<string>(3).fill('VOICE_STATE_UPDATE'),
      'GUILD_MEMBER_UPDATE',
      'VOICE_STATE_UPDATE',
      'GUILD_MEMBER_REMOVE',
      'GUILD_BAN_ADD',
      'VOICE_STATE_UPDATE',
      'VOICE_STATE_UPDATE',
    ]);
    expect(entriesAfter(lastIndex)).toEqual([
      ['voice.joined', ann, null],
      ['voice.moved', ann, lounge],
      ['voice.updated', ann, bench],
      ['member.updated', ann, undefined],
      ['voice.left', ann, bench],
      ['member.left', ann, undefined],
      ['ban.added', ann, undefined],
      ['voice.joined', bob, null],
      ['voice.left', bob, bench],
    ]);
    expect(() => members.join(guildId, ann)).toThrow(/banned/);
    const missing = bot.rest.get(Routes.guildMember(guildId, ann));
    await expect(missing).rejects.toMatchObject({ code: 10007 });
  });

  it('members, roles and calls reach only sessions with the intent; voice states are in GUILD_CREATE too', async () => {
    const room = sim.world.channelsOf(guildId).find(({ type }) => type === 2)!;
    sim.world.voice.enter(room.id, people[0]!);
    const callsSeenBy = async (intents: number): Promise<number> => {
      const client = createBot(sim.url, { intents });
      await client.manager.connect();
      await until(() => client.dispatches.length === 3);
      const guild = client.dispatches.find(({ d }) => (d as { id?: string }).id === guildId);
      sim.world.members.update(guildId, people[1]!, { nick: 'x' });
      sim.world.createMessage(channelId, { authorId: people[1]!, content: 'x' });
      await until(() => names(client).includes('MESSAGE_CREATE'));
      expect(names(client)).not.toContain('GUILD_MEMBER_UPDATE');
      await client.stop();
      return (guild?.d as { voice_states: object[] }).voice_states.length;
    };
    expect(await callsSeenBy(ALL_INTENTS)).toBe(0);
    expect(await callsSeenBy(ALL_INTENTS | I.GuildVoiceStates)).toBe(1);
  });

  it('members come in chunks, the complete list once per 30 s', async () => {
    for (let i = 0; i < 1500; i++) sim.world.createUser(`crowd-${i}`);
    const requestMembers = (d: object) =>
      bot.manager.send(0, { op: 8, d: { guild_id: guildId, ...d } } as never);
    await requestMembers({ query: '', limit: 0, nonce: 'n' });
    await requestMembers({ query: '', limit: 0, nonce: 'again' });
    await requestMembers({ user_ids: [people[0], '5'], limit: 0 });
    await until(() => bot.dispatches.length === 4);
    expect(bot.dispatches.map(({ t, d }) => [t, (d as { members?: object[] }).members?.length])).toEqual([
      ['GUILD_MEMBERS_CHUNK', 1000],
      ['GUILD_MEMBERS_CHUNK', 511],
      ['RATE_LIMITED', undefined],
      ['GUILD_MEMBERS_CHUNK', 1],
    ]);
    expect(bot.dispatches[2]?.d).toMatchObject({ opcode: 8, meta: { guild_id: guildId, nonce: 'again' } });
    expect(bot.dispatches[3]?.d).toMatchObject({ not_found: ['5'] });
  });

  it('a channel without readable history looks empty, an invisible one is refused', async () => {
    const overwrite = (deny: bigint) => ({
      permissionOverwrites: [{ id: sim.world.bot.id, type: 1 as const, allow: '0', deny: deny.toString() }],
    });
    const [message] = sim.world.history(channelId).all();
    sim.world.updateChannel(channelId, overwrite(1n << 16n));
    expect(await bot.rest.get(Routes.channelMessages(channelId))).toEqual([]);
    const one = Routes.channelMessage(channelId, message!.id);
    await expect(bot.rest.get(one)).rejects.toMatchObject({ status: 403, code: 50001 });
    sim.world.updateChannel(channelId, overwrite(1n << 10n));
    const hidden = bot.rest.get(Routes.channelMessages(channelId));
    await expect(hidden).rejects.toMatchObject({ status: 403, code: 50001 });
  });
});

describe('a mixed scenario', () => {
  it('a mixed scenario has threads, members and voice states, and its facts are the dispatches', async () => {
    const { lastIndex } = sim.ledger.summary();
    const scenario = sim.scenarios.start({
      messagesPerSecond: 3000,
      count: 600,
      seed: 9,
      threadRatio: 0.2,
      memberRatio: 0.2,
      voiceRatio: 0.2,
    });
    await until(() => scenario.endedAtMs !== null);
    expect(scenario.progress.skipped).toBe(0);
    expect(scenario.progress.happened + scenario.progress.created).toBe(600);
    const kinds = new Set(sim.ledger.page(lastIndex, 10_000).map(({ kind }) => kind.split('.')[0]));
    expect([...kinds].sort()).toEqual(['member', 'message', 'thread', 'voice']);
    await until(() => bot.dispatches.length === sim.ledger.summary().lastIndex - lastIndex);
  });
});

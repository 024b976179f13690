import {
  ChannelType,
  Routes,
  type APIChannel,
  type APIMessage,
  type APISticker,
} from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../simulator.js';
import { createBot, EVERY_INTENT, until, type BotClient } from '../testing/bot-client.js';
import { conformance } from './with-spec.js';

conformance('conformance of forums, polls, stickers, bans and the audit log', (spec) => {
  let sim: Simulator;
  let bot: BotClient;
  let guildId: string;
  let channelId: string;
  let people: string[];

  const dispatched = async (t: string, matches: (d: object) => boolean = () => true): Promise<object> => {
    const find = () =>
      bot.dispatches.filter((each) => each.t === t).findLast(({ d }) => matches(d as object))?.d;
    await until(() => find() !== undefined);
    return find() as object;
  };
  const expectKnown = async (t: string, schema: string | null = null) => {
    const d = await dispatched(t);
    if (schema !== null) expect(spec.problemsOf(schema, d)).toEqual([]);
    if (spec.knowsEvents) expect(spec.unknownFieldsOf(t, schema, d)).toEqual([]);
  };

  beforeAll(async () => {
    sim = await startSimulator({ historyPerChannel: 0, guilds: 1 });
    bot = createBot(sim.url, { intents: EVERY_INTENT });
    await bot.manager.connect();
    guildId = [...sim.world.guilds.keys()][0]!;
    channelId = sim.world.channelsOf(guildId).find(({ name }) => name === 'general')!.id;
    people = [...sim.world.users.values()].filter((user) => !user.bot).map(({ id }) => id);
  });
  afterAll(async () => {
    await bot.stop();
    await sim.close();
  });

  it('a forum with tags, and a post in it with its first message, have the documented shape', async () => {
    const tags = [
      { name: 'Question', emoji_name: '❓' },
      { name: 'Solved', moderated: true },
    ];
    const forum = (await bot.rest.post(Routes.guildChannels(guildId), {
      body: { name: 'Workshop Help', type: ChannelType.GuildForum, available_tags: tags },
    })) as APIChannel & { available_tags: { id: string; name: string }[] };
    expect(spec.problemsOfAnswer('post', '/guilds/{guild_id}/channels', forum)).toEqual([]);
    await expectKnown('CHANNEL_CREATE', 'GuildChannelResponse');
    const [question, solved] = forum.available_tags;
    const post = (await bot.rest.post(Routes.threads(forum.id), {
      body: { name: 'Which glue?', applied_tags: [question!.id], message: { content: 'For linen.' } },
    })) as APIChannel & { message: APIMessage };
    expect(post).toMatchObject({
      applied_tags: [question!.id],
      message: { id: post.id, content: 'For linen.' },
    });
    expect(spec.problemsOfAnswer('post', '/channels/{channel_id}/threads', post)).toEqual([]);
    await expectKnown('THREAD_CREATE', 'ThreadResponse');
    const first = await dispatched('MESSAGE_CREATE', (d) => 'id' in d && d.id === post.id);
    expect(first).toMatchObject({ id: post.id, channel_id: post.id });
    expect(first).not.toHaveProperty('thread');
    const changed = await bot.rest.patch(Routes.channel(post.id), {
      body: { applied_tags: [solved!.id], archived: true },
    });
    expect(changed).toMatchObject({ applied_tags: [solved!.id] });
    expect(spec.problemsOfAnswer('patch', '/channels/{channel_id}', changed)).toEqual([]);
    const unknown = bot.rest.patch(Routes.channel(post.id), { body: { applied_tags: ['1'] } });
    await expect(unknown).rejects.toMatchObject({ code: 10087 });
    await expect(bot.rest.get(Routes.channelMessages(forum.id))).rejects.toMatchObject({ status: 400 });
  });

  it('a poll with votes ends with a result of the documented shape', async () => {
    const answers = [
      { poll_media: { text: 'Friday', emoji: { name: '🚀' } } },
      { poll_media: { text: 'Saturday' } },
    ];
    const path = '/channels/{channel_id}/messages';
    const poll = { question: { text: 'When?' }, answers, duration: 1 };
    const created = (await bot.rest.post(Routes.channelMessages(channelId), {
      body: { poll },
    })) as APIMessage;
    expect(spec.problemsOfAnswer('post', path, created)).toEqual([]);
    const vote = { channelId, messageId: created.id, userId: people[0]! };
    sim.world.polls.vote({ ...vote, answerId: 1 });
    // Without multiple choice, the second vote replaces the first.
    sim.world.polls.vote({ ...vote, answerId: 2 });
    await expectKnown('MESSAGE_POLL_VOTE_REMOVE');
    await expectKnown('MESSAGE_POLL_VOTE_ADD');
    const voters = await bot.rest.get(Routes.pollAnswerVoters(channelId, created.id, 2));
    expect(voters).toMatchObject({ users: [{ id: people[0] }] });
    const voterPath = '/channels/{channel_id}/polls/{message_id}/answers/{answer_id}';
    expect(spec.problemsOfAnswer('get', voterPath, voters)).toEqual([]);
    const ended = await bot.rest.post(Routes.expirePoll(channelId, created.id));
    expect(ended).toMatchObject({
      poll: { results: { is_finalized: true, answer_counts: [{ id: 2, count: 1, me_voted: false }] } },
    });
    expect(spec.problemsOfAnswer('post', '/channels/{channel_id}/polls/{message_id}/expire', ended)).toEqual(
      [],
    );
    const result = await dispatched('MESSAGE_CREATE', (d) => 'type' in d && d.type === 46);
    expect(result).toMatchObject({ message_reference: { message_id: created.id } });
    expect(JSON.stringify(result)).toContain('"victor_answer_text","value":"Saturday"');
    expect(spec.problemsOf('MessageResponse', result)).toEqual([]);
    expect(() => sim.world.polls.vote({ ...vote, answerId: 1 })).toThrow(/ended/);
  });

  it('the stickers of a guild, and a message with one, have the documented shape', async () => {
    const files = [{ name: 'kite.png', data: Buffer.from('png'), contentType: 'image/png', key: 'file' }];
    const body = { name: 'kite', tags: 'kite' };
    const made = (await bot.rest.post(Routes.guildStickers(guildId), {
      body,
      files,
      appendToFormData: true,
    })) as APISticker;
    expect(spec.problemsOfAnswer('post', '/guilds/{guild_id}/stickers', made)).toEqual([]);
    await expectKnown('GUILD_STICKERS_UPDATE');
    const list = await bot.rest.get(Routes.guildStickers(guildId));
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}/stickers', list)).toEqual([]);
    const message = await bot.rest.post(Routes.channelMessages(channelId), {
      body: { sticker_ids: [made.id] },
    });
    expect(message).toMatchObject({ sticker_items: [{ id: made.id, name: 'kite', format_type: 1 }] });
    expect(spec.problemsOfAnswer('post', '/channels/{channel_id}/messages', message)).toEqual([]);
    const file = await fetch(`${sim.url}/stickers/${made.id}.png`);
    expect([file.headers.get('content-type'), await file.text()]).toEqual(['image/png', 'png']);
    const renamed = await bot.rest.patch(Routes.guildSticker(guildId, made.id), {
      body: { name: 'big kite' },
    });
    expect(spec.problemsOfAnswer('patch', '/guilds/{guild_id}/stickers/{sticker_id}', renamed)).toEqual([]);
    expect(
      spec.problemsOfAnswer('get', '/stickers/{sticker_id}', await bot.rest.get(Routes.sticker(made.id))),
    ).toEqual([]);
    await bot.rest.delete(Routes.guildSticker(guildId, made.id));
    expect(await bot.rest.get(Routes.guildStickers(guildId))).toEqual([]);
  });

  it('bans of several users at once are in the audit log, and their messages are deleted', async () => {
    const [spammer = '', friend = ''] = people.slice(-2);
    const { id } = sim.world.createMessage(channelId, { authorId: spammer, content: 'free kites' });
    const banned = await bot.rest.post(Routes.guildBulkBan(guildId), {
      body: { user_ids: [spammer, friend, '1'], delete_message_seconds: 3600 },
      reason: 'a raid',
    });
    expect(banned).toEqual({ banned_users: [spammer, friend], failed_users: ['1'] });
    expect(spec.problemsOfAnswer('post', '/guilds/{guild_id}/bulk-ban', banned)).toEqual([]);
    expect(sim.world.history(channelId).get(id)).toBeUndefined();
    await expectKnown('GUILD_AUDIT_LOG_ENTRY_CREATE', 'AuditLogEntryResponse');
    await bot.rest.delete(Routes.guildBan(guildId, friend));
    const log = await bot.rest.get(Routes.guildAuditLog(guildId));
    expect(spec.problemsOfAnswer('get', '/guilds/{guild_id}/audit-logs', log)).toEqual([]);
    const entry = (targetId: string, action: number) =>
      expect.objectContaining({ action_type: action, target_id: targetId, user_id: sim.world.bot.id });
    expect(log).toMatchObject({
      audit_log_entries: [
        entry(friend, 23),
        entry(friend, 22),
        expect.objectContaining({ target_id: spammer, action_type: 22, reason: 'a raid' }),
      ],
    });
  });
});

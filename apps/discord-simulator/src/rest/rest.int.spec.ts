import { DiscordAPIError, REST } from '@discordjs/rest';
import { Routes, type APIMessage } from 'discord-api-types/v10';
import type { ChannelRecord } from '../state/model/records.js';
import { startSimulator, type Simulator } from '../simulator.js';

let sim: Simulator;
let rest: REST;
let general: ChannelRecord;
let ids: string[];

beforeAll(async () => {
  sim = await startSimulator({ historyPerChannel: 0, guilds: 3 });
  rest = new REST({ api: `${sim.url}/api`, version: '10', retries: 0 }).setToken('any');
  general = [...sim.world.channels.values()].find(({ name }) => name === 'general')!;
  ids = Array.from({ length: 120 }, (_, i) => {
    return sim.world.createMessage(general.id, { authorId: sim.world.bot.id, content: `m${i}` }).id;
  });
});
afterAll(() => sim.close());

const list = async (query: Record<string, string>): Promise<string[]> => {
  const page = (await rest.get(Routes.channelMessages(general.id), {
    query: new URLSearchParams(query),
  })) as APIMessage[];
  return page.map(({ id }) => id);
};
const newestFirst = (from: number, to: number) => ids.slice(from, to).reverse();
const refusal = async (request: Promise<unknown>): Promise<{ status: number; code: number | string }> => {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DiscordAPIError);
  return { status: (error as DiscordAPIError).status, code: (error as DiscordAPIError).code };
};

describe('messages of a channel', () => {
  it('messages of a channel are returned newest first, 50 by default', async () => {
    expect(await list({})).toEqual(newestFirst(70, 120));
    expect(await list({ limit: '100' })).toEqual(newestFirst(20, 120));
  });

  it('messages of a channel are paged by after, before and around', async () => {
    expect(await list({ after: ids[9]!, limit: '3' })).toEqual(newestFirst(10, 13));
    expect(await list({ after: '0', limit: '2' })).toEqual(newestFirst(0, 2));
    expect(await list({ after: ids[119]! })).toEqual([]);
    expect(await list({ before: ids[10]!, limit: '3' })).toEqual(newestFirst(7, 10));
    expect(await list({ around: ids[50]!, limit: '5' })).toEqual(newestFirst(48, 53));
  });

  it.each([
    { limit: '0' },
    { limit: '101' },
    { limit: 'ten' },
    { after: 'x' },
    { after: '1', before: '2' },
  ] as Record<string, string>[])('messages of a channel are refused for %j with 50035', async (query) => {
    expect(await refusal(list(query))).toEqual({ status: 400, code: 50035 });
  });

  it('messages of a channel are created, answered, edited and deleted by the bot', async () => {
    const route = Routes.channelMessages(general.id);
    const created = (await rest.post(route, { body: { content: 'hi', nonce: 'n1' } })) as APIMessage;
    expect(created).toMatchObject({
      content: 'hi',
      nonce: 'n1',
      edited_timestamp: null,
      author: { bot: true },
    });
    const body = { content: 'reply', message_reference: { message_id: created.id } };
    const reply = (await rest.post(route, { body })) as APIMessage;
    expect(reply).toMatchObject({ type: 19, referenced_message: { id: created.id } });
    const one = Routes.channelMessage(general.id, created.id);
    expect(await rest.patch(one, { body: { content: 'hi!' } })).toMatchObject({
      content: 'hi!',
      edited_timestamp: expect.any(String),
    });
    await rest.delete(one);
    expect(await refusal(rest.get(one))).toEqual({ status: 404, code: 10008 });
    const left = (await rest.get(Routes.channelMessage(general.id, reply.id))) as APIMessage;
    expect(left.referenced_message).toBeNull();
    await rest.delete(Routes.channelMessage(general.id, reply.id));
  });

  it('messages of a channel are deleted in bulk, two to a hundred', async () => {
    const channel = [...sim.world.channels.values()].find(({ name }) => name === 'ideas')!;
    const messages = [1, 2, 3].map(
      () => sim.world.createMessage(channel.id, { authorId: sim.world.bot.id, content: 'x' }).id,
    );
    const route = Routes.channelBulkDelete(channel.id);
    expect(await refusal(rest.post(route, { body: { messages: [messages[0]] } }))).toEqual({
      status: 400,
      code: 50016,
    });
    expect(await refusal(rest.post(route, { body: { messages: ['1', '2'] } }))).toEqual({
      status: 400,
      code: 50034,
    });
    await rest.post(route, { body: { messages } });
    expect(sim.world.history(channel.id).size).toBe(0);
  });
});

describe('refusals', () => {
  it('the code of a refusal names what is unknown', async () => {
    expect(await refusal(rest.get(Routes.channel('1')))).toEqual({ status: 404, code: 10003 });
    expect(await refusal(rest.get(Routes.guild('1')))).toEqual({ status: 404, code: 10004 });
    expect(await refusal(rest.get(Routes.channelMessage(general.id, '1')))).toEqual({
      status: 404,
      code: 10008,
    });
    expect(await refusal(rest.get('/no/such/route'))).toEqual({ status: 404, code: 0 });
  });

  it('errors in a message are explained', async () => {
    const post = (body: object) => refusal(rest.post(Routes.channelMessages(general.id), { body }));
    expect(await post({})).toEqual({ status: 400, code: 50006 });
    expect(await post({ content: 'x'.repeat(2001) })).toEqual({ status: 400, code: 50035 });
    expect(await post({ content: 5 })).toEqual({ status: 400, code: 50035 });
    expect(await post({ content: 'x', message_reference: { message_id: '1' } })).toEqual({
      status: 400,
      code: 50035,
    });
    const category = [...sim.world.channels.values()].find(({ type }) => type === 4)!;
    const send = rest.post(Routes.channelMessages(category.id), { body: { content: 'x' } });
    expect(await refusal(send)).toEqual({ status: 400, code: 50008 });
    expect(await refusal(rest.get(Routes.channelMessages(category.id)))).toEqual({
      status: 400,
      code: 50024,
    });
  });

  it('other users’ messages cannot be edited', async () => {
    const other = [...sim.world.users.values()].find((user) => !user.bot)!;
    const { id } = sim.world.createMessage(general.id, { authorId: other.id, content: 'mine' });
    const edit = rest.patch(Routes.channelMessage(general.id, id), { body: { content: 'yours' } });
    expect(await refusal(edit)).toEqual({ status: 403, code: 50005 });
    sim.world.deleteMessage(general.id, id);
  });

  it('missing tokens and invalid JSON get Discord’s bodies', async () => {
    const bare = await fetch(`${sim.url}/api/v10/users/@me`);
    expect([bare.status, await bare.json()]).toEqual([401, { message: '401: Unauthorized', code: 0 }]);
    const broken = await fetch(`${sim.url}/api/v10/channels/${general.id}/messages`, {
      method: 'POST',
      headers: { authorization: 'Bot any', 'content-type': 'application/json' },
      body: '{"content":',
    });
    expect([broken.status, ((await broken.json()) as { code: number }).code]).toEqual([400, 50109]);
  });
});

describe('guilds', () => {
  it('guilds are listed in the order of their ids and paged by after and before', async () => {
    const all = [...sim.world.guilds.keys()];
    const get = async (query: Record<string, string>) => {
      const rows = (await rest.get(Routes.userGuilds(), { query: new URLSearchParams(query) })) as {
        id: string;
      }[];
      return rows.map(({ id }) => id);
    };
    expect(await get({})).toEqual(all);
    expect(await get({ after: all[0]!, limit: '1' })).toEqual([all[1]]);
    expect(await get({ before: all[2]! })).toEqual([all[0], all[1]]);
  });

  it('guilds contain member counts on request', async () => {
    const [id] = sim.world.guilds.keys();
    expect(await rest.get(Routes.guild(id!))).not.toHaveProperty('approximate_member_count');
    const query = new URLSearchParams({ with_counts: 'true' });
    expect(await rest.get(Routes.guild(id!), { query })).toHaveProperty('approximate_member_count', 11);
  });
});

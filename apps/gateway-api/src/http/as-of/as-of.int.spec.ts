import type {
  RestChannel,
  RestChannelDiff,
  RestGuildDiff,
  RestMemberPage,
  RestMessagePage,
  RestReactionPage,
  RestRole,
  RestRooms,
  RestThreadPage,
  WireGuild,
  WireHistoryMessage,
} from '@discord-relay/contracts';
import { Documented } from '../../testing/documented.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import {
  hourAt,
  LAST_SEQ,
  messageId,
  NEWCOMER,
  OLD_CHANNEL,
  RENAMED,
  ROOM,
  THREAD,
  writePast,
} from '../../testing/past-world.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, GUILD, OTHER_CHANNEL, VIEWER } from '../../testing/world.js';

const ANALYST = { role: 'analyst' };
const VIEWING = { role: 'viewer', sub: VIEWER };

let gateway: TestGateway;
let documented: Documented;

beforeAll(async () => {
  gateway = await startGateway({ HTTP_REQUESTS_PER_S: '1000' });
  documented = Documented.of(await (await fetch(`${gateway.url}/api/openapi.json`)).json());
  await writePast(gateway.world);
});

afterAll(() => gateway.stop());

async function request(path: string, claims: object): Promise<{ response: Response; body: unknown }> {
  const headers = { authorization: `Bearer ${await tokenFor({ ...claims })}` };
  const response = await fetch(`${gateway.url}/api/v1/${path}`, { headers });
  const body: unknown = await response.json();
  expect(documented.problemsOf(`/api/v1/${path}`, response.status, body)).toEqual([]);
  return { response, body };
}

async function get<T>(path: string, claims: object = VIEWING): Promise<T> {
  const { response, body } = await request(path, claims);
  expect({ status: response.status, body }).toMatchObject({ status: 200 });
  return body as T;
}

const refusal = async (path: string, claims: object = VIEWING) => (await request(path, claims)).body;

const page = (query: string, claims?: object) =>
  get<RestMessagePage>(`channels/${CHANNEL}/messages?${query}`, claims);
const contents = ({ messages }: RestMessagePage) => messages.map(({ content }) => content);

describe('messages as of a sequence', () => {
  it('messages have the text, pins, reactions and votes that they had', async () => {
    const [draft, poll] = (await page('asOf=20', ANALYST)).messages;
    expect(draft).toMatchObject({ content: 'draft', editedTimestamp: null, revision: 0, pinned: false });
    expect(draft!.reactions).toEqual([{ emoji: { id: null, name: '👍' }, count: 2, burstCount: 0 }]);
    expect(poll!.poll?.results).toBeNull();
    const [final, voted] = (await page('asOf=29')).messages;
    expect(final).toMatchObject({
      content: 'final',
      editedTimestamp: hourAt(1.5),
      revision: 1,
      pinned: false,
    });
    expect(final!.reactions).toMatchObject([{ count: 1 }]);
    expect(voted!.poll?.results?.counts).toEqual([{ answerId: 1, count: 2 }]);
    expect((await page('asOf=40')).messages[0]).toMatchObject({ content: 'final', pinned: true });
  });

  it('messages that were deleted later are tombstones, also for analysts; those of later events are absent', async () => {
    const tombstone = { id: messageId(2), timestamp: '2025-01-01T00:02:00.000Z' };
    for (const claims of [VIEWING, ANALYST]) {
      const before = await page('asOf=25', claims);
      expect([contents(before), before.asOf?.deleted]).toEqual([['final', 'message 4'], [tombstone]]);
      expect(JSON.stringify(before)).not.toContain('message 2');
    }
    expect((await page('asOf=26')).asOf?.deleted).toEqual([]);
    expect(contents(await page('asOf=31'))).toEqual(['final', 'message 3', 'message 4']);
    expect(contents(await page('asOf=10'))).toEqual([]);
  });

  it('messages are paged as current ones are', async () => {
    const ids = async (query: string) => {
      const { messages, asOf } = await page(`asOf=25&${query}`);
      return [...messages, ...asOf!.deleted].map(({ id }) => id).sort();
    };
    expect(await ids('limit=2')).toEqual([messageId(2), messageId(4)]);
    expect(await ids(`before=${messageId(2)}`)).toEqual([messageId(1)]);
    expect(await ids(`after=${messageId(1)}&limit=1`)).toEqual([messageId(2)]);
    expect(await ids(`around=${messageId(2)}&limit=3`)).toEqual([1, 2, 4].map(messageId));
  });

  it('one message and its reactions are as they were, and a deleted one is not found', async () => {
    const path = `channels/${CHANNEL}/messages/${messageId(1)}`;
    expect(await get<WireHistoryMessage>(`${path}?asOf=20`, ANALYST)).toMatchObject({ content: 'draft' });
    const users = async (seq: number) =>
      (await get<RestReactionPage>(`${path}/reactions?asOf=${seq}`)).reactions.map(({ userId }) => userId);
    expect([await users(13), await users(14), await users(20), await users(28)]).toEqual([
      [],
      ['7'],
      ['7', '8'],
      ['7'],
    ]);
    expect(await refusal(`channels/${CHANNEL}/messages/${messageId(2)}?asOf=20`, ANALYST)).toMatchObject({
      code: 'MESSAGE.NOT_FOUND',
    });
  });
});

describe('places and people as of a sequence', () => {
  const channels = (seq: number, claims?: object) =>
    get<RestChannel[]>(`guilds/${GUILD}/channels?asOf=${seq}`, claims);

  it('servers and channels have the names and topics that they had, and the response names the point', async () => {
    const named = async (seq: number) =>
      (await get<WireGuild[]>(`guilds?asOf=${seq}`)).map(({ name }) => name);
    expect([await named(26), await named(27)]).toEqual([
      ['Second', 'Zeroth'],
      ['First', 'Second'],
    ]);
    const of = async (seq: number) => (await channels(seq)).find(({ id }) => id === CHANNEL);
    expect(await of(28)).toMatchObject({ name: 'lobby', topic: 'Welcome', lastMessageId: messageId(4) });
    expect(await of(29)).toMatchObject({ name: 'general', topic: null });
    expect(await get<RestChannel>(`channels/${CHANNEL}?asOf=28`)).toMatchObject({ name: 'lobby' });
    const { response } = await request(`guilds/${GUILD}/channels?asOf=28`, VIEWING);
    expect([response.headers.get('relay-as-of'), response.headers.get('relay-gaps')]).toEqual(['28', '0']);
  });

  it('analysts also see channels that were deleted since, viewers do not', async () => {
    const sees = async (seq: number, claims: object) =>
      (await channels(seq, claims)).some(({ id }) => id === OLD_CHANNEL);
    expect([await sees(31, ANALYST), await sees(32, ANALYST), await sees(31, VIEWING)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('threads, roles, members and rooms are as they were', async () => {
    const threads = async (query: string) =>
      (await get<RestThreadPage>(`channels/${CHANNEL}/threads?${query}`)).threads.map(({ name }) => name);
    expect(await threads('asOf=15')).toEqual([]);
    expect(await threads('asOf=29')).toEqual(['question']);
    expect(await threads('asOf=30')).toEqual([]);
    expect(await threads('asOf=30&archived=true')).toEqual(['solved: question']);
    expect(await get<RestRole[]>(`guilds/${GUILD}/roles?asOf=23`)).toMatchObject([{ name: 'everyone' }]);
    const nicks = async (query: string) =>
      (await get<RestMemberPage>(`guilds/${GUILD}/members?${query}`)).members.map(
        ({ userId, nick }) => `${userId} ${nick}`,
      );
    expect(await nicks('asOf=17&after=501')).toEqual([`${RENAMED} before`]);
    expect(await nicks('asOf=18&after=501')).toEqual([`${NEWCOMER} null`, `${RENAMED} before`]);
    expect(await nicks(`asOf=30&ids=${RENAMED}`)).toEqual([`${RENAMED} after`]);
    const inside = async (seq: number) => {
      const { rooms } = await get<RestRooms>(`guilds/${GUILD}/rooms?asOf=${seq}`);
      return rooms.find(({ channelId }) => channelId === ROOM)!.members.map(({ userId }) => userId);
    };
    expect([await inside(22), await inside(23), await inside(33), await inside(34)]).toEqual([
      [],
      [VIEWER],
      [VIEWER],
      [],
    ]);
  });
});

describe('the rights to look back', () => {
  it('a text that an edit replaced is withheld from viewers, with what belonged to it', async () => {
    const withheld = { id: messageId(1), content: '', redacted: 'superseded', author: { id: '7' } };
    const [message] = (await page('asOf=20')).messages;
    expect(message).toMatchObject({ ...withheld, reactions: [{ count: 2 }] });
    const path = `channels/${CHANNEL}`;
    expect(await get(`${path}/messages/${messageId(1)}?asOf=20`)).toMatchObject(withheld);
    const { changed } = await get<RestChannelDiff>(`${path}/diff?from=12&to=33`);
    expect(changed).toMatchObject([{ before: withheld, after: { content: 'final' } }]);
    expect((await page('asOf=25')).messages[0]).toMatchObject({ content: 'final', pinned: false });
  });

  it('a channel that the caller might not see then is not found, even if they see it now', async () => {
    const path = `channels/${OTHER_CHANNEL}/messages`;
    expect(await refusal(`${path}?asOf=20`)).toMatchObject({ code: 'CHANNEL.NOT_FOUND' });
    await get(`${path}?asOf=20`, ANALYST);
    await get(`${path}?asOf=21`);
    const listed = await get<RestChannel[]>(`guilds/${GUILD}/channels?asOf=20`);
    expect(listed.map(({ id }) => id)).not.toContain(OTHER_CHANNEL);
  });

  it('a user who was no member then sees nothing of that time', async () => {
    const newcomer = { role: 'viewer', sub: NEWCOMER };
    expect(await refusal(`channels/${CHANNEL}/messages?asOf=17`, newcomer)).toMatchObject({
      code: 'CHANNEL.NOT_FOUND',
    });
    expect(await refusal(`guilds/${GUILD}/channels?asOf=17`, newcomer)).toMatchObject({
      code: 'GUILD.NOT_FOUND',
    });
    expect(await get<WireGuild[]>('guilds?asOf=17', newcomer)).toEqual([]);
    expect(contents(await page('asOf=18', newcomer))).toEqual(['', 'message 4']);
  });

  it('a user who may not read a channel now may not look back either', async () => {
    const stranger = { role: 'viewer', sub: '999' };
    expect(await refusal(`channels/${CHANNEL}/messages?asOf=20`, stranger)).toMatchObject({
      code: 'CHANNEL.NOT_FOUND',
    });
  });
});

describe('the point of an answer', () => {
  it('gaps that were open then are named', async () => {
    const gaps = async (seq: number) => (await page(`asOf=${seq}`)).asOf!.gaps.map(({ gapId }) => gapId);
    expect([await gaps(29), await gaps(55), await gaps(75)]).toEqual([[], ['a:b'], []]);
  });

  it('the point is named, also beyond the newest event about the channel', async () => {
    expect((await page(`asOf=${LAST_SEQ}`)).asOf).toMatchObject({
      clock: 'observed',
      seq: LAST_SEQ,
      time: null,
    });
  });
});

describe('what changed between two points', () => {
  it('a diff of a server has what was added, removed and changed', async () => {
    const diff = await get<RestGuildDiff>(`guilds/${GUILD}/diff?from=17&to=33`, ANALYST);
    expect(diff.server).toMatchObject({ before: { name: 'Zeroth' }, after: { name: 'First' } });
    expect(diff.channels.changed).toMatchObject([{ before: { name: 'lobby' }, after: { name: 'general' } }]);
    expect(diff.channels.removed.map(({ id }) => id)).toEqual([THREAD, OLD_CHANNEL]);
    expect(diff.members.added.map(({ userId }) => userId)).toEqual([NEWCOMER]);
    expect(diff.members.changed).toMatchObject([{ before: { nick: 'before' }, after: { nick: 'after' } }]);
    expect(diff.rooms.changed).toMatchObject([
      { before: { members: [] }, after: { members: [{ userId: VIEWER }] } },
    ]);
    const first = await get<RestGuildDiff>(`guilds/${GUILD}/diff?from=17&to=33&limit=1`, ANALYST);
    expect([first.members.added.length, first.next]).toEqual([1, NEWCOMER]);
    const none = await get<RestGuildDiff>(`guilds/${GUILD}/diff?from=33&to=33`);
    expect([none.server, none.channels, none.next]).toEqual([
      null,
      { added: [], removed: [], changed: [] },
      null,
    ]);
  });

  it('a diff of a channel has the messages that were created, changed and deleted', async () => {
    const diff = (query: string) => get<RestChannelDiff>(`channels/${CHANNEL}/diff?${query}`, ANALYST);
    const all = await diff('from=12&to=33');
    expect(all.created.map(({ content }) => content)).toEqual(['message 3', 'message 4']);
    expect(all.changed).toMatchObject([{ before: { content: 'draft' }, after: { content: 'final' } }]);
    expect(all.deleted.map(({ id }) => id)).toEqual([messageId(2)]);
    const first = await diff('from=12&to=33&limit=2');
    expect([first.changed.length, first.deleted.length, first.next]).toEqual([1, 1, messageId(2)]);
    const rest = await diff(`from=12&to=33&after=${messageId(2)}`);
    expect([rest.created.length, rest.changed.length, rest.next]).toEqual([2, 0, null]);
  });
});

describe('bad input of time travel', () => {
  it.each([
    [`channels/${CHANNEL}/messages?asOf=yesterday`, 'asOf'],
    [`channels/${CHANNEL}/messages?asOf=`, 'asOf'],
    [`channels/${CHANNEL}/messages?asOf=-5`, 'asOf'],
    [`channels/${CHANNEL}/messages?asOf=5`, 'asOf is before the first recorded event'],
    [`channels/${CHANNEL}/messages?asOf=101`, 'asOf is beyond the newest event'],
    [`channels/${CHANNEL}/messages?asOf=2999-01-01`, 'asOf is in the future'],
    [`channels/${CHANNEL}/messages?asOf=20&clock=happened`, 'clock=happened needs a time'],
    [`channels/${CHANNEL}/messages?clock=happened`, 'clock needs asOf'],
    [`channels/${CHANNEL}/messages?asOf=20&clock=wall`, 'clock'],
    [`guilds/${GUILD}/channels?asOf=101`, 'asOf is beyond'],
    [`guilds/${GUILD}/diff?from=20`, 'to'],
    [`guilds/${GUILD}/diff?from=30&to=20`, 'from is after to'],
    [`channels/${CHANNEL}/diff?from=30&to=20`, 'from is after to'],
    [`channels/${CHANNEL}/diff?from=30&to=999`, 'to is beyond'],
  ])('a request for %s is refused, and the answer names the field: %s', async (path, detail) => {
    expect(await refusal(path)).toMatchObject({
      code: 'REQUEST.INVALID',
      detail: expect.stringContaining(detail),
    });
  });
});

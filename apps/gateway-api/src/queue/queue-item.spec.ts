import { firstSnowflakeAt, NO_QUEUE, type Snowflake } from '@discord-relay/contracts';
import { itemOfThread, itemsOfChannel, placed, type ThreadFacts, type UserMessage } from './queue-item.js';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const at = (minute: number): Snowflake => firstSnowflakeAt(START_MS + minute * 60_000);
const ms = (minute: number): number => START_MS + minute * 60_000;
const [ADA, BOB, STAFF] = ['1', '2', '3'] as Snowflake[] as [Snowflake, Snowflake, Snowflake];
const SETTINGS = { ...NO_QUEUE, solvedTagIds: ['9' as Snowflake] };

const thread = (facts: Partial<ThreadFacts> = {}): ThreadFacts => ({
  ...{ id: at(0), parentId: '5' as Snowflake, type: 11, name: 'help', openerId: ADA, isOpenedByMember: true },
  ...{ archived: false, tagIds: [], firstOfMember: null, firstOfStaff: null, firstAnswer: null },
  ...{ lastOfStaff: null, firstUnanswered: null, last: null, lastSpeakerId: null },
  ...facts,
});

describe('a thread', () => {
  it('a member’s thread waits from its creation, even before anyone writes', () => {
    expect(itemOfThread(thread(), SETTINGS)).toMatchObject({ state: 'waiting', waitingSinceMs: ms(0) });
    const question = thread({ firstOfMember: at(5), firstUnanswered: at(5), last: at(5) });
    expect(itemOfThread(question, SETTINGS)).toMatchObject({ state: 'waiting', waitingSinceMs: ms(0) });
  });

  it('a thread waits again from the first message after the last answer', () => {
    const facts = { firstOfStaff: at(2), lastOfStaff: at(2), firstUnanswered: at(7), last: at(9) };
    expect(itemOfThread(thread(facts), SETTINGS)).toMatchObject({
      ...{ state: 'waiting', waitingSinceMs: ms(7), firstResponseS: 120, lastMessageAtMs: ms(9) },
    });
  });

  it('a thread of staff waits only from a member’s first message, and the response time counts from that message', () => {
    const ofStaff = { isOpenedByMember: false, firstOfStaff: at(0), lastOfStaff: at(0) };
    expect(itemOfThread(thread(ofStaff), SETTINGS)).toMatchObject({
      state: 'answered',
      firstResponseS: null,
    });
    const answered = { ...ofStaff, firstOfMember: at(3), firstAnswer: at(4), lastOfStaff: at(4) };
    expect(itemOfThread(thread(answered), SETTINGS)).toMatchObject({ state: 'answered', firstResponseS: 60 });
  });

  it.each([
    ['a solved tag', { tagIds: ['9' as Snowflake] }, true, 'solved'],
    ['another tag', { tagIds: ['8' as Snowflake] }, true, 'waiting'],
    ['archiving that counts as solved', { archived: true }, true, 'solved'],
    ['archiving that does not count as solved', { archived: true }, false, 'waiting'],
  ])('the state of a thread with %s is: %s', (_, facts, solvedWhenArchived, state) => {
    expect(itemOfThread(thread(facts), { ...SETTINGS, solvedWhenArchived }).state).toBe(state);
  });
});

describe('a text channel', () => {
  const channel = { id: '7' as Snowflake, name: 'questions' };
  const said = (minute: number, authorId: Snowflake, replyTo: Snowflake | null = null): UserMessage => ({
    ...{ id: at(minute), authorId, seesAllChannels: authorId === STAFF, replyTo },
  });
  const statesOf = (...messages: UserMessage[]) =>
    itemsOfChannel(channel, messages).map(({ openerId, openedAtMs, state }) => [
      ...[openerId, (openedAtMs - START_MS) / 60_000, state],
    ]);

  it('a text channel has one question per member: their oldest unanswered message', () => {
    expect(statesOf(said(1, ADA), said(2, BOB), said(3, ADA))).toEqual([
      [ADA, 1, 'waiting'],
      [BOB, 2, 'waiting'],
    ]);
  });

  it('a reply by staff answers one member of a text channel, and any other message by staff answers everyone', () => {
    expect(statesOf(said(1, ADA), said(2, BOB), said(3, STAFF, at(2)))).toEqual([
      [ADA, 1, 'waiting'],
      [BOB, 2, 'answered'],
    ]);
    expect(statesOf(said(1, ADA), said(2, BOB), said(3, STAFF), said(4, ADA))).toEqual([
      [ADA, 1, 'answered'],
      [BOB, 2, 'answered'],
      [ADA, 4, 'waiting'],
    ]);
  });

  it('a text channel reports how long the answer took', () => {
    const [item] = itemsOfChannel(channel, [said(1, ADA), said(3, STAFF)]);
    expect(item).toMatchObject({ firstResponseS: 120, lastSpeakerId: STAFF, waitingSinceMs: null });
  });
});

it('the queue is sorted by waiting time, then by id', () => {
  const items = [
    thread({ id: at(5) }),
    thread({ id: at(1) }),
    thread({ id: `${BigInt(at(1)) + 1n}` as Snowflake }),
  ];
  const places = items.map((each) => placed(itemOfThread(each, SETTINGS)).place);
  expect([...places].sort()).toEqual([places[1], places[2], places[0]]);
});

import fc from 'fast-check';
import { EVENT_VERSIONS, type EventType, momentMs } from '@discord-relay/contracts';
import { formatCursor, logIdOf, parseCursor } from './event-cursor.js';
import { GAP_TYPES, LOGGED_TYPES, tokensOf, typesMatching } from './event-types.js';
import { findMessageId } from './find-message-id.js';
import { LoggedEvent } from './logged-event.js';
import { coveringFilter, subjectFilters, subjectMatcher, type SubjectSelection } from './subject-filters.js';

const SUBJECT = 'discord.3.100.1001.message.created';
const record = (data: string, subject = SUBJECT) =>
  new LoggedEvent({ seq: 5, subject, data: Buffer.from(data), storedAtMs: 0 });

describe('event types', () => {
  it('a pattern of event types matches whole parts, and a wildcard any part', () => {
    expect(typesMatching('message.created')).toEqual(['message.created']);
    expect(typesMatching('gap.*')).toEqual(['gap.opened', 'gap.closed']);
    expect(typesMatching('*.cleared')).toEqual(['reaction.cleared']);
    expect(typesMatching('*')).toEqual(LOGGED_TYPES);
    for (const none of ['message', 'message.', 'mess*', 'message.created.x', '', 'discord.raw', 'typing.*'])
      expect(typesMatching(none)).toEqual([]);
  });

  it('the subject filters of every two types match exactly these types, and no subject twice', () => {
    const matches = (filter: string, type: string) => {
      const [group, action] = filter.split('.').slice(-2);
      const [ofGroup, ofAction] = type.split('.');
      return (group === '*' || group === ofGroup) && (action === '*' || action === ofAction);
    };
    const all = Object.keys(EVENT_VERSIONS);
    for (const one of LOGGED_TYPES)
      for (const other of ['message.created', 'poll.vote_added', 'gap.opened'] as const) {
        const types = new Set([one, other]);
        const tokens = tokensOf(types);
        const matched = all.filter((type) => tokens.some((token) => matches(token, type)));
        expect(matched.sort()).toEqual([...types].sort());
        for (const type of types) expect(tokens.filter((token) => matches(token, type))).toHaveLength(1);
      }
    expect(tokensOf(new Set(LOGGED_TYPES))).toEqual(['*.*']);
  });

  it('gaps of the guild are selected beside a channel', () => {
    const types = new Set(typesMatching('message.*'));
    expect(subjectFilters({ guildIds: ['1'], channelIds: ['2'], types })).toEqual([
      'discord.*.1.2.message.*',
      'discord.*.1.-.gap.*',
    ]);
    expect(subjectFilters({ guildIds: null, channelIds: null, types: new Set(GAP_TYPES) })).toEqual([
      'discord.*.*.*.gap.*',
    ]);
  });
});

/** As JetStream matches. */
function filterMatches(filter: string, subject: string): boolean {
  const [wanted, tokens] = [filter.split('.'), subject.split('.')];
  if (wanted.at(-1) === '>')
    return filterMatches(wanted.slice(0, -1).join('.'), tokens.slice(0, wanted.length - 1).join('.'));
  return wanted.length === tokens.length && wanted.every((each, i) => each === '*' || each === tokens[i]);
}

const anyId = fc.constantFrom('1', '2', '3');
const anyIds = fc.option(fc.uniqueArray(anyId, { minLength: 1 }));
const anySelection: fc.Arbitrary<SubjectSelection> = fc.record({
  guildIds: anyIds,
  channelIds: anyIds,
  types: fc
    .oneof(fc.uniqueArray(fc.constantFrom(...LOGGED_TYPES), { minLength: 1 }), fc.constant(LOGGED_TYPES))
    .map((types) => new Set(types)),
});
const anySubject = fc.oneof(
  fc
    .tuple(
      anyId,
      anyId,
      fc.oneof(anyId, fc.constant('-')),
      fc.constantFrom(...LOGGED_TYPES, 'later.type', 'message.later'),
    )
    .map((tokens) => `discord.${tokens.join('.')}`),
  fc.constant('discord.-.fence.1.0'),
);

describe('the wider filter', () => {
  it('the subject matcher and the subject filters select the same subjects, which the covering filter includes', () => {
    fc.assert(
      fc.property(anySelection, anySubject, (selection, subject) => {
        const filters = subjectFilters(selection);
        const isSelected = filters.some((filter) => filterMatches(filter, subject));
        expect(subjectMatcher(selection)(subject)).toBe(isSelected);
        if (isSelected) expect(filterMatches(coveringFilter(filters), subject)).toBe(true);
      }),
    );
  });

  it('the covering filter keeps the tokens that all filters share', () => {
    expect(coveringFilter(['discord.*.*.*.*.*'])).toBe('discord.>');
    expect(coveringFilter(['discord.*.1.2.message.*', 'discord.*.1.-.gap.*'])).toBe('discord.*.1.>');
    expect(coveringFilter(['discord.*.1.2.message.created', 'discord.*.3.2.message.created'])).toBe(
      'discord.*.*.2.message.created',
    );
  });
});

describe('cursors of events', () => {
  it('a cursor of an event names its log, and a plain seq is accepted as well', () => {
    const id = logIdOf('2026-01-02T03:04:05.678901234Z');
    expect(parseCursor(formatCursor(id, 4_711))).toEqual({ logId: id, seq: 4_711 });
    expect(parseCursor('4711')).toEqual({ logId: undefined, seq: 4_711 });
    expect(logIdOf('2026-01-02T03:04:05.678901235Z')).not.toBe(id);
    for (const other of ['', '.1', 'x.', '-1', '01', '1.5.2', 'toolong12.1', '9'.repeat(16)])
      expect(parseCursor(other)).toBeUndefined();
  });
});

describe('moments', () => {
  it('a moment is a time with its offset, a day in UTC, or relative to now', () => {
    expect(momentMs('2026-01-02T03:04:05.678Z', 0)).toBe(Date.parse('2026-01-02T03:04:05.678Z'));
    expect(momentMs('2026-01-02T03:04:05.678+02:00', 0)).toBe(Date.parse('2026-01-02T01:04:05.678Z'));
    expect(momentMs('2026-01-02', 0)).toBe(Date.parse('2026-01-02T00:00:00Z'));
    expect(['now', 'now-90s', 'now-2h', 'now-1d', 'now-5ms'].map((text) => momentMs(text, 1e9))).toEqual([
      1e9,
      1e9 - 90_000,
      1e9 - 7_200_000,
      1e9 - 86_400_000,
      1e9 - 5,
    ]);
    for (const wrong of [
      '',
      'now+1h',
      'now-2w',
      'now -1h',
      '2026-01-02T03:04:05',
      '2026-02-30T25:00:00Z',
      '12',
    ])
      expect(momentMs(wrong, 0)).toBeUndefined();
  });
});

describe('LoggedEvent', () => {
  /** As the ingestor writes it, up to the text of the message. */
  const begun = (type: EventType, version: number) =>
    `{"specversion":"1.0","id":"x","source":"discord-gateway","type":"${type}","typeversion":${version},"guildid":"100","data":`;

  it('the message of an event is found without parsing, if the event has the form that the ingestor writes', () => {
    const created = record(
      `${begun('message.created', EVENT_VERSIONS['message.created'])}{"id":"9001","content":`,
    );
    expect([created.messageId, created.isReadable]).toEqual(['9001', true]);
    const type = 'reaction.added';
    const reaction = record(
      `${begun(type, EVENT_VERSIONS[type])}{"messageId":"9002","emoji":`,
      `discord.3.100.1001.${type}`,
    );
    expect([reaction.messageId, reaction.isReadable]).toEqual(['9002', true]);
    const later = record(`${begun('message.created', 99)}{"id":"9001"}}`);
    expect([later.messageId, later.isReadable]).toEqual([undefined, false]);
  });

  it('the message of an event is the same with and without parsing, whatever texts and fields it has', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '42',
        '"data":{"id":"666"',
        '","data":{"id":"666","type":"message.created","typeversion":1,',
      ),
    );
    const value = fc.oneof(text, fc.record({ data: fc.record({ id: text, messageId: text }) }));
    const fields = fc.dictionary(fc.oneof(fc.constantFrom('id', 'messageId', 'data'), text), value);
    const types = fc.constantFrom<EventType>(
      'message.created',
      'message.updated',
      'reaction.added',
      'room.created',
    );
    fc.assert(
      fc.property(types, text, fields, value, (type, id, data, own) => {
        const named = type.startsWith('message.') ? { id: own } : { messageId: own };
        const event = {
          ...{ specversion: '1.0', id, type, typeversion: EVENT_VERSIONS[type], guildid: '100' },
          data: { ...named, ...data },
        };
        const found = findMessageId(type, Buffer.from(JSON.stringify(event)));
        const expected = (event.data as Record<string, unknown>)[
          type.startsWith('message.') ? 'id' : 'messageId'
        ];
        if (found !== undefined) expect(found).toBe(type === 'room.created' ? null : expected);
      }),
    );
  });

  it('an event of a type that names no message is not parsed, but an event of AutoMod is', () => {
    const event = (type: EventType, data: object) =>
      Buffer.from(
        JSON.stringify({
          ...{ specversion: '1.0', id: 'x', type, typeversion: EVENT_VERSIONS[type], guildid: '100' },
          data,
        }),
      );
    expect(findMessageId('channel.updated', event('channel.updated', { id: '9' }))).toBeNull();
    expect(findMessageId('channel.updated', event('channel.created', { id: '9' }))).toBeUndefined();
    const action = event('automod.action_executed', { guildId: '100', messageId: '7' });
    expect(findMessageId('automod.action_executed', action)).toBeUndefined();
    const logged = record(action.toString(), 'discord.3.100.-.automod.action_executed');
    expect([logged.messageId, logged.isReadable]).toEqual(['7', true]);
  });

  it('the message of any other event is found in its data', () => {
    const event = (type: string, data: object) =>
      record(
        JSON.stringify({ id: 'x', specversion: '1.0', type, typeversion: 1, guildid: '100', data }),
        `discord.3.100.1001.${type}`,
      );
    expect(event('reaction.added', { messageId: '7' }).messageId).toBe('7');
    expect(event('message.deleted', { id: '8' }).messageId).toBe('8');
    expect(event('channel.updated', { id: '9' }).messageId).toBeUndefined();
  });

  it('a body that is no event, or is of an unknown type, is not readable', () => {
    expect(record('garbage').isReadable).toBe(false);
    expect(record('{}').isReadable).toBe(false);
    expect(record('{}', 'discord.3.100.1001.message.exploded').isReadable).toBe(false);
  });

  it('a body is always one line', () => {
    const event = {
      specversion: '1.0',
      id: 'y',
      type: 'channel.updated',
      typeversion: 1,
      guildid: '100',
      data: {},
    };
    const pretty = record(JSON.stringify(event, null, 2), 'discord.3.100.1001.channel.updated');
    expect(Buffer.from(pretty.body).toString()).toBe(JSON.stringify(event));
  });
});

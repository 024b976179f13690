import { formatDetail, formatOutcome, formatParked, sequence } from './parked.js';

const event = {
  seq: 7,
  partition: 1,
  subject: 'discord.1.100.200.message.created',
  eventId: 'message.created:3',
  keys: ['message:3'],
  code: '22003',
  message: 'out of range',
  parkedAt: '2025-01-01T00:00:00.000Z',
  followers: 2,
};

describe('formatParked', () => {
  it('the list of parked events prints one line per parked event, with the number of events that it blocks', () => {
    const [, line, more] = formatParked({ events: [event], total: 3 }).split('\n');
    expect(line).toMatch(/^7 +1 +22003 +2 +2025-01-01T00:00:00.000Z +message:3 +out of range$/);
    expect(more).toBeUndefined();
  });
  it('the list of parked events says how many events there are when the list does not show all', () =>
    expect(formatParked({ events: [event], total: 9 })).toMatch(/\n9 events are parked in all/));
  it('the list of parked events says when no event is parked', () =>
    expect(formatParked({ events: [], total: 0 })).toBe('no event is parked'));
});

it('`relay parked show` shows an event with its error, then its JSON from the log', () => {
  const lines = formatDetail({ ...event, payload: '{"id":"x"}', truncated: false }).split('\n');
  expect(lines).toContain('error: out of range');
  expect(lines.at(-1)).toBe('{"id":"x"}');
  const cut = formatDetail({ ...event, payload: '{"id', truncated: true }).split('\n');
  expect(cut.slice(-2)).toEqual(['only the first 4 characters of the event follow', '{"id']);
});

it('the result of a retry reports how many events were projected and which were not', () => {
  const failures = [{ seq: 9, code: '54000', message: 'too much' }];
  expect(formatOutcome({ applied: 2, kept: 1, failures, moreFailures: 0 })).toBe(
    '2 projected, 1 still parked\n  9 54000: too much',
  );
  expect(formatOutcome({ applied: 2, kept: 4, failures, moreFailures: 3 })).toMatch(/\n {2}3 more: /);
});

it.each(['0', '-1', 'x', '1.5', ''])('`relay parked` rejects %j as a sequence', (text) => {
  expect(() => sequence(text)).toThrow();
});

import type { AuditLogEntry, ModerationEntry, RelayEvent } from '@discord-relay/contracts';
import fc from 'fast-check';
import { event, GUILD, id, user } from '../../testing/events.js';
import { fold, LoadedRows, WorkingSet } from '../index.js';

const MODERATOR = id(7);
const TARGET = id(8);
const EPOCH_MS = Date.parse('2025-01-01T00:00:00.000Z');
const at = (ms: number): string => new Date(EPOCH_MS + ms).toISOString();
/** An audit log id that was created at this time. */
const entryId = (ms: number) => id((BigInt(EPOCH_MS + ms - 1_420_070_400_000) << 22n) + 1n);

const entry = (ms: number, fields: Partial<AuditLogEntry> & { actionType: number }): RelayEvent => {
  const data = { id: entryId(ms), guildId: GUILD, userId: MODERATOR, targetId: TARGET, ...fields };
  return event('audit_log.entry_created', data, { receivedat: at(ms) });
};
const ban = (ms: number, userId = TARGET) =>
  event('ban.added', { guildId: GUILD, user: user(userId) }, { receivedat: at(ms), time: at(ms) });
const unban = (ms: number) =>
  event('ban.removed', { guildId: GUILD, user: user(TARGET) }, { receivedat: at(ms), time: at(ms) });
const automod = (ms: number, actionType = 1, channelId = id(200)) => {
  const data = { guildId: GUILD, ruleId: id(40), userId: TARGET, channelId, actionType };
  return event('automod.action_executed', data, { receivedat: at(ms), time: at(ms) });
};
const BAN = { actionType: 22, reason: 'spam' };

/** The rows and the changes after these events, as stream sequences 1, 2, 3… */
function folded(events: readonly RelayEvent[]) {
  const rows = new WorkingSet(new LoadedRows());
  events.forEach((each, i) => fold(each).forEach((op) => rows.apply(op, i + 1)));
  const announced = rows.changes.filter(({ kind }) => kind === 'moderation.recorded');
  return {
    rows: rows.independent.moderation.rows.all(),
    announced: announced.map(({ body }) => body as ModerationEntry),
  };
}

describe('the moderation log', () => {
  it('the moderation log has one entry for a ban, whichever report comes first, with who and why once they are known', () => {
    const complete = { kind: 'ban', moderatorId: MODERATOR, targetId: TARGET, reason: 'spam', at: at(5) };
    const early = folded([ban(0), entry(5, BAN)]);
    expect(early.announced).toMatchObject([
      { id: '1', moderatorId: null, reason: null },
      { id: '1', ...complete },
    ]);
    const late = folded([entry(5, BAN), ban(10)]);
    expect(late.announced).toMatchObject([{ id: '1', ...complete }]);
    expect([early.rows.length, late.rows.length]).toEqual([1, 1]);
  });

  it.each([
    ['a kick', { actionType: 20 }, { kind: 'kick' }],
    ['removed members', { actionType: 21, targetId: null, count: 4 }, { kind: 'prune', count: 4 }],
    ['a timeout', { actionType: 24, timedOutUntil: at(9) }, { kind: 'timeout', until: at(9) }],
    [
      'the end of a timeout',
      { actionType: 24, timedOutUntil: null },
      { kind: 'timeout_removed', until: null },
    ],
    ['roles', { actionType: 25, addedRoleIds: [id(5)] }, { kind: 'role_change', addedRoleIds: ['5'] }],
    [
      'deleted messages',
      { actionType: 72, channelId: id(200), count: 2 },
      { kind: 'message_delete', targetId: TARGET, channelId: '200', count: 2 },
    ],
    [
      'many deleted messages, whose target is the channel',
      { actionType: 73, targetId: id(200), count: 9 },
      { kind: 'message_bulk_delete', targetId: null, channelId: '200', count: 9 },
    ],
  ])('the moderation log has %s, as in the audit log', (_, fields, expected) => {
    expect(folded([entry(0, fields)]).announced).toMatchObject([{ moderatorId: MODERATOR, ...expected }]);
  });

  it.each([
    ['another nick', { actionType: 24, changedKeys: ['nick'] }],
    ['a new channel', { actionType: 10 }],
  ])('the moderation log contains nothing about %s', (_, fields) => {
    expect(folded([entry(0, fields)])).toEqual({ rows: [], announced: [] });
  });

  it('the moderation log has an AutoMod action once, with the rule from both reports and no moderator', () => {
    const block = { actionType: 143, channelId: id(200), ruleName: 'no links' };
    const { announced, rows } = folded([automod(0), entry(3, block)]);
    const known = { kind: 'automod_block', moderatorId: null, targetId: TARGET, channelId: '200' };
    expect(announced.at(-1)).toMatchObject({ ...known, ruleId: '40', ruleName: 'no links' });
    expect(rows).toHaveLength(1);
  });

  it('the moderation log distinguishes actions of another kind, member, channel or time', () => {
    expect(folded([ban(0), entry(5, { actionType: 23 })]).rows).toHaveLength(2);
    expect(folded([ban(0), entry(5, { ...BAN, targetId: id(9) })]).rows).toHaveLength(2);
    const elsewhere = { actionType: 143, channelId: id(201) };
    expect(folded([automod(0), entry(5, elsewhere)]).rows).toHaveLength(2);
    expect(folded([ban(0), entry(120_000, BAN)]).rows).toHaveLength(2);
  });

  it('the moderation log pairs the reports of a ban, an unban and a second ban in their order', () => {
    const again = { ...BAN, reason: 'again' };
    const { rows } = folded([
      ...[ban(0), unban(1), ban(2)],
      ...[entry(3, BAN), entry(4, { actionType: 23 }), entry(5, again)],
    ]);
    expect(rows.map(({ id, kind, reason }) => [id, kind, reason])).toEqual([
      [1, 'ban', 'spam'],
      [2, 'unban', null],
      [3, 'ban', 'again'],
    ]);
  });

  /** Actions against different members, or minutes apart; each is reported once or twice. */
  const actions = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 10, max: 14 }), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 6,
      selector: String,
    })
    .map((all) =>
      all.map(([member, step], i) => {
        const ms = step * 300_000;
        const targetId = id(member);
        return [ban(ms, targetId), entry(ms + 2_000 + i, { ...BAN, targetId, reason: `reason ${i}` })];
      }),
    );

  it('the moderation log has the same rows for any order of the reports, repeated or not', () => {
    /** Positions in the log depend on the order of reports, not on the action. */
    const withoutPlaces = (events: RelayEvent[]) =>
      folded(events)
        .rows.map(({ id: _id, seq: _seq, ...row }) => row)
        .sort((a, b) => (a.entry_id! < b.entry_id! ? -1 : 1));
    const shuffled = (events: RelayEvent[]) =>
      fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length });
    const orders = actions.chain((all) => {
      const reports = all.flat();
      const repeats = fc.array(fc.constantFrom(...reports), { maxLength: 6 });
      const order = fc.tuple(shuffled(reports), repeats).map(([first, more]) => [...first, ...more]);
      return fc.tuple(fc.constant(reports), order);
    });
    fc.assert(
      fc.property(orders, ([reports, order]) => {
        const expected = withoutPlaces(reports);
        expect(expected).toHaveLength(reports.length / 2);
        expect(withoutPlaces(order)).toEqual(expected);
      }),
    );
  });
});

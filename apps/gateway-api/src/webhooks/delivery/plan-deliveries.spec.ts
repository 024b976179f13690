import fc from 'fast-check';
import type { Snowflake } from '@discord-relay/contracts';
import { chain, CHANNELS, GUILD } from '../../testing/rows.js';
import { type CommittedChange, type Filter, planDeliveries, type Position } from './plan-deliveries.js';

const ALL: Filter = { channels: null, types: null };
const NOW = '2026-01-02T00:00:00.000Z';
const AT = '2026-01-01T00:00:00.000Z';
const [FIRST, SECOND] = CHANNELS as [Snowflake, Snowflake];

const committed = (...args: Parameters<typeof chain>): CommittedChange[] =>
  chain(...args).map((change) => ({ ...change, committedAt: AT }));

const start = (seq = 0): Position => ({ seq, part: 0 });

function plan(changes: CommittedChange[], from: Position, filter = ALL, head = changes.at(-1)?.seq ?? 0) {
  return planDeliveries({ id: 'e', guildId: GUILD, filter }, from, { head, changes }, NOW);
}
const ids = (...args: Parameters<typeof plan>) => plan(...args).deliveries.map(({ id }) => id);

/** Four messages deleted at once, as the change after `guildPrev`. */
function bulkDeletion(seq: number, guildPrev: number): CommittedChange {
  const [change] = committed([seq]);
  const body = { ids: ['1', '2', '3', '4'] as Snowflake[], channelId: FIRST, serverId: GUILD };
  return { ...change!, guildPrev, kind: 'message_delete', body } as CommittedChange;
}

describe('planned deliveries', () => {
  it('planned deliveries contain each change once, in order, with its cursor, and move the endpoint past it', () => {
    const { deliveries, end } = plan(committed([3, 5, 9]), start());
    expect(deliveries.map(({ id, after }) => [id, after.seq])).toEqual([
      ['e:3', 3],
      ['e:5', 5],
      ['e:9', 9],
    ]);
    expect(deliveries[0]!.body).toMatchObject({
      type: 'message.created',
      timestamp: AT,
      data: { id: '3', channelId: FIRST, seq: 3 },
    });
    expect(end).toEqual(start(9));
  });

  it('planned deliveries omit events that the endpoint has not selected, and continue after them', () => {
    const changes = committed([3, 5, 9], (i) => (i === 1 ? SECOND : FIRST));
    expect(ids(changes, start(), { channels: new Set([SECOND]), types: null })).toEqual(['e:5']);
    const none = plan(changes, start(), { channels: null, types: new Set(['voice.joined']) });
    expect(none).toEqual({ deliveries: [], end: start(9) });
  });

  it('planned deliveries are several if a change has several facts, each identified by its index', () => {
    expect(ids([bulkDeletion(7, 0)], start())).toEqual(['e:7', 'e:7:1', 'e:7:2', 'e:7:3']);
  });

  it('planned deliveries never contain data that access decisions are based on', () => {
    const [change] = committed([4]);
    const access = [{ of: 'role', roleId: '1', permissions: null }];
    const deliveriesOf = (kind: string, body: object) =>
      plan([{ ...change!, kind, body: { ...body, access } } as CommittedChange], start()).deliveries;
    expect(deliveriesOf('access', {})).toEqual([]);
    const channel = { id: FIRST, name: 'n', type: 0, serverId: GUILD, deleted: false };
    expect(deliveriesOf('channel_update', channel).map(({ body }) => body.data)).toEqual([
      { ...channel, type: 'text', discordType: 0, seq: 4 },
    ]);
  });
});

describe('missing changes', () => {
  it('missing changes are a gap in their place', () => {
    const { deliveries } = plan(committed([3, 5, 9]).slice(1), start(1));
    expect(deliveries.map(({ id }) => id)).toEqual(['e:3:gap', 'e:5', 'e:9']);
    expect(deliveries[0]).toMatchObject({
      after: start(3),
      body: {
        type: 'gap',
        timestamp: NOW,
        data: { guildId: GUILD, after: 1, until: 3, reason: 'past_retention' },
      },
    });
  });

  it('missing changes are a gap if no change is stored at all, but not if there was none', () => {
    expect(ids([], start(1), ALL, 9)).toEqual(['e:9:gap']);
    expect(ids([], start(9), ALL, 9)).toEqual([]);
  });

  it('missing changes are reported whatever the endpoint selects', () =>
    expect(ids([], start(1), { channels: new Set(), types: new Set() }, 9)).toEqual(['e:9:gap']));

  it('missing changes are unknown to a cursor of another log, which continues at the head of this one', () => {
    const { deliveries, end } = plan([], start(50), ALL, 9);
    expect(deliveries[0]!.body.data).toMatchObject({ after: 50, until: 9, reason: 'cursor_unknown' });
    expect(end).toEqual(start(9));
  });

  it('missing changes are a gap where this version does not understand a change', () => {
    const changes = committed([3, 5]);
    changes[0] = { ...changes[0]!, kind: 'of_tomorrow' } as unknown as CommittedChange;
    expect(ids(changes, start())).toEqual(['e:3:gap', 'e:5']);
  });
});

it('a plan resumes after every delivery as if it had not been interrupted', () => {
  const seqs = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(seqs, fc.func(fc.boolean()), fc.nat(), fc.boolean(), (unsorted, isBulk, cut, narrow) => {
      const sorted = unsorted.sort((a, b) => a - b);
      const changes = committed(sorted, (i) => CHANNELS[i % 2]!).map((change) =>
        isBulk(change.seq) ? bulkDeletion(change.seq, change.guildPrev) : change,
      );
      const filter = narrow ? { channels: new Set([FIRST]), types: null } : ALL;
      const whole = plan(changes, start(), filter);
      if (whole.deliveries.length === 0) return;
      const done = cut % whole.deliveries.length;
      const from = whole.deliveries[done]!.after;
      const rest = plan(
        changes.filter(({ seq }) => seq > from.seq),
        from,
        filter,
        sorted.at(-1),
      );
      expect(rest.deliveries).toEqual(whole.deliveries.slice(done + 1));
      expect(rest.end).toEqual(whole.end);
    }),
  );
});

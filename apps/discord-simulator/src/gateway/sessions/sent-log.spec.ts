import { SentLog } from './sent-log.js';

describe('sent log', () => {
  it('the log of sent dispatches returns in pages what was sent to a session', () => {
    const log = new SentLog(100);
    log.record('a', 1, 'READY', null);
    log.record('b', 1, 'READY', null);
    log.record('a', 2, 'MESSAGE_CREATE', 7);
    expect(log.page('a', 0, 10)).toEqual({
      firstS: 1,
      entries: [
        { s: 1, t: 'READY', ledgerIndex: null },
        { s: 2, t: 'MESSAGE_CREATE', ledgerIndex: 7 },
      ],
    });
    expect(log.page('a', 1, 10)?.entries).toHaveLength(1);
    expect(log.page('c', 0, 10)).toBeNull();
  });

  it('the log of sent dispatches removes the oldest entries and continues numbering', () => {
    const log = new SentLog(10);
    for (let s = 1; s <= 4; s++) log.record('old', s, 'A', s);
    for (let s = 1; s <= 30; s++) log.record('new', s, 'B', s);
    expect(log.page('old', 0, 10)).toBeNull();
    const [kept] = log.sessions();
    expect(kept).toMatchObject({ session: 'new', lastS: 30 });
    const { firstS, entries } = log.page('new', 0, 100)!;
    expect(entries.length).toBeLessThanOrEqual(10);
    expect(entries[0]).toEqual({ s: firstS, t: 'B', ledgerIndex: firstS });
    expect(entries.at(-1)?.s).toBe(30);
  });

  it('the sent log can be turned off', () => {
    const log = new SentLog(0);
    log.record('a', 1, 'READY', null);
    expect(log.sessions()).toEqual([]);
  });
});

import { countOf, formatCounts } from '../format/format-event-counts.js';
import { formatEvent } from '../format/format-event.js';
import type { EventRecord } from '../services/stream-events.js';
import { queryOf } from './events.js';

const NONE = { type: [], guild: [], channel: [], author: [] };
const record = (
  type: string,
  data: Record<string, unknown>,
  more: Partial<EventRecord> = {},
): EventRecord => ({
  seq: 5,
  cursor: 'x.5',
  type,
  time: '2026-01-02T03:04:05.678Z',
  guildid: '1',
  channelid: '2',
  data,
  ...more,
});

describe('`relay events`', () => {
  it('`relay events` sends the options that were given, and no other', () => {
    expect(queryOf(NONE)).toEqual({});
    expect(
      queryOf({ ...NONE, type: ['message.*', 'gap.*'], channel: ['2'], from: 'now-2h', speed: '10' }),
    ).toEqual({ types: 'message.*,gap.*', channel: '2', from: 'now-2h', speed: '10' });
  });

  it('`relay events` prints one line per event: position, time, type, place, who and what', () => {
    const message = record('message.created', { id: '9', author: { username: 'ada' }, content: 'hi\nthere' });
    expect(formatEvent(message)).toBe(
      '5  2026-01-02T03:04:05.678Z  message.created  1/2  ada  9  hi\\u000athere',
    );
    expect(formatEvent({ ...message, redacted: 'deleted' })).toMatch(/1\/2 {2}\[deleted\]$/);
    expect(formatEvent(record('relay.end', {}))).toBeUndefined();
    expect(formatEvent(record('relay.gap', { cause: 'not_kept', untilSeq: 3 }))).toBe(
      'gap: the log no longer has the events up to 3',
    );
    expect(formatEvent(record('relay.gap', { guildId: '1', from: null, to: 'T' }))).toBe(
      'gap: nothing was received of guild 1 from an unknown time to T',
    );
  });

  it('`relay events count` counts events by type, and gaps apart', async () => {
    async function* records() {
      await Promise.resolve();
      for (const type of ['relay.gap', 'b.c', 'message.created', 'message.created', 'relay.end'])
        yield { record: record(type, {}, type === 'b.c' ? { redacted: 'deleted' } : {}) };
    }
    const counts = await countOf(records());
    expect(counts).toEqual({ total: 3, gaps: 1, redacted: 1, byType: { 'message.created': 2, 'b.c': 1 } });
    expect(formatCounts(counts).split('\n').at(-1)).toBe('3 events, 1 without content, 1 gaps in this range');
  });
});

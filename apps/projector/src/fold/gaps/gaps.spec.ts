import type { RelayEvent } from '@discord-relay/contracts';
import { AT, GAP_END, gapClosed, gapOpened, GUILD, id } from '../../testing/events.js';
import { fold, LoadedRows, WorkingSet } from '../index.js';

const opened = gapOpened();
const closed = gapClosed();

function given(...events: RelayEvent[]) {
  const rows = new WorkingSet(new LoadedRows());
  events.forEach((each, i) => fold(each).forEach((op) => rows.apply(op, i + 1)));
  return rows.independent.gaps.rows.all();
}

describe('gaps', () => {
  const whole = {
    gap_id: 'a:b',
    guild_id: GUILD,
    shard_id: 0,
    cause: 'session_lost',
    opened_at: AT,
    from_time: AT,
    from_snowflake: '5',
    to_time: GAP_END,
    to_snowflake: '6',
    closed_at: GAP_END,
    recovered: { messages: 3, edits: 0, deletions: 1, reactions: 2, threads: 0 },
    unrecoverable: ['intermediate_edits'],
    channels: { done: 2, skipped: 0 },
  };

  it('gaps are open until their end is reported', () => {
    expect(given(opened)).toMatchObject([{ from_snowflake: '5', closed_at: null, recovered: null, seq: 1 }]);
    expect(given(opened, closed)).toEqual([{ ...whole, seq: 2 }]);
  });

  it('gaps are the same if beginning or end is reported twice, or the end first', () => {
    expect(given(opened, closed, opened, closed)).toEqual([{ ...whole, seq: 2 }]);
    expect(given(closed, opened)).toEqual([{ ...whole, seq: 2 }]);
  });

  it('gaps are separate for each guild', () => {
    expect(given(opened, { ...opened, guildid: id(101) })).toHaveLength(2);
  });
});

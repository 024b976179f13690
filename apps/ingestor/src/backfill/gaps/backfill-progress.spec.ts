import type { Snowflake } from '@discord-relay/contracts';
import { reportGaps, RecentRate } from './backfill-progress.js';
import type { ChannelProgress, GuildGap } from './gap.js';

const progress = (state: ChannelProgress['state'], read: number): ChannelProgress => ({
  cursor: null,
  upTo: null,
  read,
  state,
});
const gap = (guildId: string, channels: GuildGap['channels']): GuildGap => ({
  gapId: 'first:s',
  shardId: 0,
  shardCount: 1,
  cause: 'first_start',
  lostSessionId: null,
  lostSequence: null,
  from: { time: null, snowflake: null },
  to: { time: '2025-03-01T10:00:00.000Z', snowflake: '1' as Snowflake },
  guildId: guildId as Snowflake,
  announced: true,
  channels,
});

describe('reportGaps', () => {
  it('the progress of a gap is the sum over its guilds; a skipped channel counts as done', () =>
    expect(
      reportGaps([
        gap('1', { a: progress('done', 20), b: progress('open', 5) }),
        gap('2', { c: progress('skipped', 0) }),
      ]),
    ).toMatchObject([
      { gapId: 'first:s', cause: 'first_start', channelsDone: 2, channelsTotal: 3, messages: 25 },
    ]));
});

describe('RecentRate', () => {
  it('the recent rate is the number in the last ten seconds, or since the beginning', () => {
    const rate = new RecentRate(0);
    expect(rate.perSecond(500)).toBe(0);
    rate.add(100, 1_000);
    rate.add(100, 2_000);
    expect(rate.perSecond(4_000)).toBe(50);
    expect(rate.perSecond(11_500)).toBe(10);
    expect(rate.perSecond(60_000)).toBe(0);
  });
});

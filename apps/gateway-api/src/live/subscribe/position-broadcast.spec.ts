import { jest } from '@jest/globals';
import { channelFeed, type PositionNotice, type Snowflake } from '@discord-relay/contracts';
import { PositionBroadcast } from './position-broadcast.js';

const CHANNEL = '7' as Snowflake;
const FEED = channelFeed(CHANNEL);
const ROUND_MS = 1_000;

describe('PositionBroadcast', () => {
  let notices: PositionNotice[];
  let subscriberCount: number;
  let positions: PositionBroadcast;

  beforeEach(() => {
    jest.useFakeTimers();
    notices = [];
    subscriberCount = 1;
    const audience = {
      subscriberCount: () => subscriberCount,
      send: (_: unknown, notice: PositionNotice) => notices.push(notice),
      sessions: () => [],
    };
    positions = new PositionBroadcast(audience, ROUND_MS);
    positions.onModuleInit();
    positions.record(FEED, 1);
  });
  afterEach(() => {
    positions.beforeApplicationShutdown();
    jest.useRealTimers();
  });

  const noticesAfter = (rounds: number): number[] => {
    notices = [];
    jest.advanceTimersByTime(rounds * ROUND_MS);
    return notices.map((notice) => notice.seq);
  };

  it('PositionBroadcast sends a position that moved in the next round, and only once', () => {
    positions.record(FEED, 2);
    expect(noticesAfter(1)).toEqual([2]);
    expect(noticesAfter(5)).toEqual([]);
    positions.record(FEED, 3);
    expect(noticesAfter(1)).toEqual([3]);
  });

  it('PositionBroadcast repeats a position that does not move every sixth round', () => {
    expect(noticesAfter(5)).toEqual([]);
    expect(noticesAfter(1)).toEqual([1]);
    expect(noticesAfter(5)).toEqual([]);
    expect(noticesAfter(1)).toEqual([1]);
  });

  it('PositionBroadcast forgets a feed without subscribers', () => {
    subscriberCount = 0;
    expect(noticesAfter(1)).toEqual([]);
    expect(positions.get(FEED)).toBeUndefined();
  });
});

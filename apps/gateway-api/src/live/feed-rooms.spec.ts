import type { Change, WireEvent } from '@discord-relay/contracts';
import { chain, CHANNELS, GUILD } from '../testing/rows.js';
import { FeedRooms } from './feed-rooms.js';

const ignore = () => undefined;
const [a, b] = chain([3, 5], (i) => CHANNELS[i]!);

describe('FeedRooms', () => {
  it('sends a change to the room of its feed', () => {
    const sent: [string, WireEvent][] = [];
    new FeedRooms((room, event) => sent.push([room, event]), ignore).deliver(a!);
    expect(sent).toEqual([['c:2', { event: 'message', payload: { ...a!.body, seq: 3, prev: 0 } }]]);
  });

  it('keeps what happens on a feed from the opening of a buffer to its end', () => {
    const rooms = new FeedRooms(ignore, ignore);
    rooms.deliver(a!);
    const buffer = rooms.openBuffer(a!.feed, GUILD);
    rooms.deliver(a!);
    rooms.deliver(b!);
    buffer.close();
    rooms.deliver(a!);
    expect(buffer.changes).toEqual([a]);
  });

  it('marks the buffers of a guild whose changes were lost, and those that overflow', () => {
    const rooms = new FeedRooms(ignore, ignore);
    const [ours, theirs] = [rooms.openBuffer('c:2', GUILD), rooms.openBuffer('c:7', '99')];
    rooms.breakBuffers(GUILD);
    expect([ours.broken, theirs.broken]).toEqual([true, false]);
    const full = rooms.openBuffer(b!.feed, '99');
    for (let n = 0; n < 5_001; n++) rooms.deliver(b!);
    expect(full.broken).toBe(true);
  });

  it.each([
    { ...a!, kind: 'reaction_added' },
    { ...a!, kind: 'message_delete', body: { messageIds: '1' } },
  ])('reports a change it can make nothing of, and sends none of it: $kind', (change) => {
    const skipped: number[] = [];
    const sent: WireEvent[] = [];
    const rooms = new FeedRooms(
      (_, event) => sent.push(event),
      ({ seq }) => skipped.push(seq),
    );
    rooms.deliver(change as unknown as Change);
    expect([sent, skipped]).toEqual([[], [3]]);
  });
});

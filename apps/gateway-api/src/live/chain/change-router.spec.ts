import type { Change, WireEvent } from '@discord-relay/contracts';
import { chain, CHANNELS, GUILD } from '../../testing/rows.js';
import { ChangeRouter } from './change-router.js';

const ignore = () => undefined;
const [a, b] = chain([3, 5], (i) => CHANNELS[i]!);

describe('ChangeRouter', () => {
  it('ChangeRouter sends a change to the topic of its feed', () => {
    const sent: [string, WireEvent][] = [];
    new ChangeRouter((topic, event) => sent.push([topic, event]), ignore).deliver(a!);
    expect(sent).toEqual([['c:2', { event: 'message', payload: { ...a!.body, seq: 3, prev: 0 } }]]);
  });

  it('ChangeRouter records the changes of a feed while a buffer is open, with the witness’s judgement at that moment', () => {
    const rooms = new ChangeRouter(ignore, ignore);
    rooms.deliver(a!);
    let now = 'before';
    const buffer = rooms.openBuffer(a!.feed, GUILD, () => now);
    now = 'meanwhile';
    rooms.deliver(a!);
    rooms.deliver(b!);
    buffer.close();
    rooms.deliver(a!);
    now = 'afterwards';
    expect(buffer.changes).toEqual([{ change: a, visibility: 'meanwhile' }]);
  });

  it('ChangeRouter marks the buffers of a guild whose changes were lost, and those that overflow', () => {
    const rooms = new ChangeRouter(ignore, ignore);
    const [ours, theirs] = [rooms.openBuffer('c:2', GUILD, ignore), rooms.openBuffer('c:7', '99', ignore)];
    rooms.reportLoss(GUILD);
    expect([ours.incomplete, theirs.incomplete]).toEqual([true, false]);
    const full = rooms.openBuffer(b!.feed, '99', ignore);
    for (let n = 0; n < 5_001; n++) rooms.deliver(b!);
    expect(full.incomplete).toBe(true);
  });

  it('ChangeRouter passes each change in order to the listeners of a feed or a guild until they stop', () => {
    const rooms = new ChangeRouter(ignore, ignore);
    const received = { feed: [] as number[], guild: [] as number[], lost: 0, switched: 0 };
    const stop = rooms.attach(a!.feed, ({ seq }) => void received.feed.push(seq));
    const stopGuild = rooms.subscribeGuild(GUILD, {
      change: ({ seq }) => void received.guild.push(seq),
      changesLost: () => (received.lost += 1),
      projectionSwitched: () => (received.switched += 1),
    });
    rooms.deliver(a!);
    rooms.deliver(b!);
    rooms.reportLoss(GUILD);
    rooms.reportLoss('99');
    rooms.reportSwitch();
    for (const end of [stop, stop, stopGuild]) end();
    rooms.deliver(a!);
    rooms.reportLoss(GUILD);
    rooms.reportSwitch();
    expect(received).toEqual({ feed: [3], guild: [3, 5], lost: 1, switched: 1 });
  });

  it('ChangeRouter sends nothing of a guild’s own feed to a topic, because not everyone may see all of it', () => {
    const sent: WireEvent[] = [];
    const rooms = new ChangeRouter((_, event) => sent.push(event), ignore);
    const body = { id: CHANNELS[0]!, name: 'x', type: 0, serverId: GUILD, deleted: false };
    rooms.deliver({ ...a!, channelId: null, feed: `g:${GUILD}`, kind: 'channel_update', body });
    expect(sent).toEqual([]);
  });

  it.each([
    { ...a!, kind: 'reaction_added' },
    { ...a!, kind: 'message_delete', body: { messageIds: '1' } },
  ])('ChangeRouter reports a change that it does not understand, and sends none of it: $kind', (change) => {
    const skipped: number[] = [];
    const sent: WireEvent[] = [];
    const rooms = new ChangeRouter(
      (_, event) => sent.push(event),
      ({ seq }) => skipped.push(seq),
    );
    rooms.deliver(change as unknown as Change);
    expect([sent, skipped]).toEqual([[], [3]]);
  });
});

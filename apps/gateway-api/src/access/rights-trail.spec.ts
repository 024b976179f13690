import type { AccessChange, Snowflake } from '@discord-relay/contracts';
import { rightsUnchangedSince, type TrailStep } from './rights-trail.js';

const ADA = '11' as Snowflake;
const BOB = '12' as Snowflake;
const CHANNEL = { id: '2', parentId: '3' };

const member = (userId: Snowflake): AccessChange => ({
  ...{ of: 'member', userId, roleIds: [], timedOutUntil: null },
  left: false,
});
const channel = (channelId: string): AccessChange => ({
  ...{ of: 'channel', channelId: channelId as Snowflake, type: 0, parentId: null },
  ...{ overwrites: [], deleted: false },
});
const inThread = (threadId: string, added: Snowflake[]): AccessChange => ({
  ...{ of: 'thread_members', threadId: threadId as Snowflake, added },
  removed: [],
});
const role: AccessChange = { of: 'role', roleId: '5' as Snowflake, permissions: '0' };
const guild: AccessChange = { of: 'guild', ownerId: null, left: false };

/** Steps without a hole, and the end of the trail. */
const trail = (...access: (AccessChange | null)[]) => {
  const steps = access.map((each, i): TrailStep => ({
    ...{ seq: 10 * (i + 2), prev: 10 * (i + 1) },
    access: each && [each],
  }));
  return { from: 10, head: steps.at(-1)?.seq ?? 10, steps };
};

describe('rightsUnchangedSince', () => {
  it.each([
    ['the guild', guild],
    ['a role, which may be one of theirs', role],
    ['the member', member(ADA)],
    ['the channel', channel('2')],
    ['the channel of the thread', channel('3')],
    ['who is in the thread', inThread('2', [BOB, ADA])],
  ])('rights have been unchanged since the last change of %s', (_, change) => {
    expect(rightsUnchangedSince(trail(null, change, null), ADA, CHANNEL)).toBe(30);
    expect(rightsUnchangedSince(trail(change, change), ADA, CHANNEL)).toBe(30);
  });

  it.each([
    ['nothing', null],
    ['another member', member(BOB)],
    ['another channel', channel('4')],
    ['others in the thread', inThread('2', [BOB])],
    ['them in another thread', inThread('4', [ADA])],
  ])('rights have been unchanged since the beginning if all changes are of %s', (_, change) => {
    expect(rightsUnchangedSince(trail(change, change), ADA, CHANNEL)).toBe(10);
  });

  it('rights in the guild as a whole depend on the guild, roles and the member, not on channels and threads', () => {
    for (const change of [guild, role, member(ADA)])
      expect(rightsUnchangedSince(trail(null, change, null), ADA, null)).toBe(30);
    for (const change of [channel('2'), inThread('2', [ADA]), member(BOB)])
      expect(rightsUnchangedSince(trail(change, change), ADA, null)).toBe(10);
  });

  it('rights have been unchanged since the end of the last hole: a retried event changes them without a change', () => {
    const { steps } = trail(null, null, null);
    const [a, , c] = steps as [TrailStep, TrailStep, TrailStep];
    expect(rightsUnchangedSince({ from: 10, head: 40, steps: [a, c] }, ADA, CHANNEL)).toBe(30);
    expect(rightsUnchangedSince({ from: 10, head: 40, steps: [a] }, ADA, CHANNEL)).toBe(40);
    expect(rightsUnchangedSince({ from: 10, head: 40, steps: [] }, ADA, CHANNEL)).toBe(40);
    expect(rightsUnchangedSince({ from: 15, head: 20, steps: [a] }, ADA, CHANNEL)).toBe(15);
  });
});

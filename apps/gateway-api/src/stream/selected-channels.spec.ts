import type { Snowflake } from '@discord-relay/contracts';
import { NO_RIGHTS, READ_ALL } from '../access/permissions.js';
import { SelectedChannels } from './selected-channels.js';

const [A, B] = ['1', '2'] as [Snowflake, Snowflake];
const SEE = { see: true, read: false, history: false };

describe('FollowedChannels', () => {
  it('gives up a channel once, and what is given back later stays lost', () => {
    const followed = new SelectedChannels(new Set([A, B]));
    expect(followed.reset(() => READ_ALL)).toEqual([]);
    expect(followed.removeLost((id) => (id === A ? NO_RIGHTS : READ_ALL))).toEqual([A]);
    expect(followed.removeLost(() => READ_ALL)).toEqual([]);
    expect([followed.has(A), followed.has(B)]).toEqual([false, true]);
  });

  it('gives up what can be seen and not read any more, and keeps a room that never could be', () => {
    const followed = new SelectedChannels(new Set([A, B]));
    followed.reset((id) => (id === A ? READ_ALL : SEE));
    expect(followed.removeLost(() => SEE)).toEqual([A]);
  });

  it('says what was asked for and cannot be seen, and begins anew with what can be', () => {
    const followed = new SelectedChannels(new Set([A, B]));
    expect(followed.reset((id) => (id === A ? NO_RIGHTS : READ_ALL))).toEqual([A]);
    expect(followed.reset(() => READ_ALL)).toEqual([]);
    expect(followed.has(A)).toBe(true);
  });

  it('follows whatever may be read when nothing was named', () => {
    const followed = new SelectedChannels(null);
    expect(followed.reset(() => NO_RIGHTS)).toEqual([]);
    expect(followed.has(A)).toBe(true);
  });
});

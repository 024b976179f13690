import type { Snowflake } from '@discord-relay/contracts';
import { NO_RIGHTS, READ_ALL } from '../access/permissions.js';
import { SelectedChannels } from './selected-channels.js';

const [A, B] = ['1', '2'] as [Snowflake, Snowflake];
const SEE = { see: true, read: false, history: false };

describe('SelectedChannels', () => {
  it('a selected channel is dropped once, and stays lost even if access returns', () => {
    const followed = new SelectedChannels(new Set([A, B]));
    expect(followed.reset(() => READ_ALL)).toEqual([]);
    expect(followed.removeLost((id) => (id === A ? NO_RIGHTS : READ_ALL))).toEqual([A]);
    expect(followed.removeLost(() => READ_ALL)).toEqual([]);
    expect([followed.has(A), followed.has(B)]).toEqual([false, true]);
  });

  it('a selected channel that is visible but no longer readable is dropped; a room that never was readable stays', () => {
    const followed = new SelectedChannels(new Set([A, B]));
    followed.reset((id) => (id === A ? READ_ALL : SEE));
    expect(followed.removeLost(() => SEE)).toEqual([A]);
  });

  it('requested channels that are hidden are named, and the visible ones start anew', () => {
    const followed = new SelectedChannels(new Set([A, B]));
    expect(followed.reset((id) => (id === A ? NO_RIGHTS : READ_ALL))).toEqual([A]);
    expect(followed.reset(() => READ_ALL)).toEqual([]);
    expect(followed.has(A)).toBe(true);
  });

  it('every readable channel is followed if none was named', () => {
    const followed = new SelectedChannels(null);
    expect(followed.reset(() => NO_RIGHTS)).toEqual([]);
    expect(followed.has(A)).toBe(true);
  });
});

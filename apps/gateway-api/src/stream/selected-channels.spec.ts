import type { Snowflake } from '@discord-relay/contracts';
import { NO_RIGHTS, READ_ALL } from '../access/permissions.js';
import { SelectedChannels } from './selected-channels.js';

const [A, B] = ['1', '2'] as [Snowflake, Snowflake];
const SEE = { see: true, read: false, history: false };

describe('SelectedChannels', () => {
  it('drops a channel once, and it stays lost even if access returns', () => {
    const followed = new SelectedChannels(new Set([A, B]));
    expect(followed.reset(() => READ_ALL)).toEqual([]);
    expect(followed.removeLost((id) => (id === A ? NO_RIGHTS : READ_ALL))).toEqual([A]);
    expect(followed.removeLost(() => READ_ALL)).toEqual([]);
    expect([followed.has(A), followed.has(B)]).toEqual([false, true]);
  });

  it('drops a channel that is visible but no longer readable, and keeps a room that never was', () => {
    const followed = new SelectedChannels(new Set([A, B]));
    followed.reset((id) => (id === A ? READ_ALL : SEE));
    expect(followed.removeLost(() => SEE)).toEqual([A]);
  });

  it('names requested channels that are hidden, and starts anew with those that are visible', () => {
    const followed = new SelectedChannels(new Set([A, B]));
    expect(followed.reset((id) => (id === A ? NO_RIGHTS : READ_ALL))).toEqual([A]);
    expect(followed.reset(() => READ_ALL)).toEqual([]);
    expect(followed.has(A)).toBe(true);
  });

  it('follows everything readable if nothing was named', () => {
    const followed = new SelectedChannels(null);
    expect(followed.reset(() => NO_RIGHTS)).toEqual([]);
    expect(followed.has(A)).toBe(true);
  });
});

import { SearchLimit } from './search-limit.js';

describe('SearchLimit', () => {
  it('lets each user run one search at a time, and all searches use half of the connections', async () => {
    const turns = new SearchLimit({ DATABASE_POOL_SIZE: 4 });
    const ends: (() => void)[] = [];
    const search = () => new Promise<string>((resolve) => ends.push(() => resolve('found')));
    const running = [turns.run('a', search), turns.run('b', search)];
    await expect(turns.run('a', search)).rejects.toMatchObject({ code: 'REQUEST.RATE_LIMITED' });
    await expect(turns.run('c', search)).rejects.toMatchObject({ code: 'REQUEST.RATE_LIMITED' });
    ends.forEach((end) => end());
    expect(await Promise.all(running)).toEqual(['found', 'found']);
    expect(await turns.run('c', () => Promise.resolve('found'))).toBe('found');
  });

  it('releases the slot when a search fails', async () => {
    const turns = new SearchLimit({ DATABASE_POOL_SIZE: 1 });
    await expect(turns.run('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await turns.run('a', () => Promise.resolve(1))).toBe(1);
  });
});

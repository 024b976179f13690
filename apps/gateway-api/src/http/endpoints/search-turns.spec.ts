import { SearchTurns } from './search-turns.js';

describe('SearchTurns', () => {
  it('lets each user search once at a time, and all of them on half of the connections', async () => {
    const turns = new SearchTurns({ DATABASE_POOL_SIZE: 4 });
    const ends: (() => void)[] = [];
    const search = () => new Promise<string>((resolve) => ends.push(() => resolve('found')));
    const running = [turns.take('a', search), turns.take('b', search)];
    await expect(turns.take('a', search)).rejects.toMatchObject({ code: 'REQUEST.RATE_LIMITED' });
    await expect(turns.take('c', search)).rejects.toMatchObject({ code: 'REQUEST.RATE_LIMITED' });
    ends.forEach((end) => end());
    expect(await Promise.all(running)).toEqual(['found', 'found']);
    expect(await turns.take('c', () => Promise.resolve('found'))).toBe('found');
  });

  it('gives the turn back when a search fails', async () => {
    const turns = new SearchTurns({ DATABASE_POOL_SIZE: 1 });
    await expect(turns.take('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await turns.take('a', () => Promise.resolve(1))).toBe(1);
  });
});

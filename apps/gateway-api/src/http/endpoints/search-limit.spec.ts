import { ExportLimit, SearchLimit } from './search-limit.js';

describe('SearchLimit', () => {
  it('each user runs one search at a time, and all searches use half of the connections', async () => {
    const limit = new SearchLimit({ DATABASE_POOL_SIZE: 4 });
    const ends: (() => void)[] = [];
    const search = () => new Promise<string>((resolve) => ends.push(() => resolve('found')));
    const running = [limit.run('a', search), limit.run('b', search)];
    await expect(limit.run('a', search)).rejects.toMatchObject({ code: 'REQUEST.RATE_LIMITED' });
    await expect(limit.run('c', search)).rejects.toMatchObject({ code: 'REQUEST.RATE_LIMITED' });
    ends.forEach((end) => end());
    expect(await Promise.all(running)).toEqual(['found', 'found']);
    expect(await limit.run('c', () => Promise.resolve('found'))).toBe('found');
  });

  it('the slot of a search is released when the search fails', async () => {
    const limit = new SearchLimit({ DATABASE_POOL_SIZE: 1 });
    await expect(limit.run('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await limit.run('a', () => Promise.resolve(1))).toBe(1);
  });

  it('pages of exports use a quarter of the connections', async () => {
    const limit = new ExportLimit({ DATABASE_POOL_SIZE: 8 });
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const running = [limit.run('a', () => ended), limit.run('b', () => ended)];
    await expect(limit.run('c', () => ended)).rejects.toMatchObject({ code: 'REQUEST.RATE_LIMITED' });
    end();
    await Promise.all(running);
  });
});

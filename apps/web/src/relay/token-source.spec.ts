import { loginTokens } from './token-source.js';

describe('loginTokens', () => {
  let nowMs = 0;
  let requests = 0;
  let failure: Error | null = null;
  const refresh = () => {
    requests += 1;
    return failure
      ? Promise.reject(failure)
      : Promise.resolve({ token: `token ${requests}`, expiresIn: 900 });
  };

  beforeEach(() => {
    nowMs = 1_000_000;
    requests = 0;
    failure = null;
  });

  it('all callers get one log-in token, which is kept while it is valid', async () => {
    const { get } = loginTokens(refresh, [() => nowMs]);
    expect(await Promise.all([get(), get(), get()])).toEqual(['token 1', 'token 1', 'token 1']);
    nowMs += 800_000;
    expect(await get()).toBe('token 1');
  });

  it('the next log-in token is fetched before the last one expires', async () => {
    const { get } = loginTokens(refresh, [() => nowMs]);
    await get();
    nowMs += 840_000;
    expect(await get()).toBe('token 2');
  });

  it.each([
    ['is set back an hour', -3_600_000],
    ['stands still while the machine sleeps', 0],
  ])('the next log-in token is fetched in time when one of its clocks %s', async (_what, byMs) => {
    for (const falseClock of [0, 1]) {
      const times = [1_000_000, 1_000_000];
      const { get } = loginTokens(refresh, [() => times[0]!, () => times[1]!]);
      const first = await get();
      times[falseClock]! += byMs;
      times[1 - falseClock]! += 840_000;
      expect(await get()).not.toBe(first);
    }
  });

  it('the log-in token is requested again after a failure', async () => {
    const { get } = loginTokens(refresh, [() => nowMs]);
    failure = new Error('away');
    await expect(get()).rejects.toThrow('away');
    failure = null;
    expect(await get()).toBe('token 2');
  });
});

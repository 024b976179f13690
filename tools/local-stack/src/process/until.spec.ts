import { forgetEnd, recordEnd } from './ended-services.js';
import { until } from './until.js';

const refused = (port: number) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED', port }) });

const failing = (error: Error) => () => Promise.reject(error);

const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );

describe('until', () => {
  const end = { name: 'ingestor', port: 1, code: 78, signal: null, lastMessage: 'PORT: 1 is in use' };
  const longAgo = () => performance.now() - 60_000;
  afterEach(() => forgetEnd(1));

  it('until returns the first value', async () => {
    const values = [undefined, undefined, 'there'];
    expect(await until('a value', 5_000, () => values.shift())).toBe('there');
  });

  it('until throws with the failure of the last probe as its cause, and no earlier one', async () => {
    expect(await failureOf(until('this', 20, failing(refused(1))))).toMatchObject({
      message: expect.stringMatching(/^this: not within \d+ ms$/),
      cause: { message: 'fetch failed' },
    });
    let probes = 0;
    const firstFails = () => (probes++ === 0 ? Promise.reject(refused(1)) : undefined);
    expect((await failureOf(until('this', 50, firstFails))).cause).toBeUndefined();
  });

  it('until reports a probe that does not return', async () => {
    const failure = await failureOf(until('this', 20, () => new Promise<never>(() => undefined)));
    expect(failure.cause).toMatchObject({ message: 'the last probe did not return' });
  });

  it('until ends at once, with the reason, when the service that it needs has ended by itself', async () => {
    recordEnd({ ...end, endedAtMs: longAgo() });
    const failure = await failureOf(until('this', 600_000, failing(refused(1))));
    expect(failure.message).toMatch(/ingestor \(port 1\) ended by itself with code 78: PORT: 1 is in use/);
  });

  it('until waits for a service that has just ended, because it may be restarted', async () => {
    recordEnd({ ...end, endedAtMs: performance.now() });
    let probes = 0;
    const restarted = () => (probes++ < 3 ? Promise.reject(refused(1)) : 'there');
    expect(await until('this', 5_000, restarted)).toBe('there');
  });

  it('until names a service that has ended by itself when something else does not happen', async () => {
    recordEnd({ ...end, code: null, signal: 'SIGSEGV', endedAtMs: longAgo() });
    const failure = await failureOf(until('this', 20, () => undefined));
    expect(failure.message).toMatch(/not within \d+ ms\ningestor .* by SIGSEGV: PORT/);
  });
});

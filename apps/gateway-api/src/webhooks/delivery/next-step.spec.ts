import fc from 'fast-check';
import { type Answer, decideNextStep, type RetryLimits, retryAfterMs } from './next-step.js';

const LIMITS: RetryLimits = { firstMs: 5_000, maxAttempts: 12, disableAfterMs: 86_400_000 };
const NOW = Date.parse('2026-01-01T00:00:00Z');
const FRESH = { attempts: 0, failingSinceMs: null };
const judge = (answer: Answer, trouble = FRESH as Parameters<typeof decideNextStep>[1], random = 0.5) =>
  decideNextStep(answer, trouble, LIMITS, NOW, random);
const status = (code: number, retryAfter: number | null = null): Answer => ({
  status: code,
  retryAfterMs: retryAfter,
});

describe('an attempt', () => {
  it.each([200, 201, 204, 299])('an attempt with status %d is accepted', (code) =>
    expect(judge(status(code))).toEqual({ kind: 'delivered' }),
  );

  it.each([301, 302, 400, 404, 429, 500, 503])('an attempt with status %d is retried', (code) =>
    expect(judge(status(code))).toMatchObject({ kind: 'retry', error: `HTTP ${code}` }),
  );

  it('an attempt without a response is retried', () =>
    expect(judge({ error: 'ECONNREFUSED' })).toMatchObject({ kind: 'retry', error: 'ECONNREFUSED' }));

  it('an attempt with status 410 disables the endpoint', () =>
    expect(judge(status(410))).toMatchObject({ kind: 'disable', reason: 'gone' }));

  it('an attempt that fails after a day of failures disables the endpoint', () => {
    const since = (ms: number) => judge(status(500), { attempts: 0, failingSinceMs: NOW - ms });
    expect(since(86_400_000)).toMatchObject({ kind: 'disable', reason: 'failing' });
    expect(since(86_399_999)).toMatchObject({ kind: 'retry' });
  });

  it('the last allowed attempt that fails abandons the delivery', () => {
    expect(judge(status(500), { attempts: 10, failingSinceMs: NOW })).toMatchObject({ kind: 'retry' });
    expect(judge(status(500), { attempts: 11, failingSinceMs: NOW })).toEqual({
      kind: 'dead',
      error: 'HTTP 500',
    });
  });

  it('an attempt is not made before the time that the receiver requests', () => {
    expect(judge(status(429, 60_000))).toMatchObject({ dueInMs: 60_000 });
    expect(judge(status(429, 1))).toMatchObject({ dueInMs: 3_750 });
    expect(judge(status(503, 1e12))).toMatchObject({ dueInMs: 86_400_000 });
  });

  it('the wait before an attempt doubles, up to an hour, and is never less than half of that', () =>
    fc.assert(
      fc.property(fc.nat(10), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, random) => {
        const verdict = judge(status(500), { attempts, failingSinceMs: NOW }, random);
        const fullMs = Math.min(3_600_000, 5_000 * 2 ** attempts);
        expect(verdict.kind === 'retry' && verdict.dueInMs).toBeGreaterThanOrEqual(fullMs / 2);
        expect(verdict.kind === 'retry' && verdict.dueInMs).toBeLessThanOrEqual(fullMs);
      }),
    ));
});

it.each([
  [undefined, null],
  ['120', 120_000],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['soon', null],
])('Retry-After %j is parsed as %j', (header, expected) => expect(retryAfterMs(header, NOW)).toBe(expected));

import { createLogger } from '@discord-relay/platform';
import { IdentifyBudget } from './identify-budget.js';

const logger = createLogger('ingestor', 'spec', 'silent');
const limit = (remaining: number, resetAfterMs = 86_400_000) => ({
  total: 1_000,
  remaining,
  reset_after: resetAfterMs,
  max_concurrency: 1,
});

describe('IdentifyBudget', () => {
  const never = new AbortController().signal;

  it('IdentifyBudget counts down from Discord’s number, and reports it', async () => {
    const shown: number[] = [];
    const port = {
      fetchLimit: () => Promise.reject(new Error('not requested in this test')),
      onRemaining: (n: number) => shown.push(n),
    };
    const budget = new IdentifyBudget(port, 10, logger);
    budget.update(limit(12));
    await budget.consume(never);
    await budget.consume(never);
    expect(shown).toEqual([12, 11, 10]);
    expect(budget.problem).toBeUndefined();
  });

  it('IdentifyBudget requests Discord’s number first if it is unknown, and continues without an answer', async () => {
    let requests = 0;
    const fetchLimit = () => {
      requests++;
      return requests === 1 ? Promise.resolve(limit(100)) : Promise.reject(new Error('away'));
    };
    const shown: number[] = [];
    await new IdentifyBudget({ fetchLimit, onRemaining: (n) => shown.push(n) }, 10, logger).consume(never);
    expect(shown).toEqual([100, 99]);
    await new IdentifyBudget({ fetchLimit, onRemaining: (n) => shown.push(n) }, 10, logger).consume(never);
    expect(requests).toBe(2);
  });

  it('IdentifyBudget keeps the reserve: it waits, reports why, and stops with its shard', async () => {
    const budget = new IdentifyBudget(
      { fetchLimit: () => Promise.resolve(limit(10)), onRemaining: () => undefined },
      10,
      logger,
    );
    budget.update(limit(10, 3_600_000));
    const retired = new AbortController();
    const taking = budget.consume(retired.signal);
    await Promise.resolve();
    expect(budget.problem).toMatch(/10 left of Discord's day, IDENTIFY_RESERVE keeps 10; more in 60 min/);
    retired.abort();
    await expect(taking).rejects.toMatchObject({ name: 'AbortError' });
    expect(budget.problem).toBeUndefined();
  });
});

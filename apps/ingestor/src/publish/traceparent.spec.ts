import { newTraceparent } from './traceparent.js';

describe('newTraceparent', () => {
  it('a new traceparent is a W3C trace context that is not sampled, and different each time', () => {
    const all = Array.from({ length: 1_000 }, newTraceparent);
    for (const each of all) expect(each).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(new Set(all).size).toBe(all.length);
  });
});

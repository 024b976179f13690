import { newTraceparent } from './traceparent.js';

describe('newTraceparent', () => {
  it('is a W3C trace context that is not sampled, new each time', () => {
    expect(newTraceparent()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(newTraceparent()).not.toBe(newTraceparent());
  });
});

import { judge } from './cursor.js';

describe('the cursor rule', () => {
  it('the cursor rule applies the event that follows the cursor', () => {
    expect(judge(7, { prev: 7, seq: 9 })).toBe('apply');
  });

  it('the cursor rule applies the first event of a feed at cursor 0', () => {
    expect(judge(0, { prev: 0, seq: 12 })).toBe('apply');
  });

  it('the cursor rule applies every part of a bulk deletion, of which only the last moves the cursor', () => {
    expect(judge(7, { prev: 7, seq: 7 })).toBe('apply');
    expect(judge(7, { prev: 7, seq: 9 })).toBe('apply');
  });

  it('the cursor rule drops events at or before the cursor', () => {
    expect(judge(9, { prev: 7, seq: 9 })).toBe('duplicate');
    expect(judge(9, { prev: 7, seq: 7 })).toBe('duplicate');
  });

  it('an event that does not follow the cursor reveals a hole', () => {
    expect(judge(7, { prev: 9, seq: 10 })).toBe('hole');
  });
});

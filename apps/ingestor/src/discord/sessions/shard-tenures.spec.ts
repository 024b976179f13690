import { ShardTenures } from './shard-tenures.js';

describe('ShardTenures', () => {
  const begun = (tenures: ShardTenures, stored: { tenure?: string } | null) => {
    tenures.begin(0, stored);
    return tenures.of(0)!;
  };

  it('names each ownership differently', () => {
    const first = begun(new ShardTenures(), null);
    expect(begun(new ShardTenures(), { tenure: first })).not.toBe(first);
  });

  it('continues the own tenure while no other process has stored the session, also that of the spool', () => {
    const tenures = new ShardTenures();
    tenures.adopt(0, 'spooled');
    expect(begun(tenures, { tenure: 'spooled' })).toBe('spooled');
    tenures.pause(0);
    expect(tenures.of(0)).toBeUndefined();
    expect(begun(tenures, { tenure: 'spooled' })).toBe('spooled');
    expect(begun(tenures, null)).toBe('spooled');
  });

  it.each([{ tenure: 'of another process' }, {}])('begins another one after the session of %j', (stored) => {
    const tenures = new ShardTenures();
    tenures.adopt(0, 'spooled');
    const next = begun(tenures, stored);
    expect(['spooled', 'of another process']).not.toContain(next);
    expect(begun(tenures, { tenure: 'spooled' })).not.toBe('spooled');
  });

  it('does not continue a tenure of which events were dropped', () => {
    const tenures = new ShardTenures();
    const dropped = begun(tenures, null);
    tenures.end({ shardId: 0, tenure: dropped });
    expect(begun(tenures, { tenure: dropped })).not.toBe(dropped);
  });

  it('continues a newer tenure when events of an earlier one are dropped', () => {
    const tenures = new ShardTenures();
    const current = begun(tenures, null);
    tenures.end({ shardId: 0, tenure: 'earlier' });
    expect(begun(tenures, { tenure: current })).toBe(current);
  });
});

import { applyEdits } from './edits.js';

const GUILD = {
  id: '1',
  channels: [
    { id: '2', name: 'a' },
    { id: '3', name: 'b' },
  ],
  owner: { id: '4' },
};

describe('edited', () => {
  it('an edit omits keys and elements, in every element if the path says so', () => {
    expect(applyEdits(GUILD, { omit: ['owner.id', 'channels.*.name', 'channels.0'] })).toEqual({
      id: '1',
      channels: [{ id: '3' }],
      owner: {},
    });
    expect(applyEdits(GUILD.channels, { omit: ['*'] })).toEqual([]);
  });

  it('an edit writes values of any kind, also where there was none', () => {
    expect(applyEdits(GUILD, { set: { 'channels.*.topic': null, owner: [] } })).toEqual({
      id: '1',
      channels: [
        { id: '2', name: 'a', topic: null },
        { id: '3', name: 'b', topic: null },
      ],
      owner: [],
    });
  });

  it('an edit reverses a list and cuts it', () =>
    expect(applyEdits([1, 2, 3], { reverse: true, first: 2 })).toEqual([3, 2]));

  it('an edit changes nothing where the path matches nothing, and never the original', () => {
    const before = structuredClone(GUILD);
    expect(applyEdits(GUILD, { omit: ['roles', 'id.x'], set: { 'roles.0': 1 } })).toEqual(before);
    applyEdits(GUILD, { omit: ['id'], reverse: true });
    expect(GUILD).toEqual(before);
    expect(applyEdits('text', { omit: ['x'] })).toBe('text');
  });
});

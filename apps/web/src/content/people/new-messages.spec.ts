import { newMessages } from './new-messages.js';

const [a, b, c, d] = ['9', '10', '11', '12'].map((id) => ({ id })) as [
  ...[{ id: string }, { id: string }, { id: string }, { id: string }],
];

it('new messages are those that were added anywhere, or replaced by another state', () => {
  expect(newMessages([], [a, b])).toEqual([a, b]);
  expect(newMessages([b, c], [a, b, c, d])).toEqual([a, d]);
  expect(newMessages([a, b, c], [b, c])).toEqual([]);
  const edited = { ...b };
  const found = newMessages([a, b, c], [a, edited, c]);
  expect(found).toHaveLength(1);
  expect(found[0]).toBe(edited);
});

import { textsBeside } from './texts-beside.js';

it('the texts beside a message are those that the service searches, at any depth', () => {
  const embed = {
    type: 'rich',
    title: 'Outage',
    url: 'https://x.example',
    fields: [{ name: 'Where', value: 'West' }],
  };
  const button = { type: 2, label: 'Acknowledge', custom_id: 'ack' };
  expect(
    textsBeside({
      embeds: [embed],
      components: [{ type: 17, components: [{ type: 1, components: [button] }] }],
      stickers: [],
    }),
  ).toEqual(['Outage', 'Where', 'West', 'Acknowledge']);
  expect(textsBeside({})).toEqual([]);
});

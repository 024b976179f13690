import type { Conversation } from './line.js';

/** What the organisers and the workshop's robot announce. */
export const NEWS_TALK: readonly Conversation[] = [
  {
    channel: 'announcements',
    lines: [
      {
        by: 'amber',
        text: [
          '## Kite festival on the beach',
          'On Saturday in two weeks, from ten in the morning, whatever the wind. {&Pilots}, please bring your own lines.',
          '- 10:00 building with children',
          '- 13:00 fighter kites',
          '- 16:00 the *big* one: nine metres of {@dune}',
          '> If it rains, we meet in the boathouse and call it a workshop.',
        ].join('\n'),
        isPinned: true,
        reactions: [
          ['🪁', 'birch', 'cobalt', 'dune', 'fern'],
          ['🎉', 'ember', 'glade', 'hazel', 'iris', 'juniper'],
        ],
        thread: {
          name: 'Rides to the beach',
          lines: [
            { by: 'glade', text: 'I have a van with **three** free seats. It smells of glue.' },
            { by: 'fern', text: 'I would take one. Does the smell go away?' },
            { by: 'glade', text: 'No.', reactions: [['😂', 'fern', 'iris', 'hazel']] },
            { by: 'iris', text: 'Then I would like the seat at the window, please.' },
          ],
        },
      },
    ],
  },
  {
    channel: 'announcements',
    lines: [
      {
        by: 'robot',
        text: 'The wind of the week, measured on the roof of the boathouse:',
        pictures: [{ of: 'chart', alt: 'Bars of ten days; the seventh is the highest' }],
      },
      {
        by: 'robot',
        embeds: [
          {
            title: 'Saturday: good wind',
            url: 'https://example.org/wind',
            description: 'South-west, **4 Beaufort**, steady until the evening.',
            color: 0x2e_86_ab,
            author: { name: 'Weather of the boathouse' },
            fields: [
              { name: 'Morning', value: '12 kn', inline: true },
              { name: 'Noon', value: '15 kn', inline: true },
              { name: 'Evening', value: '9 kn', inline: true },
            ],
            footer: { text: 'Measured every ten minutes' },
          },
        ],
        reactions: [['💨', 'dune', 'cobalt', 'ember']],
      },
    ],
  },
];

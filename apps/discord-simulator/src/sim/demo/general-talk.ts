import type { Conversation } from './line.js';

/** Small talk, plans and a poll. */
export const GENERAL_TALK: readonly Conversation[] = [
  {
    channel: 'general',
    lines: [
      {
        by: 'cobalt',
        text: 'We need a date for the next night flight. Please vote:',
        poll: {
          question: 'When do we fly with lights?',
          answers: [
            ['🌒', 'Thursday, after the workshop', 'amber', 'hazel'],
            ['🌕', 'Friday, with the full moon', 'birch', 'dune', 'ember', 'iris'],
            ['☕', 'Sunday, before breakfast', 'juniper'],
          ],
        },
      },
      { by: 'juniper', text: 'Who else is a morning person? Nobody? Fine.' },
      { by: 'ember', text: 'The moon rises at nine on Friday, so we even see each other.', answers: 2 },
      {
        by: 'cobalt',
        text: 'Friday it looks like. I bring the lamps.',
        reactions: [['👍', 'ember', 'iris', 'amber', 'birch']],
      },
    ],
  },
  {
    channel: 'general',
    lines: [
      { by: 'fern', text: 'Does anyone have a spare reel? Mine is at the bottom of the harbour.' },
      { by: 'dune', text: 'How did it get there?', answers: 1 },
      {
        by: 'fern',
        text: 'Slowly, and then very fast.',
        reactions: [['😂', 'dune', 'amber', 'glade', 'iris']],
      },
      { by: 'glade', text: 'I have two. You can pick one up on Friday.', answers: 3 },
      { by: 'fern', text: 'You are the best, {@glade}!', sticker: 'Plane' },
    ],
  },
  {
    channel: 'general',
    lines: [
      {
        by: 'hazel',
        text: 'I counted: we have built **41** kites this year. One of them is still in a tree.',
      },
      { by: 'birch', text: 'Forty, then.', answers: 1, reactions: [['😂', 'hazel', 'cobalt']] },
      { by: 'hazel', text: 'It flies when the tree does.' },
      {
        by: 'amber',
        text: 'The city sends somebody with a ladder on Monday. I asked politely.',
        reactions: [['🙏', 'hazel', 'birch']],
      },
    ],
  },
  {
    channel: 'general',
    lines: [
      { by: 'ember', text: 'Is the boathouse open tonight? I forgot my scarf.' },
      { by: 'amber', text: 'I am here until nine. It is the green one, right?', answers: 1 },
      { by: 'ember', text: 'The gren one, yes!', edit: 'The green one, yes!' },
      { by: 'ember', text: 'On my way, my phone number is 555 0199 if the door is closed', isDeleted: true },
      { by: 'amber', text: 'Door is open. And better do not post your number here. 🙂', answers: 2 },
    ],
  },
  {
    channel: 'random',
    lines: [
      {
        by: 'iris',
        text: 'The comet last night, from the pier, thirty seconds:',
        pictures: [{ of: 'night', alt: 'A comet with a long tail above dark hills' }],
        reactions: [
          ['🤩', 'amber', 'cobalt', 'dune', 'fern', 'juniper'],
          ['☄️', 'hazel'],
        ],
      },
      { by: 'dune', text: 'Wow. Is that the tail, or did you move?', answers: 1 },
      { by: 'iris', text: 'A little of both, to be honest.' },
      { by: 'hazel', text: 'I was up at four for it and saw a cloud. A nice cloud, though.' },
    ],
  },
  {
    channel: 'random',
    lines: [
      { by: 'glade', text: 'Riddle of the day: what gets bigger the more you take away?' },
      {
        by: 'cobalt',
        text: '||A hole. We had one in the hull last year.||',
        answers: 1,
        reactions: [['✅', 'glade']],
      },
      { by: 'juniper', text: 'I said "my appetite", and I stand by it.' },
    ],
  },
  {
    channel: 'random',
    lines: [
      {
        by: 'hazel',
        text: 'My bread of today. It rose better than my last kite. Recipe in the file.',
        file: {
          filename: 'bread.txt',
          text: 'Kite bread\n==========\n\n500 g flour\n350 ml water\n10 g salt\n3 g yeast\n\nMix, wait until tomorrow, fold twice, 45 minutes at 230 degrees.\n',
        },
      },
      { by: 'fern', text: 'Only 3 g of yeast? That explains a lot about mine.', answers: 1 },
      { by: 'hazel', text: 'Time does the rest.' },
    ],
  },
  {
    channel: 'help',
    lines: [
      {
        by: 'juniper',
        text: 'How long does the glue for the sail have to dry? The tube says 24 h, my patience says two.',
      },
      {
        by: 'birch',
        text: 'Twelve are enough if it is warm. Two are enough for nothing.',
        answers: 1,
        reactions: [['📝', 'juniper', 'iris']],
      },
      { by: 'juniper', text: 'Twelve it is. Thank you, {@birch}!' },
    ],
  },
  {
    channel: 'help',
    lines: [
      {
        by: 'fern',
        text: 'Which of these is right for a sled kite?\n```\nbridle = 1.5 * width\nbridle = 2.5 * width\n```',
      },
      {
        by: 'amber',
        text: '`2.5 * width`, and tie it a hand above the middle. For everything larger there is a post in {#support}.',
        answers: 1,
      },
      { by: 'fern', text: 'It flies! Straight! Up!', reactions: [['🎉', 'amber', 'birch', 'juniper']] },
    ],
  },
  {
    channel: 'ideas',
    lines: [
      {
        by: 'dune',
        text: 'Idea: a kite that carries a camera and takes a picture of the festival every minute.',
      },
      {
        by: 'cobalt',
        text: 'I would build the cradle. It has to hang level, or we get a thousand pictures of sand.',
        answers: 1,
      },
      { by: 'iris', text: 'A pendulum of two strings, crosswise. I can draw it.' },
      {
        by: 'iris',
        text: 'Like this:\n```\n  kite line\n  ----+----\n     / \\\n    /   \\\n   [camera]\n```',
        reactions: [['💡', 'dune', 'cobalt', 'amber']],
        thread: {
          name: 'Camera cradle',
          lines: [
            { by: 'cobalt', text: 'The joints could be of brass, I have some left.' },
            { by: 'dune', text: 'How heavy would it be in the end?' },
            {
              by: 'cobalt',
              text: 'About **180 g** with the camera. The big one lifts two kilograms, so we have room for a sandwich.',
            },
            { by: 'iris', text: 'Approved.' },
          ],
        },
      },
    ],
  },
  {
    channel: 'ideas',
    lines: [
      { by: 'glade', text: 'Could we have a day for children only? Mine asks every week.' },
      {
        by: 'amber',
        text: 'Yes, please. I would start with paper kites: scissors, tape, done in an hour.',
        answers: 1,
        reactions: [['💚', 'glade', 'hazel', 'fern']],
      },
      { by: 'birch', text: 'I have a hundred sheets of paper in four colours.' },
      { by: 'glade', text: 'Then we only need the children. How about the 12th?' },
    ],
  },
  {
    channel: 'show-and-tell',
    lines: [
      {
        by: 'ember',
        text: 'Finished! Six weeks, two burnt fingers, one ship:',
        pictures: [{ of: 'harbour', alt: 'A model ship with a red hull at sunset' }],
        reactions: [
          ['😍', 'amber', 'birch', 'cobalt', 'hazel'],
          ['⛵', 'dune'],
        ],
      },
      { by: 'cobalt', text: 'The rigging is beautiful. Did you use linen?', answers: 1 },
      { by: 'ember', text: 'Waxed linen, yes. It does not fray.' },
      { by: 'amber', text: 'That one goes on the wall, if I may.', answers: 3 },
    ],
  },
  {
    channel: 'show-and-tell',
    lines: [
      {
        by: 'fern',
        text: 'First flight of the delta, filmed by my brother, who cannot hold a phone:',
        pictures: [{ of: 'kite', alt: 'A red and yellow kite above a meadow' }],
      },
      {
        by: 'birch',
        text: 'Look at that! It climbs like a lift.',
        answers: 1,
        reactions: [['🪁', 'fern', 'glade']],
      },
      { by: 'fern', text: 'It came down like one, too.' },
    ],
  },
  {
    channel: 'random',
    lines: [
      {
        by: 'iris',
        text: 'שלום לכולם! העפיפון של {@dune} עף היום בחיפה: 40 מטר, רוח של 12 knots.',
        reactions: [['🪁', 'dune', 'glade']],
      },
      {
        by: 'dune',
        text: 'تهانينا! كيف حسبتم الطول؟',
        answers: 1,
      },
      {
        by: 'iris',
        text: '`2.5 * width` כמו שכתוב ב-{#help}, ואז:\n- חוט ארוך\n- זנב קצר\n> https://example.org/kites',
      },
      { by: 'glade', text: 'I only understand `width`, but the picture is beautiful. Mazel tov, mabrouk!' },
    ],
  },
];

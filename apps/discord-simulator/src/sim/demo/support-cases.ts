import type { Person } from './line.js';

export interface SupportCase {
  title: string;
  tag: string;
  by: Person;
  question: string;
  /** The answers of the helpers, in order. */
  answers: readonly string[];
  /** The replies of the opener, one to each answer but the last. */
  replies: readonly string[];
  thanks: string;
}

export const SUPPORT_CASES: readonly SupportCase[] = [
  {
    title: 'My kite pulls to the left',
    tag: 'Repair',
    by: 'fern',
    question:
      'I built it by the plan of last week. In light wind it goes straight, in strong wind it leans to the left. Which line do I shorten?',
    answers: [
      'Shorten the **right** line by two centimetres, and try again in light wind first.',
      'Then the frame is bent. Lay it on a table: does one corner stand up?',
    ],
    replies: ['I tried that, and it is better, but not good.'],
    thanks: 'It was the frame, a finger high. Straight now, thank you!',
  },
  {
    title: 'Where do I find the plans?',
    tag: 'Question',
    by: 'iris',
    question: 'The link in the announcement leads to a page that is gone.',
    answers: ['They moved to the shared folder, under *Plans*. I have corrected the link, please try again.'],
    replies: [],
    thanks: 'Found them. Thanks for the quick answer!',
  },
  {
    title: 'Workshop says it is full',
    tag: 'Organisation',
    by: 'juniper',
    question: 'The list for Friday says that the workshop is full, but I count only six names.',
    answers: [
      'Two more asked by phone. I have put you on the list as number nine, there is always a chair left.',
    ],
    replies: [],
    thanks: 'Great, see you on Friday!',
  },
  {
    title: 'Which paint for the hull?',
    tag: 'Question',
    by: 'ember',
    question:
      'The shop has two kinds, and neither is on our list: `acrylic, matt` and `enamel, gloss`. It will be in the water for an hour at a time.',
    answers: [
      'Enamel, two thin coats, with a day between them.',
      'Yes, 240 grit, and wipe off the dust with a damp cloth.',
    ],
    replies: ['Do I have to sand it between the coats?'],
    thanks: 'Perfect. It already looks like a ship.',
  },
  {
    title: 'The motor of the crane stops after a second',
    tag: 'Repair',
    by: 'dune',
    question:
      'It says this and stops:\n```\nERROR sensor: no answer after 1000 ms\n```\nThe battery is full.',
    answers: [
      'Please unplug the sensor, wait ten seconds and plug it in again. What does the lamp on it do?',
      'Red means that it has the wrong address. Press the small button for five seconds, then it is number 1 again.',
    ],
    replies: ['It blinks red twice and goes out.'],
    thanks: 'Green! And the crane lifts again. Thank you!',
  },
  {
    title: 'Can I change my name here?',
    tag: 'Organisation',
    by: 'glade',
    question: 'I have a new name, and the old one confuses everybody.',
    answers: ['Of course. Which name shall it be?', 'Done. Welcome, again!'],
    replies: ['Glade, as I am called here already. Only the list of members has the old one.'],
    thanks: 'That was quick, thank you.',
  },
  {
    title: 'Knot that holds a wet line',
    tag: 'Question',
    by: 'hazel',
    question: 'My knots open when the line gets wet. The line is polyethylene, 2 mm. Which knot do you use?',
    answers: [
      'A *figure eight*, and pull it tight while it is wet. There is a drawing at the door of the boathouse.',
    ],
    replies: [],
    thanks: 'It held for the whole afternoon. Solved!',
  },
  {
    title: 'Lost: a blue reel',
    tag: 'Organisation',
    by: 'cobalt',
    question: 'On Friday I left a blue reel with about 50 m of line in the boathouse. Did anyone find it?',
    answers: ['It is in the box at the entrance, with a note "whose is this?".'],
    replies: [],
    thanks: 'Mine! I will get it tomorrow.',
  },
];

import type { Random } from '../random.js';

const OPENINGS = [
  'Morning all,',
  'Quick note:',
  'Has anyone seen this?',
  'Update:',
  'So,',
  'Small win:',
  'Question:',
  'Heads up,',
];
const SUBJECTS = [
  'the blue kite',
  'the harbour model',
  'our recipe list',
  'the garden plan',
  'the test build',
  'the board game night',
  'the new map',
  'the robot arm',
  'the song draft',
  'the comet photo',
];
const VERBS = [
  'is nearly done',
  'needs a second pair of eyes',
  'works much better now',
  'fell over again',
  'is ready to try',
  'got a new colour',
  'will be moved to Friday',
  'makes a strange noise',
  'looks great on the wall',
  'is in the shared folder',
];
const ENDINGS = [
  'any thoughts?',
  'thanks to everyone who helped.',
  'I will post a picture later.',
  'no hurry.',
  'see you at seven.',
  'who wants to join?',
  'let me know.',
  'fingers crossed!',
  'more tomorrow.',
  'that was fun.',
];
const REPLIES = [
  'Nice one!',
  'I can take a look after lunch.',
  'Same here.',
  'Count me in 🙌',
  'Not sure I follow, can you say more?',
  'That explains a lot.',
  'Done ✅',
  'Haha, of course it did.',
  'Good catch.',
  'On my way.',
  'Sounds good to me.',
  'Let us try it.',
];

/** A plausible line of small talk about nothing real. */
export function sentence(random: Random): string {
  if (random.next() < 0.35) return random.pick(REPLIES);
  return `${random.pick(OPENINGS)} ${random.pick(SUBJECTS)} ${random.pick(VERBS)} - ${random.pick(ENDINGS)}`;
}

/** The line with two adjacent letters of a longer word swapped, like a typing error. */
export function withTypo(line: string, random: Random): string {
  const spots = Array.from(line.matchAll(/[a-z]{5,}/g), (match) => match.index + 1);
  if (spots.length === 0) return `${line}.`;
  const at = random.pick(spots);
  return line.slice(0, at) + line.charAt(at + 1) + line.charAt(at) + line.slice(at + 2);
}

export const USERNAMES = [
  'amber-otter',
  'birch-fox',
  'cobalt-wren',
  'dune-lynx',
  'ember-newt',
  'fern-heron',
  'glade-hare',
  'hazel-crane',
  'iris-badger',
  'juniper-seal',
] as const;
export const GUILD_NAMES = [
  'Kite Workshop',
  'Harbour Makers',
  'Pixel Garden',
  'Night Sky Club',
  'Board Game Attic',
] as const;

import { COLOUR_PLACES } from '../content/markdown-view/colour.js';

const DIGITS = [...'0123456789abcdef'];
const PERCENT = Array.from({ length: 101 }, (_, percent) => percent);
const [r, s, t, u, v, w] = COLOUR_PLACES.map((place) => `var(--${place})`) as [
  ...[string, string, string, string, string, string],
];

/**
 * What the page sets with `style` attributes. A file has one style sheet with a known hash instead, and its policy forbids all others:
 * a colour is composed of a rule for each of its digits, and each width of a poll's bar has a rule.
 */
export const STATIC_STYLES: string = [
  `[data-own-colour]{--own-colour:rgb(calc(16*${r} + ${s}) calc(16*${t} + ${u}) calc(16*${v} + ${w}))}`,
  ...COLOUR_PLACES.flatMap((place) =>
    DIGITS.map((digit, value) => `[data-own-colour~="${place}${digit}"]{--${place}:${value}}`),
  ),
  ...PERCENT.map((percent) => `[data-percent="${percent}"]{width:${percent}%}`),
].join('\n');

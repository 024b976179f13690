import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const [light, dark] = css.split('@media').map((part) => {
  const colours = part.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g);
  return Object.fromEntries([...colours].map(([, name, value]) => [name, value!]));
}) as [Record<string, string>, Record<string, string>];

const THEMES = { light, dark: { ...light, ...dark } };
const BACKGROUNDS = ['paper', 'side', 'raised', 'hover', 'selected', 'code-paper', 'warn-paper'];
const TEXTS = ['ink', 'ink-soft', 'ink-faint', 'accent', 'good', 'busy', 'bad'];
/** WCAG 2.2, 1.4.3, for text of normal size. */
const LEAST = 4.5;

/** Relative luminance as WCAG defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

it.each(Object.entries(THEMES))('every text colour can be read on every background: %s', (_name, colours) => {
  const tooFaint = TEXTS.flatMap((text) =>
    BACKGROUNDS.map((paper) => ({ text, paper, ratio: contrast(colours[text]!, colours[paper]!) })),
  ).filter(({ ratio }) => ratio < LEAST);
  expect(tooFaint).toEqual([]);
});

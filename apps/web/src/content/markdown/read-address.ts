import type { Steps } from './steps.js';

export interface Address {
  href: string;
  /** As written in the text. */
  text: string;
  /** The index after it. */
  end: number;
}

export interface LinkTarget {
  href: string;
  title: string | null;
  /** The index after the closing bracket. */
  end: number;
}

const SCHEME = /https?:\/\/(?=[^\s<])/iy;
const SPACE = /\s/;

/** The scheme's length when a web address starts at `start`. */
export function schemeLength(text: string, start: number): number {
  SCHEME.lastIndex = start;
  return SCHEME.test(text) ? SCHEME.lastIndex - start : 0;
}

/** @returns the normalized address if a browser may open it: http or https */
export function webAddress(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}

/**
 * Reads a bare address: up to a space, `<`, the end of a link's label, or one of `closers`, without the punctuation of the
 * surrounding sentence.
 * @returns with `href` null if it looks like an address and is not one
 */
export function readAddress(
  text: string,
  start: number,
  closers: readonly string[],
  steps: Steps,
): Omit<Address, 'href'> & { href: string | null } {
  let end = start + schemeLength(text, start);
  while (end < text.length && !endsAddress(text, end, closers)) end += 1;
  steps.count += end - start;
  const address = withoutTrailingPunctuation(text.slice(start, end));
  return { href: webAddress(address), text: address, end: start + address.length };
}

function endsAddress(text: string, at: number, closers: readonly string[]): boolean {
  const character = text[at]!;
  if (character === '<' || SPACE.test(character)) return true;
  const pair = text.slice(at, at + 2);
  return pair === '](' || closers.includes(pair);
}

const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** A sentence's full stop or bracket is not part of its link, unless the bracket was opened inside the link. */
function withoutTrailingPunctuation(address: string): string {
  const surplus = new Map<string, number>();
  for (const [closing, opening] of Object.entries(CLOSING))
    surplus.set(closing, count(address, closing) - count(address, opening));
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address[end - 1]!;
    const unmatched = surplus.get(last);
    if (unmatched === undefined ? !'.,;:!?\'"*_~|'.includes(last) : unmatched <= 0) break;
    if (unmatched !== undefined) surplus.set(last, unmatched - 1);
  }
  return address.slice(0, end);
}

function count(text: string, character: string): number {
  let found = 0;
  for (const each of text) if (each === character) found += 1;
  return found;
}

/** `<https://…>`: an address without a preview. */
export function readBracketedAddress(text: string, start: number, steps: Steps): Address | null {
  let end = start + 1;
  if (schemeLength(text, end) === 0) return null;
  while (end < text.length && !'<>'.includes(text[end]!) && !SPACE.test(text[end]!)) end += 1;
  steps.count += end - start;
  if (text[end] !== '>') return null;
  const address = text.slice(start + 1, end);
  const href = webAddress(address);
  return href === null ? null : { href, text: address, end: end + 1 };
}

const TITLE = /\s{1,8}(?:"([^"\n]{0,512})"|'([^'\n]{0,512})')\s{0,8}\)/y;

/**
 * Reads the target in `[label](…)`: an address, optionally in `<>` and followed by a title. A scan never passes the start of
 * the next target, so that all scans of a text together take linear time.
 * @param start the index after `(`
 */
export function readTarget(text: string, start: number, steps: Steps): LinkTarget | null {
  const isBracketed = text[start] === '<';
  const from = isBracketed ? start + 1 : start;
  if (schemeLength(text, from) === 0) return null;
  const end = isBracketed ? closingAngle(text, from) : closingBracket(text, from);
  steps.count += end - start;
  const href = webAddress(text.slice(from, end));
  const rest = isBracketed ? end + 1 : end;
  if (href === null || (isBracketed && text[end] !== '>')) return null;
  return closeTarget(text, rest, href);
}

function closeTarget(text: string, at: number, href: string): LinkTarget | null {
  if (text[at] === ')') return { href, title: null, end: at + 1 };
  TITLE.lastIndex = at;
  const match = TITLE.exec(text);
  if (!match) return null;
  return { href, title: match[1] ?? match[2] ?? null, end: TITLE.lastIndex };
}

function closingAngle(text: string, from: number): number {
  let at = from;
  while (at < text.length && !'<>'.includes(text[at]!) && !SPACE.test(text[at]!)) at += 1;
  return at;
}

/** The bracket that closes the target; brackets that the address opens itself are part of it. */
function closingBracket(text: string, from: number): number {
  let depth = 0;
  let at = from;
  for (; at < text.length && !endsTarget(text, at); at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')' && --depth < 0) break;
  }
  return at;
}

const endsTarget = (text: string, at: number): boolean =>
  text[at] === '<' || SPACE.test(text[at]!) || (text[at] === ']' && text[at + 1] === '(');

import { type Inline, NAVIGATION_TARGETS, type NavigationTarget, type TimestampStyle } from './syntax.js';

export interface Token {
  node: Inline;
  /** The index after it. */
  end: number;
}

/** Every pattern has a bounded length, so trying it takes constant time. */
const PATTERNS: readonly [RegExp, (groups: readonly (string | undefined)[]) => Inline | null][] = [
  [/<@!?(\d{1,20})>/y, ([, id]) => ({ type: 'user', id: id! })],
  [/<@&(\d{1,20})>/y, ([, id]) => ({ type: 'role', id: id! })],
  [/<#(\d{1,20})>/y, ([, id]) => ({ type: 'channel', id: id! })],
  [
    /<(a)?:(\w{1,32}):(\d{1,20})>/y,
    ([, animated, name, id]) => ({ type: 'emoji', id: id!, name: name!, animated: animated !== undefined }),
  ],
  [/<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/y, ([, seconds, style]) => timestamp(Number(seconds), style)],
  [
    /<\/([-_'\p{L}\p{N}\p{M} ]{1,100}):(\d{1,20})>/uy,
    ([, name, id]) => ({ type: 'command', name: name!, id: id! }),
  ],
  [/<id:([a-z-]{1,16})(?::\d{1,20})?>/y, ([, target]) => navigation(target!)],
  [
    /<([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})>/y,
    ([, value]) => ({ type: 'contact', value: value! }),
  ],
  [/<(\+\d{3,17})>/y, ([, value]) => ({ type: 'contact', value: value! })],
];

/** The largest number of seconds that a Date can hold. */
const LAST_SECOND = 8_640_000_000_000;

function timestamp(seconds: number, style: string | undefined): Inline | null {
  if (Math.abs(seconds) > LAST_SECOND) return null;
  return { type: 'timestamp', seconds, style: (style ?? 'f') as TimestampStyle };
}

function navigation(target: string): Inline | null {
  if (!NAVIGATION_TARGETS.some((known) => known === target)) return null;
  return { type: 'navigation', target: target as NavigationTarget };
}

/** Reads what Discord writes in `<>`: a mention, an emoji, a time, a command. */
export function readToken(text: string, start: number): Token | null {
  for (const [pattern, nodeOf] of PATTERNS) {
    pattern.lastIndex = start;
    const match = pattern.exec(text);
    if (!match) continue;
    const node = nodeOf(match);
    return node && { node, end: pattern.lastIndex };
  }
  return null;
}

const EVERYONE = /@(?:everyone|here)/y;

export function readEveryone(text: string, start: number): Token | null {
  EVERYONE.lastIndex = start;
  const value = EVERYONE.exec(text)?.[0];
  return value === undefined
    ? null
    : { node: { type: 'everyone', value: value as '@everyone' | '@here' }, end: start + value.length };
}

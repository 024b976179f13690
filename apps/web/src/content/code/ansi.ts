export interface AnsiSegment {
  text: string;
  /** Class names such as `ansi-bold` and `ansi-red`. */
  classes: readonly string[];
}

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const ESCAPE = String.fromCharCode(0x1b);
const SEQUENCE = new RegExp(`${ESCAPE}\\[([0-9;]{0,32})m`, 'g');

interface Style {
  isBold: boolean;
  isUnderlined: boolean;
  colour: string | null;
  background: string | null;
}

const PLAIN: Style = { isBold: false, isUnderlined: false, colour: null, background: null };

/** Parses text with the colours that Discord supports in `ansi` code blocks. */
export function parseAnsi(text: string): AnsiSegment[] {
  const segments: AnsiSegment[] = [];
  let style = PLAIN;
  let end = 0;
  const put = (to: number) => {
    if (to > end) segments.push({ text: text.slice(end, to), classes: classesOf(style) });
  };
  for (const match of text.matchAll(SEQUENCE)) {
    put(match.index);
    style = (match[1] ?? '').split(';').map(Number).reduce(applyCode, style);
    end = match.index + match[0].length;
  }
  put(text.length);
  return segments;
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, isBold: true };
  if (code === 4) return { ...style, isUnderlined: true };
  if (code >= 30 && code <= 37) return { ...style, colour: COLOURS[code - 30]! };
  if (code >= 40 && code <= 47) return { ...style, background: COLOURS[code - 40]! };
  return style;
}

const classesOf = ({ isBold, isUnderlined, colour, background }: Style): string[] => [
  ...(isBold ? ['ansi-bold'] : []),
  ...(isUnderlined ? ['ansi-underline'] : []),
  ...(colour === null ? [] : [`ansi-${colour}`]),
  ...(background === null ? [] : [`ansi-on-${background}`]),
];

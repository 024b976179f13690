/** Embeddings, overrides and isolates; marks that only affect their neighbours stay. */
const CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * A name for display. Inside `<bdi>` or a title it must not reverse the surrounding text: an isolate contains an override, but
 * not a PDI that closes the isolate itself.
 */
export const withoutBidiControls = (text: string): string => text.replace(CONTROLS, '');

/** Message text for `<bdi>`: its own embeddings and isolates work, and none ends the isolate around the text. */
export const withoutStrayPdi = (text: string): string => text.split('\n').map(balancedLine).join('\n');

/** Every line is a bidi paragraph: an isolate that is opened in it does not affect the next line. */
function balancedLine(line: string): string {
  let open = 0;
  return line.replace(/[\u2066-\u2069]/g, (control) => {
    if (control !== '\u2069') open += 1;
    else if (open === 0) return '';
    else open -= 1;
    return control;
  });
}

export type Direction = 'ltr' | 'rtl';

/** Letters of scripts that are written from right to left, and the mark that counts as one. */
const RIGHT_TO_LEFT =
  /[\u200f\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;

/** Digits and punctuation have no direction. */
const WITH_DIRECTION = /[\p{L}\u200e\u200f]/u;

/**
 * The direction of a text's first letter; undefined: it has none. `dir="auto"` does not replace it, because browsers leave out
 * what is in `<bdi>`.
 */
export function directionOf(text: string): Direction | undefined {
  const first = WITH_DIRECTION.exec(text)?.[0];
  if (first === undefined) return undefined;
  return RIGHT_TO_LEFT.test(first) ? 'rtl' : 'ltr';
}

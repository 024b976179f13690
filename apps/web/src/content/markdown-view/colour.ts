import type { CSSProperties } from 'react';

/** A Discord colour as the custom property `--own-colour`, whose contrast the theme adjusts; 0: none. */
export function colourStyle(colour: number | null | undefined): CSSProperties | undefined {
  if (!colour || !Number.isInteger(colour) || colour < 0 || colour > 0xff_ff_ff) return undefined;
  return { '--own-colour': `#${colour.toString(16).padStart(6, '0')}` } as CSSProperties;
}

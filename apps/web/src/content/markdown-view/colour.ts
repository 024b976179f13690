import type { CSSProperties } from 'react';

/** A colour of Discord's as the custom property `--own-colour`, which the theme makes readable; 0 is none. */
export function colourStyle(colour: number | null | undefined): CSSProperties | undefined {
  if (!colour || !Number.isInteger(colour) || colour < 0 || colour > 0xff_ff_ff) return undefined;
  return { '--own-colour': `#${colour.toString(16).padStart(6, '0')}` } as CSSProperties;
}

import type { CSSProperties } from 'react';
import { useContent } from '../context/content-context.js';

/** Attributes of an element with a colour of its own. */
export interface ColourAttributes {
  style?: CSSProperties;
  'data-own-colour'?: string;
}

const NONE: ColourAttributes = {};

/**
 * Sets the custom property `--own-colour`, whose contrast the theme adjusts, to a Discord colour; 0: none. The policy of a static file
 * allows no `style` attributes: there, one rule for each digit of each place sets it (see static-styles.ts).
 */
export function useColour(colour: number | null | undefined): ColourAttributes {
  const isStatic = useContent().static !== undefined;
  if (!colour || !Number.isInteger(colour) || colour < 0 || colour > 0xff_ff_ff) return NONE;
  const digits = colour.toString(16).padStart(6, '0');
  if (isStatic)
    return { 'data-own-colour': [...digits].map((digit, i) => COLOUR_PLACES[i]! + digit).join(' ') };
  return { style: { '--own-colour': `#${digits}` } as CSSProperties };
}

/** Names of the six digits of a colour, most significant first. */
export const COLOUR_PLACES = ['r', 's', 't', 'u', 'v', 'w'] as const;

export const isColoured = (attributes: ColourAttributes): boolean => attributes !== NONE;

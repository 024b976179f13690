import { withoutBidiControls } from './bidi.js';

/** A name that somebody on Discord chose: whatever it holds, it turns nothing around but itself. */
export function Name({ of }: { of: string }) {
  return <bdi>{withoutBidiControls(of)}</bdi>;
}

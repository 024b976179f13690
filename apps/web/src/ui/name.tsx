import { withoutBidiControls } from './bidi.js';

/** A name from Discord: its control characters affect nothing but the name. */
export function Name({ of }: { of: string }) {
  return <bdi>{withoutBidiControls(of)}</bdi>;
}

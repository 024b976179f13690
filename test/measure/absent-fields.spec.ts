import fc from 'fast-check';
import { GatewayDispatchEvents } from 'discord-api-types/v10';
import { anyCase, DISPATCHES } from '../support/absent-fields/absent-cases.js';
import { isWrong, wrongs } from '../support/absent-fields/absent-property.js';

/** The drill has 100,000. */
const CASES = 2_000;

describe('a dispatch with omitted or garbled keys', () => {
  it('a dispatch with omitted or garbled keys extends no rights, deletes nothing, and records the rest', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const found = wrongs(each);
        expect(isWrong(found) ? found : undefined).toBeUndefined();
      }),
      { numRuns: CASES },
    );
  }, 300_000);

  it('every dispatch type that is tested with garbled keys is one that Discord has', () => {
    const known = new Set<string>(Object.values(GatewayDispatchEvents));
    for (const t of Object.keys(DISPATCHES)) expect(known).toContain(t);
  });
});

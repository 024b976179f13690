import { ledgerAround } from './log-order.js';
import { type FactKey, keysOf } from './message-facts.js';
import type { LedgerEntry } from '../discord/sim-client.js';

/** Further facts would add nothing new. */
const SHOWN = 50;

/** Shows each unexpected fact with its surroundings in the ledger. */
export function showStrange(
  progress: (line: string) => void,
  what: string,
  facts: readonly FactKey[],
  ledger: readonly LedgerEntry[],
): void {
  for (const fact of facts.slice(0, SHOWN)) {
    progress(`${what}: ${fact}`);
    const entry = ledger.find((each) => keysOf(each).includes(fact));
    if (!entry) progress('  not in the ledger');
    else for (const line of ledgerAround(entry, ledger)) progress(line);
  }
  if (facts.length > SHOWN) progress(`${what}: ${facts.length - SHOWN} more`);
}

import type { RelayEvent } from '@discord-relay/contracts';
import type { LoggedEvent } from './log-events.js';
import { findDisorder, ledgerAround } from './log-order.js';
import type { LedgerEntry } from '../discord/sim-client.js';

const entry = (index: number, kind: string, id: string, guildId = '1'): LedgerEntry => ({
  index,
  atMs: index,
  origin: 'live',
  kind,
  guildId,
  channelId: '2',
  ...(kind === 'member.updated' ? { messageId: null, userId: id } : { messageId: id }),
  contentHash: null,
  editedTimestamp: null,
});
const logged = (seq: number, type: string, id: string, more: object = {}): LoggedEvent => {
  const data = type === 'member.updated' ? { user: { id } } : { id };
  const event = { type, guildid: '1', source: 'discord-gateway', data, ...more };
  return { seq, event: event as unknown as RelayEvent };
};

describe('findDisorder', () => {
  const ledger = [
    entry(1, 'member.updated', '7'),
    entry(2, 'message.created', '10'),
    entry(3, 'member.updated', '7'),
    entry(4, 'message.created', '11'),
    entry(5, 'message.deleted', '10'),
  ];
  const inOrder = [
    logged(1, 'member.updated', '7'),
    logged(2, 'message.created', '10'),
    logged(3, 'member.updated', '7'),
    logged(4, 'message.created', '11'),
    logged(5, 'message.deleted', '10'),
  ];

  it('findDisorder finds nothing in a log with the ledger’s order', () => {
    expect(findDisorder(inOrder, ledger)).toEqual([]);
  });

  it('findDisorder finds a message that overtook the revocation before it, and shows its surroundings in the ledger', () => {
    const [a, b, , d, e] = inOrder as [LoggedEvent, LoggedEvent, LoggedEvent, LoggedEvent, LoggedEvent];
    const found = findDisorder([a, b, { ...d, seq: 3 }, logged(4, 'member.updated', '7'), e], ledger);
    expect(found.map(({ entry: { index }, after }) => [index, after.index])).toEqual([[3, 4]]);
    expect(ledgerAround(found[0]!.entry, ledger).filter((line) => line.startsWith('>'))).toHaveLength(1);
  });

  it('findDisorder ignores other guilds, history, and events whose numbers differ between log and ledger', () => {
    const other = [entry(6, 'message.created', '20', '2'), entry(7, 'message.created', '12')];
    const log = [
      logged(1, 'message.created', '12'),
      logged(2, 'message.created', '20', { guildid: '2' }),
      logged(3, 'message.created', '11', { source: 'discord-backfill' }),
      logged(4, 'member.updated', '7'),
    ];
    expect(findDisorder(log, [...ledger, ...other])).toEqual([]);
  });
});

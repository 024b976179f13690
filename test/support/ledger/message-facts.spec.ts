import {
  createdKey,
  deletedKey,
  dueFacts,
  finalReactions,
  finalMessages,
  hashOf,
  keysOf,
  Tally,
  updatedKey,
} from './message-facts.js';
import type { LedgerEntry } from '../discord/sim-client.js';

const entry = (over: Partial<LedgerEntry>): LedgerEntry => ({
  index: 1,
  atMs: 0,
  origin: 'live',
  kind: 'message.created',
  guildId: '1',
  channelId: '2',
  messageId: '3',
  contentHash: hashOf('first'),
  editedTimestamp: null,
  ...over,
});

describe('the drills’ judge', () => {
  it('the judge of the drills finds messages that were lost, that came twice, and that nobody sent', () => {
    const tally = new Tally();
    for (const id of ['1', '2', '2', '9']) tally.add(createdKey(id));
    expect(tally.compare(dueFacts(['1', '2', '3'].map((messageId) => entry({ messageId }))))).toEqual({
      lost: ['created 3'],
      doubled: ['created 2'],
      unknown: ['created 9'],
    });
  });

  it('the judge of the drills distinguishes revisions by time and by content, but not by the format of the time', () => {
    const at = '2026-01-01T00:00:00.123000+00:00';
    expect(updatedKey('3', at, 'a')).toBe(updatedKey('3', '2026-01-01T00:00:00.123Z', 'a'));
    expect(updatedKey('3', at, 'a')).not.toBe(updatedKey('3', at, 'b'));
    expect(updatedKey('3', at, 'a')).not.toBe(updatedKey('3', null, 'a'));
  });

  it('the judge of the drills treats a bulk deletion as one deletion of each message', () =>
    expect(keysOf(entry({ kind: 'message.bulk_deleted', messageId: null, messageIds: ['3', '4'] }))).toEqual([
      deletedKey('3'),
      deletedKey('4'),
    ]));

  it('the judge of the drills knows the expected final state of every message', () => {
    const edited = entry({ kind: 'message.updated', contentHash: hashOf('second') });
    expect(finalMessages([entry({}), edited]).get('3')).toEqual({ deleted: false, hash: hashOf('second') });
    expect(finalMessages([entry({}), edited, entry({ kind: 'message.deleted' })]).get('3')?.deleted).toBe(
      true,
    );
  });

  it('the judge of the drills accepts facts that are due twice, and reports one that came only once', () => {
    const added = entry({ kind: 'reaction.added', userId: '7', emoji: '👍' });
    const due = dueFacts([added, { ...added, kind: 'reaction.removed' }, added]);
    const met = dueFacts([added, { ...added, kind: 'reaction.removed' }]);
    expect(met.compare(due).lost).toEqual(['reaction.added 3 7 👍']);
    expect(due.compare(due)).toEqual({ lost: [], doubled: [], unknown: [] });
  });

  it('the judge of the drills knows the reactions in the final state', () => {
    const react = (kind: string, userId: string) => entry({ kind, userId, emoji: '👍' });
    const entries = [
      react('reaction.added', '7'),
      react('reaction.added', '8'),
      react('reaction.removed', '7'),
    ];
    expect([...finalReactions(entries)]).toEqual(['3 8 👍']);
    expect(finalReactions([...entries, entry({ kind: 'message.deleted' })]).size).toBe(0);
    expect(finalReactions([...entries, entry({ kind: 'reaction.cleared', emoji: null })]).size).toBe(0);
  });
});

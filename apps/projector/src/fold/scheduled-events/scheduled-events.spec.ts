import type { RelayEvent, ScheduledEventState } from '@discord-relay/contracts';
import { AT, event, GUILD, id } from '../../testing/events.js';
import { fold, LoadedRows, WorkingSet } from '../index.js';

const EVENT = id(50);
const START = '2025-02-01T18:00:00.000Z';

const state = (fields: Partial<ScheduledEventState> = {}): ScheduledEventState => ({
  ...{
    id: EVENT,
    guildId: GUILD,
    channelId: null,
    creatorId: id(7),
    name: 'Kite evening',
    description: null,
  },
  ...{ startsAt: '2025-02-01T19:00:00+01:00', endsAt: null, status: 1, entityType: 3, location: 'The beach' },
  ...fields,
});
const created = event('scheduled_event.created', state());
const deleted = event('scheduled_event.deleted', { id: EVENT, guildId: GUILD });

function given(...events: RelayEvent[]) {
  const rows = new WorkingSet(new LoadedRows());
  events.forEach((each, i) => fold(each).forEach((op) => rows.apply(op, i + 1)));
  return rows.independent.scheduledEvents.rows.all();
}

describe('scheduled events', () => {
  it('a scheduled event has its time in UTC, and what an update does not mention stays', () => {
    const started = event('scheduled_event.updated', {
      id: EVENT,
      guildId: GUILD,
      status: 2,
    } as ScheduledEventState);
    expect(given(created, started)).toMatchObject([
      {
        id: EVENT,
        name: 'Kite evening',
        starts_at: START,
        status: 2,
        location: 'The beach',
        deleted_at: null,
        seq: 2,
      },
    ]);
  });

  it('a deleted scheduled event does not come back, unless Discord lists it', () => {
    const late = event('scheduled_event.updated', state({ name: 'Late' }));
    expect(given(created, deleted, late)).toMatchObject([{ name: 'Kite evening', deleted_at: AT, seq: 2 }]);
    const listed = event('scheduled_event.synced', state({ name: 'Listed' }));
    expect(given(created, deleted, listed)).toMatchObject([{ name: 'Listed', deleted_at: null, seq: 3 }]);
  });

  it('a deletion of an unknown scheduled event leaves a tombstone', () => {
    expect(given(deleted, created)).toMatchObject([{ name: null, deleted_at: AT, seq: 1 }]);
  });
});

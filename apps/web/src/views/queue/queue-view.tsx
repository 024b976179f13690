import { useState } from 'react';
import { QUEUE_STATES, type QueueState, type RestQueuePage } from '@discord-relay/contracts';
import { useRest } from '../../relay/use-rest.js';
import { PlaceLink } from '../../routes/place-link.js';
import { QUEUE_LIMIT_TEXTS } from '../../texts/queue-limit-texts.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { MoreButton } from '../more-button.js';
import { ViewFrame } from '../view-frame.js';
import type { GuildViewProps } from '../view-props.js';
import { QueueCard } from './queue-card.js';
import { QueueSettingsPanel } from './queue-settings-panel.js';
import { useQueue } from './use-queue.js';

const { queue: TEXTS } = VIEW_TEXTS;

/** The conversations that wait for staff, live; for admins also the settings. */
export default function QueueView({ client, directory, guildId }: GuildViewProps) {
  const [state, setState] = useState<QueueState>('waiting');
  const { page, phase, error, more, again } = useQueue(client, guildId, state);
  const [me] = useRest<{ role: string }>(client, '/api/auth/me');
  const isAdmin = me.phase === 'ready' && me.data.role === 'admin';
  return (
    <ViewFrame testId="queue-view" phase={phase} error={error} again={again}>
      <h2>{TEXTS.title}</h2>
      <StateButtons state={state} counts={page?.counts} onChange={setState} />
      {page && <Summary page={page} isAdmin={isAdmin} />}
      {page?.configured && (
        <p className="view-links">
          <PlaceLink place={{ view: 'queue-statistics', guildId }}>{TEXTS.statistics}</PlaceLink>
        </p>
      )}
      {page && page.entries.length > 0 && (
        <ol className="cards" aria-label={TEXTS.states[state]}>
          {page.entries.map((entry) => (
            <QueueCard key={entry.id} entry={entry} directory={directory} />
          ))}
        </ol>
      )}
      <MoreButton hasMore={(page?.next ?? null) !== null} isLoading={phase === 'loading'} onMore={more} />
      {isAdmin && <QueueSettingsPanel client={client} directory={directory} guildId={guildId} />}
    </ViewFrame>
  );
}

/** Screen readers announce the number of waiting conversations whenever it changes. */
function Summary({ page, isAdmin }: { page: RestQueuePage; isAdmin: boolean }) {
  const { configured, counts, entries, beyondLimit } = page;
  if (!configured) return <p className="muted">{isAdmin ? TEXTS.setUp : TEXTS.notSetUp}</p>;
  return (
    <>
      <p className="muted" role="status" data-testid="queue-summary">
        {TEXTS.waiting(counts.waiting)}
        {entries.length === 0 && ` ${TEXTS.none}`}
      </p>
      {beyondLimit.map((limit) => (
        <p key={limit} className="notice notice-warn" data-testid={`queue-beyond-${limit}`}>
          {QUEUE_LIMIT_TEXTS[limit]}
        </p>
      ))}
    </>
  );
}

interface StateButtonsProps {
  state: QueueState;
  counts: RestQueuePage['counts'] | undefined;
  onChange: (state: QueueState) => void;
}

function StateButtons({ state, counts, onChange }: StateButtonsProps) {
  return (
    <div className="queue-states" role="group" aria-label={TEXTS.show}>
      {QUEUE_STATES.map((each) => (
        <button
          key={each}
          type="button"
          className="button"
          aria-pressed={each === state}
          data-testid={`queue-${each}`}
          onClick={() => onChange(each)}
        >
          {TEXTS.states[each]} <span>{counts?.[each] ?? ''}</span>
        </button>
      ))}
    </div>
  );
}

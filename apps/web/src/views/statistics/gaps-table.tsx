import type { RelayClient } from '@discord-relay/client';
import type { RestGap, RestGapPage, Snowflake } from '@discord-relay/contracts';
import { usePages } from '../../relay/use-pages.js';
import { STATISTICS_TEXTS } from '../../texts/statistics-texts.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { asSentence } from '../../ui/as-sentence.js';
import { FactsTable } from '../facts-table.js';
import { MoreButton } from '../more-button.js';
import { spanText } from '../../ui/span-text.js';

const { gaps: TEXTS } = STATISTICS_TEXTS;
const toPage = ({ gaps, next }: RestGapPage) => ({ items: gaps, next });

interface GapsTableProps {
  client: RelayClient;
  guildId: Snowflake;
  span: { from: string; to: string };
  zone: string;
}

/** The times of a range in which nothing was received from Discord. */
export function GapsTable({ client, guildId, span, zone }: GapsTableProps) {
  const path = `/api/v1/guilds/${guildId}/gaps`;
  const { items, phase, error, hasMore, more } = usePages(
    client,
    { path, query: span, cursor: 'before' },
    toPage,
  );
  const format = new Intl.DateTimeFormat(undefined, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: zone,
  });
  const time = (at: string | null) => (at === null ? TEXTS.unknown : format.format(Date.parse(at)));
  return (
    <section data-testid="gaps">
      <h3>{TEXTS.title}</h3>
      {error && <p role="alert">{asSentence(error.message)}</p>}
      {phase === 'loading' && <p className="muted">{VIEW_TEXTS.loading}</p>}
      {phase === 'ready' && items.length === 0 && <p className="muted">{TEXTS.none}</p>}
      {items.length > 0 && (
        <FactsTable
          label={TEXTS.title}
          columns={[TEXTS.from, TEXTS.to, TEXTS.length, TEXTS.cause, TEXTS.state]}
          rows={items.map((gap) => [time(gap.from), time(gap.to), lengthOf(gap), causeOf(gap), stateOf(gap)])}
        />
      )}
      <MoreButton hasMore={hasMore} isLoading={phase === 'loading'} onMore={more} />
    </section>
  );
}

const lengthOf = ({ from, to }: RestGap): string =>
  from && to ? spanText((Date.parse(to) - Date.parse(from)) / 1_000) : TEXTS.unknown;

const causeOf = ({ cause }: RestGap): string =>
  cause === 'session_lost' || cause === 'first_start' ? TEXTS.causes[cause] : (cause ?? TEXTS.unknown);

function stateOf({ closedAt, unrecoverable }: RestGap): string {
  if (closedAt === null) return TEXTS.open;
  return unrecoverable && unrecoverable.length > 0 ? TEXTS.partly(unrecoverable.join(', ')) : TEXTS.filled;
}

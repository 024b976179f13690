import type { RelayClient } from '@discord-relay/client';
import type { AuditEntry } from '@discord-relay/contracts';
import { usePages } from '../../relay/use-pages.js';
import { ADMIN_TEXTS } from '../../texts/admin-texts.js';
import { asSentence } from '../../ui/as-sentence.js';
import { fullTime } from '../../ui/times.js';
import { MoreButton } from '../more-button.js';
import { FactsTable } from '../facts-table.js';

const { audit: TEXTS } = ADMIN_TEXTS;
const PAGE_SIZE = 50;
const QUERY = { limit: PAGE_SIZE };

const toPage = (entries: AuditEntry[]) => ({
  items: entries,
  next: entries.length === PAGE_SIZE ? entries.at(-1)!.id : null,
});

/** Log-ins, refused requests and actions of admins, newest first. */
export function AuditPanel({ client }: { client: RelayClient }) {
  const request = { path: '/api/v1/audit', query: QUERY, cursor: 'before' } as const;
  const { items, phase, error, hasMore, more } = usePages(client, request, toPage);
  return (
    <section data-testid="audit">
      <h3>{TEXTS.title}</h3>
      {error && (
        <p role="alert" className="notice notice-warn">
          {asSentence(error.message)}
        </p>
      )}
      {!error && (
        <FactsTable
          label={TEXTS.title}
          columns={Object.values(TEXTS.columns)}
          rows={items.map(({ at, action, actor, target, code, count }) => [
            fullTime(at),
            action,
            actor ?? '',
            target ?? '',
            code ?? TEXTS.done,
            count.toLocaleString(),
          ])}
        />
      )}
      <MoreButton hasMore={hasMore} isLoading={phase === 'loading'} onMore={more} />
    </section>
  );
}

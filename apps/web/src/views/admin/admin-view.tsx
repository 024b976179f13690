import type { ReactNode } from 'react';
import type { AuditEntry, ServiceToken, SourceStatus } from '@discord-relay/contracts';
import { fullTime } from '../../ui/times.js';
import { type RestState, useRest } from '../../relay/use-rest.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { asSentence } from '../../ui/as-sentence.js';
import type { ViewProps } from '../view-props.js';
import { FactsTable } from './facts-table.js';

const { admin: TEXTS } = VIEW_TEXTS;

/** For operators: connections to Discord, tokens, webhooks and the audit log. */
export default function AdminView({ client }: ViewProps) {
  return (
    <div className="view" data-testid="admin-view">
      <h2>{TEXTS.title}</h2>
      <Connections client={client} />
      <Tokens client={client} />
      <Webhooks client={client} />
      <Audit client={client} />
    </div>
  );
}

type Part = Pick<ViewProps, 'client'>;

function Connections({ client }: Part) {
  const [health] = useRest<{ source: SourceStatus }>(client, '/api/health');
  return (
    <Section title={TEXTS.source} state={health}>
      {({ source }) => (
        <FactsTable
          columns={[TEXTS.shard, TEXTS.state]}
          rows={source.shards.map(({ id, state }) => [String(id), state.toLowerCase()])}
          note={source.lastEventAt && `${TEXTS.lastEvent}: ${fullTime(source.lastEventAt)}`}
          label={TEXTS.source}
        />
      )}
    </Section>
  );
}

function Tokens({ client }: Part) {
  const [tokens] = useRest<ServiceToken[]>(client, '/api/v1/tokens');
  return (
    <Section title={TEXTS.tokens} state={tokens}>
      {(found) => (
        <FactsTable
          columns={['Name', 'Role', 'Expires', 'Revoked']}
          rows={found.map((each) => [
            each.name,
            each.role,
            fullTime(each.expiresAt),
            each.revokedAt ? 'yes' : 'no',
          ])}
          label={TEXTS.tokens}
        />
      )}
    </Section>
  );
}

function Webhooks({ client }: Part) {
  const [webhooks] = useRest<{ id: string; url: string; state?: string }[]>(client, '/api/v1/webhooks');
  return (
    <Section title={TEXTS.webhooks} state={webhooks}>
      {(found) => (
        <FactsTable
          columns={['Id', 'URL']}
          rows={found.map(({ id, url }) => [id, url])}
          label={TEXTS.webhooks}
        />
      )}
    </Section>
  );
}

function Audit({ client }: Part) {
  const [audit] = useRest<AuditEntry[]>(client, '/api/v1/audit', { limit: 50 });
  return (
    <Section title={TEXTS.audit} state={audit}>
      {(entries) => (
        <FactsTable
          columns={['When', 'What', 'Who', 'Result']}
          rows={entries.map((each) => [
            fullTime(each.at),
            each.action,
            each.actor ?? '',
            each.code ?? 'done',
          ])}
          label={TEXTS.audit}
        />
      )}
    </Section>
  );
}

interface SectionProps<T> {
  title: string;
  state: RestState<T>;
  children: (data: T) => ReactNode;
}

function Section<T>({ title, state, children }: SectionProps<T>) {
  return (
    <section>
      <h3>{title}</h3>
      {state.phase === 'loading' && <p className="muted">{VIEW_TEXTS.loading}</p>}
      {state.phase === 'failed' && (
        <p role="alert" className="notice notice-warn">
          {asSentence(state.error.message)}
        </p>
      )}
      {state.phase === 'ready' && children(state.data)}
    </section>
  );
}

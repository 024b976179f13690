import type { RelayClient } from '@discord-relay/client';
import type { RestSystem, SystemPartition, SystemShard } from '@discord-relay/contracts';
import { usePolled } from '../../relay/use-polled.js';
import { ADMIN_TEXTS } from '../../texts/admin-texts.js';
import { asSentence } from '../../ui/as-sentence.js';
import { fullTime } from '../../ui/times.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { spanText } from '../../ui/span-text.js';
import { FactsTable } from '../facts-table.js';

const { system: TEXTS } = ADMIN_TEXTS;
const EVERY_MS = 5_000;

/** The status of all services, as `relay status` prints it, read again every few seconds. */
export function SystemPanel({ client }: { client: RelayClient }) {
  const { data: system, error } = usePolled<RestSystem>(client, '/api/v1/system', EVERY_MS);
  return (
    <section data-testid="system">
      <h3>{TEXTS.title}</h3>
      {error && (
        <p role="alert" className="notice notice-warn">
          {asSentence(error.message)} {system && TEXTS.outdated(fullTime(system.at))}
        </p>
      )}
      {!system && !error && <p className="muted">{VIEW_TEXTS.loading}</p>}
      {system && (
        <>
          {!error && <p className="muted">{TEXTS.asOf(fullTime(system.at))}</p>}
          <Processes system={system} />
          <Shards shards={system.shards} />
          <Partitions partitions={system.partitions} />
          <OpenGaps gaps={system.openGaps} />
          <Parked parked={system.parked} />
        </>
      )}
    </section>
  );
}

function Processes({ system: { instances, silent } }: { system: RestSystem }) {
  return (
    <>
      <h4>{TEXTS.processes}</h4>
      {silent.map((service) => (
        <p key={service} role="alert" className="notice notice-warn">
          {TEXTS.silent(service)}
        </p>
      ))}
      <FactsTable
        label={TEXTS.processes}
        columns={Object.values(TEXTS.process)}
        rows={instances.map(({ service, instance, state, uptimeMs, problems }) => [
          service,
          instance,
          state,
          spanText(uptimeMs / 1_000),
          problems.map(({ check, detail }) => `${check}: ${detail}`).join('; '),
        ])}
      />
    </>
  );
}

function Shards({ shards }: { shards: readonly SystemShard[] }) {
  return (
    <>
      <h4>{TEXTS.shards}</h4>
      {shards.length === 0 && <p className="muted">{ADMIN_TEXTS.none}</p>}
      <ul className="tiles" data-testid="shards">
        {shards.map(({ id, state, instance, failures }) => (
          <li key={id} className="tile" data-state={state === 'CONNECTED' ? 'good' : 'bad'}>
            <strong>{TEXTS.shard(id)}</strong>
            <span>{state.toLowerCase()}</span>
            <span className="muted">
              {instance ?? TEXTS.nobody}
              {failures > 0 && `, ${TEXTS.failures(failures)}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

const GOOD_STATES: readonly string[] = ['live', 'standby'];
const stateOf = ({ state, problem, instance }: SystemPartition): 'good' | 'busy' | 'bad' => {
  if (problem !== null || instance === null) return 'bad';
  return GOOD_STATES.includes(state) ? 'good' : 'busy';
};

/** A bar for each partition: how far it is behind, in proportion to the one that is furthest behind. */
function Partitions({ partitions }: { partitions: readonly SystemPartition[] }) {
  const furthest = Math.max(1, ...partitions.map(({ lag }) => lag));
  return (
    <>
      <h4>{TEXTS.partitions}</h4>
      {partitions.length === 0 && <p className="muted">{ADMIN_TEXTS.none}</p>}
      <ul className="lags" data-testid="partitions">
        {partitions.map((each) => (
          <li key={each.partition} data-state={stateOf(each)}>
            <span>{TEXTS.partition(each.partition)}</span>
            <span className="lag-track" aria-hidden="true">
              <span className="lag-bar" style={{ width: `${(100 * each.lag) / furthest}%` }} />
            </span>
            <span>
              {each.state}, {TEXTS.behind(each.lag, spanText(each.lagSeconds))}
              {each.problem !== null && `: ${each.problem}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

const timeOr = (at: string | null): string => (at === null ? TEXTS.unknown : fullTime(at));

function OpenGaps({ gaps: { count, oldest } }: { gaps: RestSystem['openGaps'] }) {
  return (
    <>
      <h4>{TEXTS.gaps}</h4>
      {count === 0 ? (
        <p className="muted">{TEXTS.noGaps}</p>
      ) : (
        <FactsTable
          label={TEXTS.gaps}
          note={count > oldest.length ? TEXTS.shown(oldest.length, count) : null}
          columns={Object.values(TEXTS.gap)}
          rows={oldest.map(({ guildId, guildName, from, to, cause }) => [
            guildName ?? guildId,
            timeOr(from),
            timeOr(to),
            cause ?? TEXTS.unknown,
          ])}
        />
      )}
    </>
  );
}

function Parked({ parked: { count, first } }: { parked: RestSystem['parked'] }) {
  return (
    <>
      <h4>{TEXTS.parked}</h4>
      {count === 0 ? (
        <p className="muted">{TEXTS.noParked}</p>
      ) : (
        <>
          <p>{TEXTS.parkedHelp}</p>
          <FactsTable
            label={TEXTS.parked}
            note={count > first.length ? TEXTS.shown(first.length, count) : null}
            columns={Object.values(TEXTS.event)}
            rows={first.map(({ seq, subject, code, parkedAt }) => [
              String(seq),
              subject,
              code,
              fullTime(parkedAt),
            ])}
          />
        </>
      )}
    </>
  );
}

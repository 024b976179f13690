import type { ModerationEntry, RestModerationPage, Snowflake } from '@discord-relay/contracts';
import { fullTime } from '../../ui/times.js';
import { usePages } from '../../relay/use-pages.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { Name } from '../../ui/name.js';
import { MoreButton } from '../more-button.js';
import { ViewFrame } from '../view-frame.js';
import type { GuildViewProps } from '../view-props.js';

const { moderation: TEXTS } = VIEW_TEXTS;

interface Row extends ModerationEntry {
  moderator: string | null;
  target: string | null;
}

function toPage({ entries, people, next }: RestModerationPage): { items: Row[]; next: string | null } {
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const nameOf = (id: Snowflake | null) => id && (names.get(id) ?? id);
  const items = entries.map((entry) => ({
    ...entry,
    moderator: nameOf(entry.moderatorId),
    target: nameOf(entry.targetId),
  }));
  return { items, next };
}

/** A name; the id, which a moderator may need, is its tooltip. */
function Person({ name, id }: { name: string; id: string | null }) {
  return (
    <span title={id ?? undefined}>
      <Name of={name} />
    </span>
  );
}

const inWords = (kind: string): string => kind.replaceAll(/[._]/g, ' ');

/** The moderation log, for readers who may see it. */
export default function ModerationView({ client, guildId }: GuildViewProps) {
  const path = `/api/v1/guilds/${guildId}/moderation`;
  const { items, phase, error, hasMore, more } = usePages(client, { path, cursor: 'before' }, toPage);
  const { columns } = TEXTS;
  return (
    <ViewFrame testId="moderation-view" phase={phase} error={error} again={more}>
      <h2>{TEXTS.title}</h2>
      {items.length > 0 && (
        <div className="table-scroller" tabIndex={0} role="region" aria-label={TEXTS.title}>
          <table>
            <thead>
              <tr>
                {Object.values(columns).map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map(({ id, kind, at, moderatorId, moderator, targetId, target, reason }) => (
                <tr key={id}>
                  <td>{fullTime(at)}</td>
                  <td>{inWords(kind)}</td>
                  <td>
                    <Person name={moderator ?? TEXTS.nobody} id={moderatorId} />
                  </td>
                  <td>{target !== null && <Person name={target} id={targetId} />}</td>
                  <td>
                    <bdi>{reason ?? ''}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {phase === 'ready' && items.length === 0 && <p className="muted">{TEXTS.none}</p>}
      <MoreButton hasMore={hasMore} isLoading={phase === 'loading'} onMore={more} />
    </ViewFrame>
  );
}

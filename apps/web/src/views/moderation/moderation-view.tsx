import type { RestModerationPage } from '@discord-relay/contracts';
import { fullTime } from '../../ui/times.js';
import { usePages } from '../../relay/use-pages.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { MoreButton } from '../more-button.js';
import { ViewFrame } from '../view-frame.js';
import type { GuildViewProps } from '../view-props.js';

const { moderation: TEXTS } = VIEW_TEXTS;

const toPage = ({ entries, next }: RestModerationPage) => ({ items: entries, next });
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
              {items.map(({ id, kind, at, moderatorId, targetId, reason }) => (
                <tr key={id}>
                  <td>{fullTime(at)}</td>
                  <td>{inWords(kind)}</td>
                  <td>{moderatorId ?? TEXTS.nobody}</td>
                  <td>{targetId ?? ''}</td>
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

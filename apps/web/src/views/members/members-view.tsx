import { useState } from 'react';
import type { RestMember, RestMemberPage, RestRole } from '@discord-relay/contracts';
import { fullTime } from '../../ui/times.js';
import { usePages } from '../../relay/use-pages.js';
import { useRest } from '../../relay/use-rest.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { initialOf } from '../../ui/initial-of.js';
import { Name } from '../../ui/name.js';
import { MoreButton } from '../more-button.js';
import { ViewFrame } from '../view-frame.js';
import type { GuildViewProps } from '../view-props.js';
import { displayName, memberColour, memberGroups } from './member-groups.js';
import { wallClockMs } from '../../ui/wall-clock.js';

const { members: TEXTS } = VIEW_TEXTS;
const PAGE = { limit: 1_000 };
const toPage = ({ members, next }: RestMemberPage) => ({ items: members, next });

export default function MembersView({ client, guildId }: GuildViewProps) {
  const path = `/api/v1/guilds/${guildId}/members`;
  const { items, phase, error, hasMore, more } = usePages(
    client,
    { path, query: PAGE, cursor: 'after' },
    toPage,
  );
  const [found] = useRest<RestRole[]>(client, `/api/v1/guilds/${guildId}/roles`);
  const roles = found.phase === 'ready' ? found.data : [];
  const [filter, setFilter] = useState('');
  const searched = filter.trim().toLocaleLowerCase();
  const shown = items.filter((member) => displayName(member).toLocaleLowerCase().includes(searched));
  return (
    <ViewFrame testId="members-view" phase={phase} error={error} again={more}>
      <h2>
        {TEXTS.title} <span className="muted">{TEXTS.count(items.length)}</span>
      </h2>
      <label className="view-filter">
        {TEXTS.filter}
        <input className="field" value={filter} onChange={(event) => setFilter(event.target.value)} />
      </label>
      {memberGroups(shown, roles).map(({ role, members }) => (
        <section key={role?.id ?? 'others'}>
          <h3>
            {role ? <Name of={role.name} /> : TEXTS.others} <span className="muted">{members.length}</span>
          </h3>
          <ul className="members">
            {members.map((member) => (
              <Member key={member.userId} member={member} roles={roles} />
            ))}
          </ul>
        </section>
      ))}
      {phase === 'ready' && shown.length === 0 && <p className="muted">{TEXTS.none}</p>}
      <MoreButton hasMore={hasMore} isLoading={phase === 'loading'} onMore={more} />
    </ViewFrame>
  );
}

function Member({ member, roles }: { member: RestMember; roles: readonly RestRole[] }) {
  const { bot, timedOutUntil, userId, username } = member;
  const name = displayName(member);
  const colour = memberColour(member, roles);
  const isTimedOut = timedOutUntil !== null && Date.parse(timedOutUntil) > wallClockMs();
  return (
    <li className="member" title={username ?? userId} data-testid={`member-${userId}`}>
      <span className="member-mark" aria-hidden="true" style={colour ? { borderColor: colour } : undefined}>
        {initialOf(name)}
      </span>
      <span className="member-name">
        <Name of={name} />
        {bot && <span className="badge">{TEXTS.bot}</span>}
        {isTimedOut && <span className="muted"> {TEXTS.timedOut(fullTime(timedOutUntil))}</span>}
      </span>
    </li>
  );
}

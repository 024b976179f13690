import { type SubmitEvent, useMemo, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { RestMemberPage } from '@discord-relay/contracts';
import { dayStartMs } from '../../messages/model/days.js';
import { useRest } from '../../relay/use-rest.js';
import { pathOf } from '../../routes/place.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import type { GuildViewProps } from '../view-props.js';
import { completions } from './completions.js';
import {
  type Chip,
  formatChip,
  formatSearch,
  type NamedIds,
  parseSearch,
  toRequest,
  typedFilter,
} from './search-query.js';
import { SearchResults } from './search-results.js';

const { search: TEXTS } = VIEW_TEXTS;

/** Search in a guild; the address contains the query. */
export default function SearchView({ client, directory, guildId }: GuildViewProps) {
  const typed = new URLSearchParams(useSearch()).get('q') ?? '';
  const [, navigate] = useLocation();
  const [members] = useRest<RestMemberPage>(client, `/api/v1/guilds/${guildId}/members`, { limit: 1_000 });
  const names = useMemo<NamedIds>(
    () => ({
      users: members.phase === 'ready' ? namesOf(members.data) : [],
      channels: directory.channels.filter(({ serverId }) => serverId === guildId),
    }),
    [members, directory, guildId],
  );
  const search = (text: string) =>
    navigate(`${pathOf({ view: 'search', guildId })}${text && `?q=${encodeURIComponent(text)}`}`);
  const input = parseSearch(typed);
  const { query, unknown } = toRequest(input, guildId, names, dayStart);
  const isEmpty = typed.trim() === '';
  return (
    <div className="view" data-testid="search-view" tabIndex={-1}>
      <h2>{TEXTS.title}</h2>
      <SearchForm key={typed} typed={typed} names={names} onSearch={search} />
      <Chips input={input} onRemove={(chips) => search(formatSearch({ ...input, chips }))} />
      {unknown.map((name) => (
        <p key={name} role="alert" className="notice notice-warn">
          {TEXTS.unknownName(name)}
        </p>
      ))}
      {isEmpty && <p className="muted">{TEXTS.begin}</p>}
      {!isEmpty && unknown.length === 0 && (
        <SearchResults
          client={client}
          directory={directory}
          query={query}
          names={names}
          words={input.words.split(' ').filter(Boolean)}
        />
      )}
    </div>
  );
}

function SearchForm({
  typed,
  names,
  onSearch,
}: {
  typed: string;
  names: NamedIds;
  onSearch: (text: string) => void;
}) {
  const [text, setText] = useState(typed);
  const field = useRef<HTMLInputElement>(null);
  const offered = completions(typedFilter(text), names);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSearch(text.trim());
  };
  const complete = (chip: Chip) => {
    setText(`${text.replace(/\S+$/, '')}${formatChip(chip)} `);
    field.current?.focus();
  };
  return (
    <form role="search" onSubmit={submit}>
      <div className="search-row">
        <input
          ref={field}
          className="field"
          type="search"
          value={text}
          aria-label={TEXTS.label}
          aria-describedby="search-hint"
          autoFocus
          data-testid="search-input"
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="button button-primary">
          {TEXTS.submit}
        </button>
      </div>
      <p id="search-hint" className="muted">
        {TEXTS.hint}
      </p>
      {offered.length > 0 && (
        <ul className="chips" aria-label={TEXTS.suggestions} data-testid="search-suggestions">
          {offered.map((chip) => (
            <li key={formatChip(chip)}>
              <button type="button" className="chip" onClick={() => complete(chip)}>
                {formatChip(chip)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

function Chips({
  input: { chips },
  onRemove,
}: {
  input: { chips: Chip[] };
  onRemove: (rest: Chip[]) => void;
}) {
  if (chips.length === 0) return null;
  return (
    <ul className="chips">
      {chips.map((chip, index) => (
        <li key={index}>
          <button
            type="button"
            className="chip chip-set"
            aria-label={TEXTS.remove(formatChip(chip))}
            onClick={() => onRemove(chips.toSpliced(index, 1))}
          >
            {formatChip(chip)} <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function dayStart(day: string, offset: number): string | null {
  const timeMs = /^\d{4}-\d\d-\d\d$/.test(day) ? dayStartMs(day, offset) : NaN;
  return Number.isNaN(timeMs) ? null : new Date(timeMs).toISOString();
}

const namesOf = ({ members }: RestMemberPage): NamedIds['users'] =>
  members.map(({ userId, username }) => ({ id: userId, name: username ?? userId }));

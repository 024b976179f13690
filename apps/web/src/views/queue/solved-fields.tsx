import type { ReactNode } from 'react';
import type { QueueSettings, RestChannel, RestForumTag, Snowflake } from '@discord-relay/contracts';
import { EmojiView } from '../../content/reactions/emoji-view.js';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { Name } from '../../ui/name.js';
import { solvedTagChoices } from './solved-tags.js';

const { settings: TEXTS } = VIEW_TEXTS.queue;

interface SolvedFieldsProps {
  channels: readonly RestChannel[];
  settings: QueueSettings;
  /** The channels that are selected in the form. */
  selected: readonly Snowflake[];
}

/** What counts as solved: archived threads, and posts with one of the checked tags. */
export function SolvedFields({ channels, settings, selected }: SolvedFieldsProps) {
  const { forums, unknown } = solvedTagChoices(channels, settings, selected);
  const isChecked = (id: Snowflake) => settings.solvedTagIds.includes(id);
  return (
    <fieldset>
      <legend>{TEXTS.solved}</legend>
      <label className="check">
        <input type="checkbox" name="solvedWhenArchived" defaultChecked={settings.solvedWhenArchived} />
        {TEXTS.solvedWhenArchived}
      </label>
      {forums.length === 0 && <p className="muted">{TEXTS.noTags}</p>}
      {forums.map(({ id, name, tags }) => (
        <fieldset key={id}>
          <legend>
            {TEXTS.solvedTags} <Name of={name} />
          </legend>
          {tags.map((tag) => (
            <TagCheckbox key={tag.id} id={tag.id} isChecked={isChecked(tag.id)}>
              <TagName tag={tag} />
            </TagCheckbox>
          ))}
        </fieldset>
      ))}
      {unknown.length > 0 && (
        <fieldset>
          <legend>{TEXTS.unknownTags}</legend>
          {unknown.map((id) => (
            <TagCheckbox key={id} id={id} isChecked>
              {TEXTS.unknownTag(id)}
            </TagCheckbox>
          ))}
        </fieldset>
      )}
    </fieldset>
  );
}

interface TagCheckboxProps {
  id: Snowflake;
  isChecked: boolean;
  children: ReactNode;
}

const TagCheckbox = ({ id, isChecked, children }: TagCheckboxProps) => (
  <label className="check">
    <input type="checkbox" name="solvedTagIds" value={id} defaultChecked={isChecked} />
    {children}
  </label>
);

const TagName = ({ tag: { name, emojiId, emojiName } }: { tag: RestForumTag }) => (
  <>
    {(emojiId ?? emojiName) !== null && <EmojiView emoji={{ id: emojiId, name: emojiName }} />}
    <Name of={name} />
  </>
);

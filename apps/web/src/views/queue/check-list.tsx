import type { QueueSettings } from '@discord-relay/contracts';
import { VIEW_TEXTS } from '../../texts/view-texts.js';
import { Name } from '../../ui/name.js';

const { queue: TEXTS } = VIEW_TEXTS;

interface CheckListProps {
  /** The setting that holds the selected ids. */
  name: 'staffRoleIds' | 'channelIds' | 'messageChannelIds';
  items: readonly { id: string; name: string }[];
  settings: QueueSettings;
}

/** A checkbox for each role or channel. Selected ids without a known role or channel stay selected. */
export function CheckList({ name, items, settings }: CheckListProps) {
  const chosen: readonly string[] = settings[name];
  const unnamed = chosen.filter((id) => !items.some((item) => item.id === id));
  const all = [...items, ...unnamed.map((id) => ({ id, name: id }))];
  return (
    <fieldset>
      <legend>{TEXTS.settings[name]}</legend>
      {all.length === 0 && <p className="muted">{TEXTS.settings.nothing}</p>}
      {all.map((item) => (
        <label key={item.id} className="check">
          <input type="checkbox" name={name} value={item.id} defaultChecked={chosen.includes(item.id)} />
          <Name of={item.name} />
        </label>
      ))}
    </fieldset>
  );
}

import { type KeyboardEvent, useState } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import { ChannelIcon } from '../channels/channel-icon.js';
import type { Directory } from '../channels/directory.js';
import { FRAME_TEXTS } from '../texts/frame-texts.js';
import { Dialog } from '../ui/dialog.js';
import { Name } from '../ui/name.js';
import { findChannels } from './find-channels.js';

interface QuickSwitcherProps {
  directory: Directory;
  onChoose: (channelId: Snowflake) => void;
  onClose: () => void;
}

const { switcher: TEXTS } = FRAME_TEXTS;
const optionId = (index: number) => `switcher-option-${index}`;

/** Finds a channel by a part of its name. */
export default function QuickSwitcher({ directory, onChoose, onClose }: QuickSwitcherProps) {
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const found = findChannels(directory, text);
  const choose = (at: number) => {
    const chosen = found[at];
    if (!chosen) return;
    onClose();
    onChoose(chosen.channel.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setIndex((index + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(index);
    }
  };
  return (
    <Dialog title={TEXTS.title} testId="quick-switcher" onClose={onClose}>
      <input
        className="field"
        role="combobox"
        aria-expanded="true"
        aria-controls="switcher-options"
        aria-activedescendant={found.length > 0 ? optionId(index) : undefined}
        aria-label={TEXTS.label}
        placeholder={TEXTS.label}
        autoFocus
        value={text}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.target.value);
          setIndex(0);
        }}
      />
      <Options found={found} selected={index} onChoose={choose} />
      {found.length === 0 && <p className="muted">{TEXTS.none}</p>}
    </Dialog>
  );
}

interface OptionsProps {
  found: ReturnType<typeof findChannels>;
  selected: number;
  onChoose: (index: number) => void;
}

function Options({ found, selected, onChoose }: OptionsProps) {
  return (
    <ul id="switcher-options" role="listbox" aria-label={TEXTS.title} className="switcher">
      {found.map(({ channel, serverName }, at) => (
        <li
          key={channel.id}
          id={optionId(at)}
          role="option"
          aria-selected={at === selected}
          onClick={() => onChoose(at)}
        >
          <ChannelIcon type={channel.type} />
          <Name of={channel.name} />
          <span className="muted">
            <Name of={serverName} />
          </span>
        </li>
      ))}
    </ul>
  );
}

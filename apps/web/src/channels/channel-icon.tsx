import type { ChannelType } from '@discord-relay/contracts';
import { type ChannelKind, channelKind } from './channel-kind.js';

/** Line drawings on a 24 × 24 grid, one path each. */
const PATHS: Readonly<Record<ChannelKind, string>> = {
  text: 'M4 5h16v12h-9l-5 4v-4H4zM8 9.5h8M8 13h5',
  announcement: 'M4 9v6h4l9 5V4L8 9zM21 9.5v5',
  thread: 'M5 4v9a4 4 0 0 0 4 4h10M15 13l4 4-4 4M5 8h12',
  voice: 'M4 10v4M8 6v12M12 9v6M16 5v14M20 10v4',
  stage: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
  forum: 'M4 4h16v10H9l-5 4zM8 8h8M8 11h5M20 14v6l-3-2h-5',
  category: 'M4 7h16M4 12h16M4 17h16',
  other: 'M4 5h16v5H4zM4 14h16v5H4z',
};

export function ChannelIcon({ type }: { type: ChannelType }) {
  return (
    <svg className="channel-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[channelKind(type)]} />
    </svg>
  );
}

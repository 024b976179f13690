import { type ChannelKind, channelKind } from './channel-kind.js';

/** Line drawings on a grid of 24, one path each. */
const PATHS: Readonly<Record<ChannelKind, string>> = {
  text: 'M5 6h14v10H11l-4 3v-3H5zM9 10h6M9 13h4',
  announcement: 'M5 10v4h3l8 4V6l-8 4zM19 10v4',
  thread: 'M6 5v9a4 4 0 0 0 4 4h8M15 15l3 3-3 3M6 9h9',
  voice: 'M5 10v4M9 7v10M13 9v6M17 6v12M21 10v4',
  stage: 'M12 4a3 3 0 0 1 3 3v4a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3',
  category: 'M4 7h16M4 12h16M4 17h16',
  other: 'M5 5h14v14H5zM9 9h6v6H9z',
};

export function ChannelIcon({ type }: { type: number }) {
  return (
    <svg className="channel-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[channelKind(type)]} />
    </svg>
  );
}

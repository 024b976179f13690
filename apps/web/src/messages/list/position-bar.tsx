import { memo, useEffect, useState } from 'react';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import { fullTime } from '../../ui/times.js';

interface PositionBarProps {
  /** Times of the channel's first message, its newest and the visible one, in milliseconds. */
  firstMs: number;
  newestMs: number;
  visibleMs: number;
  onJump: (timeMs: number) => void;
}

/** Movements shorter than this count as one jump. */
const JUMP_AFTER_MS = 150;

/** Shows the position within the whole history, and lets the reader jump to any other time. */
export const PositionBar = memo(function PositionBar(props: PositionBarProps) {
  const { firstMs, newestMs, visibleMs, onJump } = props;
  const [targetMs, setTargetMs] = useState<number | null>(null);
  useEffect(() => {
    if (targetMs === null) return;
    const timer = setTimeout(() => {
      onJump(targetMs);
      setTargetMs(null);
    }, JUMP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [targetMs, onJump]);
  const valueMs = targetMs ?? visibleMs;
  const step = Math.max(1, Math.round((newestMs - firstMs) / 100));
  return (
    <input
      type="range"
      className="position-bar"
      min={firstMs}
      max={Math.max(newestMs, firstMs + 1)}
      step={step}
      value={valueMs}
      aria-label={MESSAGE_TEXTS.position}
      aria-valuetext={fullTime(new Date(valueMs).toISOString())}
      aria-orientation="vertical"
      title={fullTime(new Date(valueMs).toISOString())}
      data-testid="position-bar"
      onChange={(event) => setTargetMs(Number(event.target.value))}
    />
  );
});

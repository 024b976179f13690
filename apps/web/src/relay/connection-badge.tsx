import { useEffect, useState } from 'react';
import type { SourceStatus } from '@discord-relay/contracts';
import { CONNECTION_TEXTS } from '../texts/connection-texts.js';
import { clockTimeOrDate, fullTime } from '../ui/times.js';
import {
  type ConnectionStatus,
  describeConnection,
  explainConnection,
  secondsUntil,
} from './connection-status.js';
import { wallClockMs } from '../ui/wall-clock.js';

/** The state of the connection. The words are announced, the countdown beside them is not. */
export function ConnectionBadge({ status }: { status: ConnectionStatus }) {
  const words = describeConnection(status);
  return (
    <div
      className="connection"
      data-testid="connection-state"
      data-state={status.state}
      title={explainConnection(status)}
    >
      <span className="connection-dot" aria-hidden="true" />
      <span className="connection-words" role="status">
        {words}
      </span>
      {status.state === 'source-down' && <LastEvent source={status.source} />}
      {status.state === 'reconnecting' && <Countdown retryAtMs={status.retryAtMs} />}
    </div>
  );
}

/** Later events on Discord are not on the page. */
function LastEvent({ source: { state, lastEventAt } }: { source: SourceStatus }) {
  if (state !== 'disconnected' || lastEventAt === null) return null;
  return (
    <time
      className="connection-since"
      dateTime={lastEventAt}
      title={CONNECTION_TEXTS.lastEventTitle(fullTime(lastEventAt))}
    >
      {CONNECTION_TEXTS.lastEvent(clockTimeOrDate(lastEventAt, wallClockMs()))}
    </time>
  );
}

function Countdown({ retryAtMs }: { retryAtMs: number | null }) {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    setNowMs(performance.now());
    const timer = setInterval(() => setNowMs(performance.now()), 250);
    return () => clearInterval(timer);
  }, [retryAtMs]);
  const seconds = secondsUntil(retryAtMs, nowMs);
  return (
    <span className="connection-countdown" aria-hidden="true">
      {CONNECTION_TEXTS.countdown(seconds)}
    </span>
  );
}

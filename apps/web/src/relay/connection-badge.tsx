import { useEffect, useState } from 'react';
import { type ConnectionStatus, describeConnection, secondsUntil } from './connection-status.js';

/** The connection as it is. The words are announced, the countdown beside them is not. */
export function ConnectionBadge({ status }: { status: ConnectionStatus }) {
  const words = describeConnection(status);
  return (
    <div className="connection" data-testid="connection-state" data-state={status.state} title={words}>
      <span className="connection-dot" aria-hidden="true" />
      <span className="connection-words" role="status">
        {words}
      </span>
      {status.state === 'reconnecting' && <Countdown retryAtMs={status.retryAtMs} />}
    </div>
  );
}

function Countdown({ retryAtMs }: { retryAtMs: number | null }) {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), 250);
    return () => clearInterval(timer);
  }, [retryAtMs]);
  const seconds = secondsUntil(retryAtMs, nowMs);
  return (
    <span className="connection-countdown" aria-hidden="true">
      {seconds > 0 ? `in ${seconds} s` : 'now…'}
    </span>
  );
}

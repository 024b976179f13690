import type { ConnectionState, RelayClient } from '@discord-relay/client';
import type { SourceStatus } from '@discord-relay/contracts';
import { CONNECTION_TEXTS } from '../texts/connection-texts.js';

/** What the page says about its connection; never more than is known. */
export type ConnectionStatus =
  | { state: 'connecting' }
  /** Connected, but the open channel is not exact yet. */
  | { state: 'catching-up' }
  | { state: 'live' }
  /** As `live`, but over server-sent events, because WebSockets are blocked. */
  | { state: 'live-over-sse' }
  /** Connected, and an earlier time is shown. */
  | { state: 'past' }
  /** The page is up to date with the service, but the service does not receive everything from Discord. */
  | { state: 'source-down'; source: SourceStatus }
  /** `retryAtMs`: when the next attempt begins, by `performance.now()`. */
  | { state: 'reconnecting'; retryAtMs: number | null }
  | { state: 'refused'; reason: string }
  | { state: 'signed-out' };

/** What the client reports of its connection. */
export interface LinkStatus {
  state: ConnectionState;
  reason: string | null;
  retryAtMs: number | null;
  /** null: not reported by the service. */
  source: SourceStatus | null;
  transport: RelayClient['transport'];
}

/** The state of the open channel; undefined if there is none. */
export interface ChannelStatus {
  /** Whether all its events arrive. */
  live: boolean;
  /** Why it may not be followed. */
  refusal: { message: string } | null;
}

/**
 * The combined state of connection, open channel and source: live only if all are.
 * @param isPast the channel is shown as it was
 */
export function connectionStatus(
  link: LinkStatus,
  channel: ChannelStatus | undefined,
  isPast = false,
): ConnectionStatus {
  switch (link.state) {
    case 'connecting':
      return { state: 'connecting' };
    case 'reconnecting':
      return { state: 'reconnecting', retryAtMs: link.retryAtMs };
    case 'refused':
      return { state: 'refused', reason: link.reason ?? CONNECTION_TEXTS.noReason };
    case 'closed':
      return { state: 'signed-out' };
    case 'connected':
      if (isPast) return { state: 'past' };
      if (channel?.refusal) return { state: 'refused', reason: channel.refusal.message };
      if (channel && !channel.live) return { state: 'catching-up' };
      return sourceStatus(link);
    default:
      return link.state satisfies never;
  }
}

/** A service of an earlier version does not report its source. */
function sourceStatus({ source, transport }: LinkStatus): ConnectionStatus {
  if (source !== null && source.state !== 'connected') return { state: 'source-down', source };
  return { state: transport === 'sse' ? 'live-over-sse' : 'live' };
}

/** Details that the status text lacks. */
export const explainConnection = (status: ConnectionStatus): string =>
  status.state === 'live-over-sse' ? CONNECTION_TEXTS.overSse : describeConnection(status);

/** The status in words. The countdown is shown beside it. */
export function describeConnection(status: ConnectionStatus): string {
  switch (status.state) {
    case 'connecting':
      return CONNECTION_TEXTS.connecting;
    case 'catching-up':
      return CONNECTION_TEXTS.catchingUp;
    case 'live':
      return CONNECTION_TEXTS.live;
    case 'live-over-sse':
      return CONNECTION_TEXTS.liveOverSse;
    case 'past':
      return CONNECTION_TEXTS.past;
    case 'source-down':
      return describeSource(status.source);
    case 'reconnecting':
      return CONNECTION_TEXTS.reconnecting;
    case 'refused':
      return CONNECTION_TEXTS.refused(status.reason);
    case 'signed-out':
      return CONNECTION_TEXTS.signedOut;
    default:
      return status satisfies never;
  }
}

function describeSource({ state, ingestors, shards }: SourceStatus): string {
  if (state === 'unknown') return CONNECTION_TEXTS.source.checking;
  if (ingestors === 0) return CONNECTION_TEXTS.source.stopped;
  const connected = shards.filter((shard) => shard.state === 'CONNECTED').length;
  return connected === 0
    ? CONNECTION_TEXTS.source.disconnected
    : CONNECTION_TEXTS.source.partial(connected, shards.length);
}

/** Whole seconds until the next attempt, for display; 0 during the attempt. */
export const secondsUntil = (retryAtMs: number | null, nowMs: number): number =>
  retryAtMs === null ? 0 : Math.max(0, Math.ceil((retryAtMs - nowMs) / 1_000));

import { useEffect, useMemo, useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import {
  firstSnowflakeAt,
  type RestChannelStatistics,
  type RestGuildHour,
  type Snowflake,
  snowflakeTimeMs,
} from '@discord-relay/contracts';
import type { TimeRange } from '../model/machine-state.js';
import { type Bucket, bucketsOf, type DensityUnit, minutesOf, unitOf } from './density.js';

/** Where the numbers of messages come from. */
export interface DensitySource {
  client: Pick<RelayClient, 'get' | 'history'>;
  channelId: Snowflake;
}

export interface Density {
  unit: DensityUnit;
  buckets: readonly Bucket[];
}

/** The service accepts no longer range. */
const YEAR_MS = 365 * 86_400_000;
const PAGE = 100;
/** More messages than these are not counted by minute. */
const PAGES = 10;

/** How many messages were written in the parts of the window; null: not known yet, or they could not be loaded. */
export function useDensity(
  source: DensitySource,
  range: TimeRange,
  window: TimeRange,
  zone: string,
): Density | null {
  const hours = useLoaded(source, range, readHours);
  const unit = unitOf(window);
  const times = useLoaded(source, unit === 'minute' ? window : null, readTimes);
  return useMemo(() => {
    if (unit === 'minute' && times) return { unit, buckets: minutesOf(times, window) };
    if (!hours) return null;
    return { unit: unit === 'minute' ? 'hour' : unit, buckets: bucketsOf(hours, window, zone) };
  }, [hours, times, unit, window, zone]);
}

/** null: not loaded yet, or that failed: the bar works without. */
function useLoaded<T>(
  source: DensitySource,
  span: TimeRange | null,
  read: (source: DensitySource, span: TimeRange) => Promise<T | null>,
): T | null {
  const [loaded, setLoaded] = useState<{ span: TimeRange; value: T | null } | null>(null);
  useEffect(() => {
    if (!span) return;
    let isCurrent = true;
    read(source, span).then(
      (value) => isCurrent && setLoaded({ span, value }),
      () => isCurrent && setLoaded({ span, value: null }),
    );
    return () => {
      isCurrent = false;
    };
  }, [source, span, read]);
  return loaded && loaded.span === span ? loaded.value : null;
}

async function readHours(
  { client, channelId }: DensitySource,
  { fromMs, toMs }: TimeRange,
): Promise<RestGuildHour[]> {
  const path = `/api/v1/channels/${channelId}/statistics`;
  const hours: RestGuildHour[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += YEAR_MS) {
    const span = { from: iso(startMs), to: iso(Math.min(startMs + YEAR_MS, toMs)) };
    hours.push(...(await client.get<RestChannelStatistics>(path, span)).hours);
  }
  return hours;
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

/** When the messages of a short time were written; null: there are too many. */
async function readTimes(
  { client, channelId }: DensitySource,
  { fromMs, toMs }: TimeRange,
): Promise<number[] | null> {
  const times: number[] = [];
  let after = String(BigInt(firstSnowflakeAt(fromMs)) - 1n);
  for (let page = 0; page < PAGES; page++) {
    const { messages } = await client.history(channelId, { after, limit: PAGE });
    times.push(...messages.map(({ id }) => snowflakeTimeMs(id)));
    const last = messages.at(-1);
    if (!last || messages.length < PAGE || snowflakeTimeMs(last.id) > toMs) return times;
    after = last.id;
  }
  return null;
}

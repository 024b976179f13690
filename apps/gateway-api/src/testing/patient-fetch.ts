import { until } from '@discord-relay/local-stack';

/** The detail of the problem when Postgres did not answer within the gateway's limit of five seconds. */
const TOO_SLOW = 'the database is unavailable';

/**
 * Sends a request again while Postgres is too slow for the gateway, which happens on an overloaded machine. Returns every other
 * answer, of other 503s too. A request that changes something may be carried out twice.
 * @throws Error if Postgres stays too slow for minutes
 */
export async function patientFetch(url: string, init: RequestInit = {}): Promise<Response> {
  return await until(`an answer of Postgres for ${init.method ?? 'GET'} ${url}`, 60_000, async () => {
    const response = await fetch(url, init);
    if (response.status !== 503) return response;
    return (await response.clone().text()).includes(TOO_SLOW) ? undefined : response;
  });
}

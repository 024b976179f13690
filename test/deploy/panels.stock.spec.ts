import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asTestAdmin, openTestClient, PrometheusServer } from '@discord-relay/local-stack';
import { ANALYST_ROLE, migrate } from '@discord-relay/read-model';
import type pg from 'pg';
import { Receiver } from '../../apps/gateway-api/src/testing/receiver.js';
import { removeRoles } from '../../bench/pipeline/revocation.js';
import { DASHBOARDS, type Panel, POSTGRES_VARIABLES } from '../../tools/monitoring/src/index.js';
import { MovedMetrics } from '../support/load/moved-metrics.js';
import { legendOf, numbersOf, promQueryOf, sqlOf, unsuitable } from '../support/monitoring/grafana.js';
import { readText, ruleFiles, rules } from '../support/monitoring/monitoring-files.js';
import { selectorsIn } from '../support/monitoring/promql.js';
import { openTempStack, type TempStack } from '../support/stacks/temp-stack.js';

const SEED = 42;
/** So that a rate of the last change has enough scrapes. */
const SCRAPES_MS = 3_000;
const ENV_OF = {
  ingestor: { RECORD_MEMBERS: 'true' },
  'gateway-api': { WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' },
};

/** Panels of incidents that are provoked here: they must count them. */
const PROVOKED = [
  'Sessions started',
  'Sessions resumed',
  'Sessions lost',
  'Shard leases',
  'Dispatches without an event',
  'Parts left out of events',
  'Events parked',
  'Log messages skipped',
  'Omissions of backfill',
  'Holes in the chain',
  'Rejected tokens',
];

/** Selectors of rules that find nothing here, by what would have to happen. */
const WITHOUT_SERIES: Record<string, string> = {
  'relay_ingestor_shard_lease_changes_total{change="lost"}': 'a shard is taken from a live ingestor',
  relay_gateway_webhook_disabled_total: 'an endpoint fails for days',
  'relay_ingestor_backfill_left_out_total{reason=~"threads_unread|unreadable|refused|unreachable|left_to_live_traffic"}':
    'requests of a backfill fail for hours',
  'relay_gateway_http_requests_seconds_count{route=~"/api/v1/.*",status=~"5.."}': 'the API fails',
};

const panelsOf = (source: 'prometheus' | 'postgres') =>
  DASHBOARDS.filter((each) => each.source === source).flatMap(({ title, panels }) =>
    panels.map((panel) => [`${title}: ${panel.title}`, panel] as const),
  );

/** The program that `npm test` found; it reports that it is missing. */
const binary = process.env.PROMETHEUS_PATH;
const describeWithPrometheus = binary ? describe : describe.skip;

describeWithPrometheus('panels and rules, with the data of a running relay', () => {
  const role = { name: `grafana_${randomBytes(6).toString('hex')}`, password: 'change me' };
  let folder: string;
  let temp: TempStack & { close(): Promise<void> };
  let receiver: Receiver;
  let prometheus: PrometheusServer;
  let moved: MovedMetrics;
  let startS: number;
  let grafana: pg.Client;
  const variables: Record<string, string> = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relay-rules-'));
    receiver = await Receiver.start();
    temp = await openTempStack({ progress: () => undefined, envOf: ENV_OF });
    const jobs = Object.fromEntries([...temp.stack.services].map(([app, { url }]) => [app, url]));
    await writeRules();
    moved = await MovedMetrics.start(temp, SEED);
    prometheus = await PrometheusServer.start({
      binary: binary!,
      ruleFiles: [join(folder, '*.yaml')],
      jobs,
    });
    startS = Date.now() / 1_000;
    await moved.everyday(receiver.url());
    await removeRoles(temp, SEED, 1);
    await moved.rare();
    await sleep(SCRAPES_MS);
    await moved.stop();
    grafana = await logIn();
  }, 180_000);

  afterAll(async () => {
    await grafana?.end();
    await prometheus?.stop();
    await temp?.close();
    await receiver?.stop();
    await asTestAdmin(`DROP ROLE IF EXISTS ${role.name}`);
    await rm(folder, { recursive: true, force: true });
  });

  /** The rules, except that those which are evaluated every minute are evaluated every second. */
  async function writeRules(): Promise<void> {
    for (const file of ruleFiles())
      await writeFile(join(folder, basename(file)), readText(file).replace('interval: 1m', 'interval: 1s'));
  }

  /** Grafana's data source, as docs/monitoring.md says. The group may exist already: it belongs to the whole server. */
  async function logIn(): Promise<pg.Client> {
    await asTestAdmin(`CREATE ROLE ${ANALYST_ROLE} NOLOGIN`).catch((error: { code?: string }) =>
      expect(error.code).toBe('42710'),
    );
    await asTestAdmin(`CREATE ROLE ${role.name} LOGIN PASSWORD '${role.password}' IN ROLE ${ANALYST_ROLE}`);
    await migrate(temp.stack.databaseUrl);
    const url = new URL(temp.stack.databaseUrl);
    [url.username, url.password] = [role.name, role.password];
    const client = await openTestClient(url.href);
    const { rows: schemas } = await client.query<{ schema: string }>(POSTGRES_VARIABLES.schema);
    variables.schema = schemas[0]!.schema;
    const { rows: guilds } = await client.query<{ __value: string }>(
      sqlOf(POSTGRES_VARIABLES.guild, variables),
    );
    expect(guilds.map(({ __value }) => __value)).toContain(moved.guildId);
    variables.guild = moved.guildId;
    return client;
  }

  const queryRun = (query: string) => prometheus.queryRange(promQueryOf(query), startS, Date.now() / 1_000);

  it.each(panelsOf('prometheus'))(
    'the panel "%s" shows numbers, with a legend for each series',
    async (_, panel) => {
      for (const query of panel.queries) {
        const found = await queryRun(query.text);
        expect({ query: query.text, numbers: numbersOf(found).length }).not.toMatchObject({ numbers: 0 });
        const legends = found.map((series) => legendOf(query.legend, series));
        expect(new Set(legends).size).toBe(found.length);
        expect(legends.filter((legend) => /^\s|\s$|^$/.test(legend))).toEqual([]);
      }
    },
  );

  it.each(PROVOKED)('the panel "%s" counts what happened', async (title) => {
    const [panel] = panelsOf('prometheus').flatMap(([, each]) => (each.title === title ? [each] : []));
    const numbers = numbersOf(await queryRun((panel as Panel).queries[0]!.text));
    expect(Math.max(...numbers)).toBeGreaterThan(0.5);
  });

  it.each(panelsOf('postgres'))(
    'the panel "%s" shows rows to a member of relay_analyst',
    async (_, panel) => {
      for (const { text } of panel.queries) {
        const answer = await grafana.query<Record<string, unknown>>(sqlOf(text, variables));
        expect(unsuitable(panel.kind ?? 'timeseries', answer)).toBeUndefined();
      }
    },
  );

  it('Prometheus evaluates every rule', async () => {
    const evaluated = await prometheus.rules();
    expect(evaluated.map(({ name }) => name).sort()).toEqual(
      rules()
        .map(({ alert, record }) => alert ?? record!)
        .sort(),
    );
    expect(evaluated.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('every selector of a rule finds series, except of what does not happen here', async () => {
    const selectors = new Set(rules().flatMap(({ expr }) => selectorsIn(expr).map(({ text }) => text)));
    const empty: string[] = [];
    for (const selector of selectors) if ((await queryRun(selector)).length === 0) empty.push(selector);
    expect(empty.sort()).toEqual(Object.keys(WITHOUT_SERIES).sort());
  });
});

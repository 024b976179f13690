/** Dashboards as they are described here; {@link grafanaDashboard} makes the JSON that Grafana reads. */
export interface Query {
  /** PromQL, or SQL on dashboards of Postgres. */
  text: string;
  /** Grafana's pattern, for example `{{partition}}`. */
  legend?: string;
}

/** Units of Grafana that the panels use; `short` abbreviates large numbers. */
export type Unit = 's' | 'ops' | 'short' | 'percentunit' | 'bytes' | 'none';

/** Where a panel becomes orange, and red. `any`: no value is bad by itself. */
export type Thresholds =
  { above: [warn: number, bad: number] } | { below: [warn: number, bad: number] } | 'any';

export interface Panel {
  title: string;
  unit: Unit;
  queries: Query[];
  thresholds: Thresholds;
  kind?: 'timeseries' | 'stat' | 'table';
  /** Why the panel is usually empty: its rows or series exist only after a rare event. */
  emptyBecause?: string;
}

export interface Dashboard {
  uid: string;
  title: string;
  description: string;
  source: 'prometheus' | 'postgres';
  panels: Panel[];
}

const PANELS_PER_ROW = 3;
const COLUMNS = 24;
const HEIGHT = 8;
const SOURCE_UID = { prometheus: 'relay-prometheus', postgres: 'relay-postgres' };

/** Variables of a dashboard of one guild: the schema of the active projection, and the guild. */
export const POSTGRES_VARIABLES = {
  schema: 'SELECT schema FROM relay.projections WHERE active',
  guild:
    'SELECT coalesce(name, id::text) AS __text, id::text AS __value FROM ${schema}.guilds WHERE left_at IS NULL ORDER BY 1',
};

function steps(thresholds: Thresholds) {
  if (thresholds === 'any') return [{ value: null, color: 'green' }];
  const isAbove = 'above' in thresholds;
  const [warn, bad] = isAbove ? thresholds.above : thresholds.below;
  return isAbove
    ? [
        { value: null, color: 'green' },
        { value: warn, color: 'orange' },
        { value: bad, color: 'red' },
      ]
    : [
        { value: null, color: 'red' },
        { value: bad, color: 'orange' },
        { value: warn, color: 'green' },
      ];
}

function target(source: Dashboard['source'], kind: Panel['kind'], { text, legend }: Query, at: number) {
  const refId = String.fromCharCode('A'.charCodeAt(0) + at);
  if (source === 'prometheus') return { refId, expr: text, legendFormat: legend ?? '__auto' };
  return {
    refId,
    rawQuery: true,
    editorMode: 'code',
    format: kind === 'timeseries' ? 'time_series' : 'table',
    rawSql: text,
  };
}

function grafanaPanel({ source }: Dashboard, panel: Panel, at: number) {
  const { kind = 'timeseries' } = panel;
  const width = COLUMNS / PANELS_PER_ROW;
  return {
    id: at + 1,
    title: panel.title,
    description: panel.emptyBecause ? `Usually empty: ${panel.emptyBecause}.` : '',
    type: kind,
    datasource: { type: source, uid: SOURCE_UID[source] },
    gridPos: {
      x: (at % PANELS_PER_ROW) * width,
      y: Math.floor(at / PANELS_PER_ROW) * HEIGHT,
      w: width,
      h: HEIGHT,
    },
    fieldConfig: {
      defaults: {
        unit: panel.unit,
        min: 0,
        thresholds: { mode: 'absolute', steps: steps(panel.thresholds) },
        custom:
          kind === 'timeseries' && panel.thresholds !== 'any' ? { thresholdsStyle: { mode: 'line' } } : {},
      },
      overrides: [],
    },
    targets: panel.queries.map((query, i) => target(source, kind, query, i)),
  };
}

const variables = (source: Dashboard['source']) =>
  source === 'prometheus'
    ? []
    : Object.entries(POSTGRES_VARIABLES).map(([name, query]) => ({
        name,
        type: 'query',
        datasource: { type: source, uid: SOURCE_UID[source] },
        query,
        refresh: 1,
        hide: name === 'schema' ? 2 : 0,
      }));

/** The JSON of a dashboard. */
export function grafanaDashboard(dashboard: Dashboard): object {
  return {
    uid: dashboard.uid,
    title: dashboard.title,
    description: dashboard.description,
    tags: ['discord-relay'],
    schemaVersion: 39,
    editable: false,
    refresh: '30s',
    time: { from: dashboard.source === 'postgres' ? 'now-7d' : 'now-6h', to: 'now' },
    templating: { list: variables(dashboard.source) },
    panels: dashboard.panels.map((panel, at) => grafanaPanel(dashboard, panel, at)),
  };
}

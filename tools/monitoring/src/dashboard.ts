/** Dashboards as they are described here; {@link grafanaDashboard} makes the JSON that Grafana reads. */
export interface Query {
  /** PromQL, or SQL on dashboards of Postgres. */
  text: string;
  /** Grafana's pattern, for example `{{partition}}`. */
  legend?: string;
}

export interface Panel {
  title: string;
  /** A unit of Grafana: `s`, `ops`, `short`, `percentunit`, `bytes`, `none`, … */
  unit: string;
  queries: Query[];
  /** From this value on the panel is orange, and red. */
  thresholds?: [warn: number, bad: number];
  kind?: 'timeseries' | 'stat' | 'table';
  /** Why the panel is usually empty: its series exist only after a rare event. */
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
const POSTGRES_VARIABLES = {
  schema: 'SELECT schema FROM relay.projections WHERE active',
  guild:
    'SELECT coalesce(name, id::text) AS __text, id::text AS __value FROM ${schema}.guilds WHERE left_at IS NULL ORDER BY 1',
};

function thresholds([warn, bad]: [number, number] | [] = []) {
  const steps = [{ value: null, color: 'green' }];
  const above =
    warn === undefined || bad === undefined
      ? []
      : [
          { value: warn, color: 'orange' },
          { value: bad, color: 'red' },
        ];
  return { mode: 'absolute', steps: [...steps, ...above] };
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
        thresholds: thresholds(panel.thresholds),
        custom: kind === 'timeseries' && panel.thresholds ? { thresholdsStyle: { mode: 'line' } } : {},
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

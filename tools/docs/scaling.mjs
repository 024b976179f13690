// The arithmetic of docs/scaling.md: what one replica holds, how many are needed, and which limit is met first. All CPU times are
// of one core of the machine of the benches.

/**
 * Measured costs: the figure of the bench, rounded, and the command that measures it. A test checks that the benches still report
 * figures of these names.
 */
export const MEASURED = {
  ingestCpuUs: {
    value: 155,
    bench: 'ingest',
    figure: 'cpuUs',
    meaning: 'CPU of an ingestor for each dispatch, µs',
  },
  shardPerS: {
    value: 6_641,
    bench: 'ingest',
    figure: 'dispatchesPerS',
    meaning: 'dispatches of one ingestor into the log, a second',
  },
  natsCpuUs: {
    value: 508,
    bench: 'project-latency',
    figure: 'cpuUs_nats',
    meaning: 'CPU of nats-server for each event, live, µs',
  },
  projectCpuUs: {
    value: 1_104,
    bench: 'project-latency',
    figure: 'cpuUs_projector',
    meaning: 'CPU of a projector for each event, live, µs',
  },
  postgresCpuUs: {
    value: 1_274,
    bench: 'project-latency',
    figure: 'cpuUs_postgres',
    meaning: 'CPU of Postgres for each event, live, µs',
  },
  replayPerS: {
    value: 13_596,
    bench: 'replay',
    figure: 'eventsPerS',
    meaning: 'events of a rebuild by one projector, a second',
  },
  logBytes: { value: 1_020, bench: 'replay', figure: 'logBytes', meaning: 'log for each event, bytes' },
  rowBytes: {
    value: 543,
    bench: 'replay',
    figure: 'rowBytes',
    meaning: 'rows and indexes for each event, bytes',
  },
  cpuUsAt500: {
    value: 10.9,
    bench: 'fanout',
    figure: 'cpuUsAt500',
    meaning: 'CPU of a gateway for each delivery, 500 sockets, µs',
  },
  cpuUsAt2000: {
    value: 12.7,
    bench: 'fanout',
    figure: 'cpuUsAt2000',
    meaning: 'CPU of a gateway for each delivery, 2,000 sockets, µs',
  },
  socketKb: {
    value: 15.8,
    bench: 'sockets',
    figure: 'kbPerSocket',
    meaning: 'memory of a gateway for each idle socket, KB',
  },
  socketCpuUs: {
    value: 11,
    bench: 'sockets',
    figure: 'cpuUsPerSocketS',
    meaning: 'CPU of a gateway for each idle socket and second, µs',
  },
};

/** What the examples assume. Replace them with your own: every number of the tables follows. */
export const ASSUMED = {
  eventsPerGuildPerDay: {
    value: 2_000,
    meaning: 'events of a server in a day, on average: messages, edits, reactions, members',
  },
  peakFactor: { value: 4, meaning: 'the busiest minutes, compared with the average' },
  readersShare: {
    value: 0.5,
    meaning: 'share of the sockets of a server that follow the channel of a change',
  },
  load: {
    value: 0.5,
    meaning: 'share of a core, or of memory, that is used at the peak: the rest is for failures and joins',
  },
  gatewayMb: { value: 1_024, meaning: 'memory of a gateway replica, MiB' },
  gatewayIdleMb: { value: 128, meaning: 'of that, without sockets, MiB' },
  postgresCores: { value: 32, meaning: 'cores of the primary of Postgres' },
  natsCores: { value: 8, meaning: 'cores of the server that leads the log' },
  guildsPerShard: {
    value: 1_000,
    meaning: 'servers in a shard (Discord closes shards with more than 2,500)',
  },
  shardsPerIngestor: {
    value: 16,
    meaning: 'shards of an ingestor, so that a replica that fails takes few with it',
  },
  replicas: { value: 3, meaning: 'copies of the log (R)' },
};

/** Servers and sockets of the examples. */
export const SIZES = [
  { guilds: 1, sockets: 100 },
  { guilds: 100, sockets: 2_000 },
  { guilds: 1_000, sockets: 20_000 },
  { guilds: 10_000, sockets: 100_000 },
  { guilds: 100_000, sockets: 1_000_000 },
];

const DAY_S = 86_400;

/** The values of a table of figures, by name. */
export const valuesOf = (figures) =>
  Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value]));

/**
 * The cost of a change at a gateway is that of reading it once and of writing it to each socket: two measurements tell them apart.
 * @returns {{ perChangeUs: number, perSocketUs: number }} µs of CPU
 */
export function deliveryCost({ cpuUsAt500, cpuUsAt2000 }) {
  const perChangeUs = Math.max(0, (cpuUsAt500 - cpuUsAt2000) / (1 / 500 - 1 / 2_000));
  return { perChangeUs, perSocketUs: Math.max(0, cpuUsAt500 - perChangeUs / 500) };
}

/** What one replica of each service holds, alone on one core. */
export function capacityOf(measured, assumed) {
  const perSecond = (cpuUs) => (assumed.load * 1e6) / cpuUs;
  return {
    ingestorPerS: Math.min(perSecond(measured.ingestCpuUs), measured.shardPerS * assumed.load),
    projectorPerS: perSecond(measured.projectCpuUs),
    gatewaySockets: ((assumed.gatewayMb * assumed.load - assumed.gatewayIdleMb) * 1_024) / measured.socketKb,
    gatewayDeliveriesPerS: perSecond(measured.cpuUsAt500),
    postgresPerS: perSecond(measured.postgresCpuUs) * assumed.postgresCores,
    natsPerS: perSecond(measured.natsCpuUs) * assumed.natsCores,
  };
}

/** What a size needs. */
export function needsOf({ guilds, sockets }, measured, assumed) {
  const capacity = capacityOf(measured, assumed);
  const eventsPerDay = guilds * assumed.eventsPerGuildPerDay;
  const peakPerS = (eventsPerDay / DAY_S) * assumed.peakFactor;
  const shards = Math.ceil(guilds / assumed.guildsPerShard);
  const projectors = peakPerS / capacity.projectorPerS;
  const gateways = gatewaysFor({ guilds, sockets, peakPerS }, { measured, assumed, capacity });
  return {
    peakPerS,
    shards,
    ingestors: Math.max(
      2,
      Math.ceil(shards / assumed.shardsPerIngestor),
      Math.ceil(peakPerS / capacity.ingestorPerS),
    ),
    projectors: Math.max(2, Math.ceil(projectors)),
    gateways,
    deliveriesPerS: peakPerS * (sockets / guilds) * assumed.readersShare,
    postgresCores: (peakPerS * measured.postgresCpuUs) / 1e6 / assumed.load,
    logGbPerDay: (eventsPerDay * measured.logBytes * assumed.replicas) / 1e9,
    rowsGbPerYear: (eventsPerDay * 365 * measured.rowBytes) / 1e9,
    rebuildHoursPerYear: (eventsPerDay * 365) / measured.replayPerS / 3_600,
  };
}

/**
 * Replicas by memory, and by CPU. The sockets of a server are spread over the replicas, each of which reads the changes of the
 * server: with more replicas than sockets of a server, each socket costs one reading of every change.
 */
function gatewaysFor({ guilds, sockets, peakPerS }, { measured, assumed, capacity }) {
  const byMemory = Math.max(2, Math.ceil(sockets / capacity.gatewaySockets));
  const { perChangeUs, perSocketUs } = deliveryCost(measured);
  const perGuild = sockets / guilds;
  const cpuUs = (replicas) =>
    peakPerS * Math.min(replicas, perGuild) * perChangeUs +
    peakPerS * perGuild * assumed.readersShare * perSocketUs +
    sockets * measured.socketCpuUs;
  let replicas = byMemory;
  while (cpuUs(replicas) > replicas * assumed.load * 1e6) replicas += 1;
  return replicas;
}

/** The limits that more replicas do not move, as the share that a size uses, largest first. */
export function limitsOf(size, measured, assumed, partitions) {
  const needs = needsOf(size, measured, assumed);
  const capacity = capacityOf(measured, assumed);
  return [
    {
      limit: `${partitions} partitions: no more projectors than partitions`,
      share: needs.peakPerS / (capacity.projectorPerS * partitions),
    },
    {
      limit: `one primary of Postgres with ${assumed.postgresCores} cores`,
      share: needs.peakPerS / capacity.postgresPerS,
    },
    {
      limit: `one leader of the log with ${assumed.natsCores} cores`,
      share: needs.peakPerS / capacity.natsPerS,
    },
  ].sort((a, b) => b.share - a.share);
}

const EN = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 2 });
const number = (value) => (value >= 1_000 ? Math.round(value).toLocaleString('en-GB') : EN.format(value));
const rounded = (value) => EN.format(value);

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A table of {@link MEASURED} or {@link ASSUMED}; `cellsOf` gives further cells. */
const figuresTable = (head, figures, cellsOf) =>
  table(
    head,
    Object.values(figures).map((figure) => [figure.meaning, number(figure.value), ...cellsOf(figure)]),
  );

function capacityTable(measured, assumed) {
  const capacity = capacityOf(measured, assumed);
  const { perChangeUs, perSocketUs } = deliveryCost(measured);
  const delivery = `${rounded(perChangeUs)} µs to read a change, ${rounded(perSocketUs)} µs for each socket that gets it`;
  return table(
    ['One replica, one core', 'Holds'],
    [
      ['ingestor', `${rounded(capacity.ingestorPerS)} dispatches/s`],
      ['projector', `${rounded(capacity.projectorPerS)} events/s`],
      ['gateway-api, by memory', `${rounded(capacity.gatewaySockets)} idle sockets`],
      ['gateway-api, by CPU', `${rounded(capacity.gatewayDeliveriesPerS)} deliveries/s: ${delivery}`],
      [`Postgres, ${assumed.postgresCores} cores`, `${rounded(capacity.postgresPerS)} events/s`],
      [`nats-server, ${assumed.natsCores} cores`, `${rounded(capacity.natsPerS)} events/s`],
    ],
  );
}

/** A row for each size: a head and how a cell is made of the size and its needs. */
function sizesTable(columns, measured, assumed) {
  const rowOf = (size) => columns.map(([, cell]) => cell({ ...size, ...needsOf(size, measured, assumed) }));
  return table(
    columns.map(([head]) => head),
    SIZES.map(rowOf),
  );
}

const NEEDS = [
  ['Servers', ({ guilds }) => number(guilds)],
  ['Sockets', ({ sockets }) => number(sockets)],
  ['Events/s at the peak', ({ peakPerS }) => rounded(peakPerS)],
  ['Deliveries/s', ({ deliveriesPerS }) => rounded(deliveriesPerS)],
  ['Shards', ({ shards }) => number(shards)],
  ['Ingestors', ({ ingestors }) => number(ingestors)],
  ['Projectors', ({ projectors }) => number(projectors)],
  ['Gateways', ({ gateways }) => number(gateways)],
  ['Cores of Postgres', ({ postgresCores }) => rounded(postgresCores)],
];

const gb = (value) => `${rounded(value)} GB`;
const STORAGE = [
  ['Servers', ({ guilds }) => number(guilds)],
  ['Log a day, all copies', ({ logGbPerDay }) => gb(logGbPerDay)],
  ['Rows a year', ({ rowsGbPerYear }) => gb(rowsGbPerYear)],
  ['Rebuild of a year, one projector', ({ rebuildHoursPerYear }) => `${rounded(rebuildHoursPerYear)} h`],
];

function limitsTable(measured, assumed, partitions) {
  const largest = SIZES.at(-1);
  return table(
    ['Limit', 'Used by the largest size', 'Reached at'],
    limitsOf(largest, measured, assumed, partitions).map(({ limit, share }) => [
      limit,
      `${rounded(share * 100)} %`,
      `${rounded(largest.guilds / share)} servers`,
    ]),
  );
}

/** The tables of the page, by the name of their marker. @returns {Record<string, string>} Markdown */
export function scalingTables(partitions) {
  const [measured, assumed] = [valuesOf(MEASURED), valuesOf(ASSUMED)];
  const source = ({ bench, figure }) => [`bench \`${bench}\`: \`${figure}\``];
  return {
    measured: figuresTable(['Cost', 'Measured', 'By'], MEASURED, source),
    assumed: figuresTable(['Assumption', 'Value'], ASSUMED, () => []),
    capacity: capacityTable(measured, assumed),
    sizes: sizesTable(NEEDS, measured, assumed),
    storage: sizesTable(STORAGE, measured, assumed),
    limits: limitsTable(measured, assumed, partitions),
  };
}

/** The page with its tables between the marks; the rest of it is written by hand. */
export function scalingPage(page, partitions) {
  return Object.entries(scalingTables(partitions)).reduce((text, [name, content]) => {
    const marks = new RegExp(`(<!-- Generated ${name} -->).*?(<!-- end -->)`, 's');
    if (!marks.test(text)) throw new Error(`docs/scaling.md has no place for the table ${name}`);
    return text.replace(marks, (_, begin, end) => [begin, content, end].join('\n\n'));
  }, page);
}

// Rules for dependency-cruiser from a table of the folders of an app, a library, bench, test or tools: files of a folder may import from the same
// folder and from those listed for it, and nothing else of it.

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Where the folders of an app or a library are; bench, test and tools have no `src`. */
const sourceOf = (app) => (/^(apps|libs)\//.test(app) ? `${app}/src` : app);

/** `.` is the app's root; a name that ends in `.ts` is a file of the root; any other is a folder without its sub-folders. */
function pathOf(app, folder) {
  if (folder === '.') return `^${sourceOf(app)}/[^/]+$`;
  return folder.endsWith('.ts')
    ? `^${sourceOf(app)}/${escaped(folder)}$`
    : `^${sourceOf(app)}/${escaped(folder)}/[^/]+$`;
}

/** The first cycle that the table would allow, as a list of folders; undefined: there is none. */
function cycleIn(table) {
  const finished = new Set();
  const visit = (folder, path) => {
    if (path.includes(folder)) return [...path.slice(path.indexOf(folder)), folder];
    if (finished.has(folder)) return undefined;
    for (const next of table[folder]) {
      const cycle = visit(next, [...path, folder]);
      if (cycle) return cycle;
    }
    finished.add(folder);
    return undefined;
  };
  for (const folder of Object.keys(table)) {
    const cycle = visit(folder, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** @throws Error for a table that names an unknown folder or allows a cycle between folders */
function check(app, table) {
  for (const [folder, allowed] of Object.entries(table))
    for (const each of allowed)
      if (!(each in table))
        throw new Error(`${app}: ${folder} may import ${each}, which is not in the table`);
  const cycle = cycleIn(table);
  if (cycle) throw new Error(`${app}: the table allows a cycle between folders: ${cycle.join(' -> ')}`);
}

/**
 * Specs may import everything, and so may the folders in `forTests`, which product code never imports.
 * @param {string} app such as `apps/projector`
 * @param {Record<string, readonly string[]>} table each folder of the app, and the folders that it may import
 * @param {readonly string[]} forTests folders with support for tests
 */
function folderRules(app, table, forTests = ['testing', 'fuzz']) {
  check(app, table);
  const spec = '\\.spec\\.tsx?$';
  const tests = forTests.map((folder) => `^${sourceOf(app)}/${escaped(folder)}/`);
  const files = Object.keys(table).filter((folder) => folder.endsWith('.ts'));
  const rootFiles = files.map((file) => pathOf(app, file));
  const notOf = (folder) => (folder === '.' ? rootFiles : []);
  return [
    {
      name: `${app}: folder is not in the table`,
      comment: 'list the folder, and what it may import, in tools/imports/folders',
      severity: 'error',
      from: {
        path: `^${sourceOf(app)}/`,
        pathNot: [spec, ...tests, ...Object.keys(table).map((f) => pathOf(app, f))],
      },
      to: {},
    },
    ...Object.entries(table).map(([folder, allowed]) => ({
      name: `${app}: ${folder} imports ${allowed.join(', ') || 'no other folder'}`,
      severity: 'error',
      from: { path: pathOf(app, folder), pathNot: [spec, ...tests, ...notOf(folder)] },
      to: {
        path: `^${sourceOf(app)}/`,
        pathNot: [folder, ...allowed].map((each) => pathOf(app, each)),
      },
    })),
  ];
}

module.exports = { folderRules };

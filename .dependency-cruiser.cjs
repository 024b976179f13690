const { readdirSync } = require('node:fs');
const { FOLDERS } = require('./tools/imports/folders.cjs');
const { folderRules } = require('./tools/imports/folder-rules.cjs');

/** Folders with support for tests, which product code never imports. */
const FOR_TESTS = ['testing', 'fuzz', 'conformance', 'libraries'];

const packages = ['apps', 'libs'].flatMap((kind) => readdirSync(kind).map((name) => `${kind}/${name}`));
const unlisted = packages.filter((name) => !(name in FOLDERS));
if (unlisted.length > 0) throw new Error(`tools/imports/folders has no table for ${unlisted}`);

/** The direction of imports: main -> module -> edge -> pure -> contracts. See ARCHITECTURE.md. */
module.exports = {
  forbidden: [
    ...Object.entries(FOLDERS).flatMap(([app, folders]) => folderRules(app, folders, FOR_TESTS)),
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'apps-never-import-tools-test-or-bench',
      severity: 'error',
      from: {
        path: '^apps/[^/]+/src/',
        pathNot: ['\\.spec\\.tsx?$', `/(${FOR_TESTS.join('|')})/`],
      },
      to: { path: '^(tools|test|bench)/' },
    },
    {
      name: 'libs-never-import-apps-or-tools',
      severity: 'error',
      from: { path: '^libs/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(apps|tools|bench|test)/' },
    },
    {
      name: 'contracts-do-no-io',
      comment: 'contracts know types and names only',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^(libs/contracts/|node_modules/discord-api-types/)' },
    },
    {
      name: 'pure-folders-import-contracts-only',
      comment: 'normalize/, fold/ and access/ are plain functions; tables are descriptions',
      severity: 'error',
      from: { path: '^apps/[^/]+/src/(normalize|fold|access)/', pathNot: '\\.spec\\.ts$' },
      to: {
        pathNot:
          '^(libs/contracts/|libs/read-model/src/tables/|node_modules/discord-api-types/|apps/[^/]+/src/(normalize|fold|access)/)',
      },
    },
    {
      name: 'platform-has-no-business-noun',
      severity: 'error',
      from: { path: '^libs/platform/' },
      to: { path: '^libs/(contracts|read-model|client)/' },
    },
    {
      name: 'client-runs-in-browsers',
      severity: 'error',
      from: { path: '^libs/client/src', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(libs/(platform|read-model)/|node:)', dependencyTypes: ['core', 'local', 'localmodule'] },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules|dist' },
    exclude: { path: '(^|/)(dist|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@discord-relay/source', 'import', 'node', 'default', 'types'],
    },
  },
};

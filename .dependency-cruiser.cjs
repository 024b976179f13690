const { folderRules } = require('./tools/folder-rules.cjs');

/**
 * The folders of each app, and which of its folders each may import. The tables allow no cycle between folders, which
 * tools/folder-rules.cjs checks.
 */
const FOLDERS = {
  'apps/gateway-api': {
    '.': [
      'auth',
      'config.ts',
      'database',
      'http',
      'http/openapi',
      'http/server',
      'live',
      'stream',
      'webhooks',
    ],
    'config.ts': ['config'],
    config: ['network'],
    network: [],
    access: [],
    database: [],
    errors: [],
    limits: [],
    metrics: [],
    source: [],
    validation: ['database'],
    'read/access': ['access', 'database'],
    read: ['access', 'database', 'read/access'],
    'auth/audit': ['database', 'metrics'],
    'auth/tokens': ['access', 'config', 'database', 'metrics'],
    'auth/sessions': ['auth/audit', 'auth/tokens', 'config', 'database', 'metrics'],
    auth: ['auth/audit', 'auth/sessions', 'auth/tokens', 'config.ts', 'database', 'metrics'],
    'live/chain': ['access', 'metrics', 'read'],
    'live/wire': ['errors', 'metrics'],
    'live/subscribe': ['access', 'database', 'limits', 'live/chain', 'live/wire', 'read', 'read/access'],
    'live/socket': [
      ...[
        'access',
        'auth/audit',
        'auth/tokens',
        'config.ts',
        'errors',
        'limits',
        'live/subscribe',
        'live/wire',
      ],
      ...['metrics', 'network', 'source', 'validation'],
    ],
    live: [
      ...['auth/audit', 'auth/tokens', 'config.ts', 'database', 'limits', 'live/chain', 'live/socket'],
      ...['live/subscribe', 'live/wire', 'metrics', 'network', 'read', 'read/access', 'source'],
    ],
    'http/guards': ['access', 'auth/tokens', 'config', 'config.ts', 'limits', 'network'],
    'http/openapi': ['http/guards'],
    'http/endpoints': [
      ...[
        'access',
        'config.ts',
        'database',
        'http/guards',
        'http/openapi',
        'live/socket',
        'read',
        'read/access',
      ],
      ...['source', 'validation'],
    ],
    'http/auth': [
      ...['access', 'auth/audit', 'auth/sessions', 'auth/tokens', 'config.ts', 'database', 'http/guards'],
      ...['http/openapi', 'metrics', 'network', 'validation'],
    ],
    'http/server': [
      ...[
        'access',
        'auth/audit',
        'config.ts',
        'errors',
        'http/guards',
        'http/openapi',
        'live/socket',
        'network',
      ],
    ],
    http: ['config.ts', 'http/auth', 'http/endpoints', 'http/guards', 'http/server', 'metrics'],
    stream: [
      ...['access', 'auth/sessions', 'auth/tokens', 'config.ts', 'database', 'errors', 'http/guards'],
      ...['http/openapi', 'limits', 'live/chain', 'metrics', 'read', 'read/access', 'validation'],
    ],
    'webhooks/endpoint': ['database', 'network'],
    'webhooks/delivery': ['database', 'live/chain', 'metrics', 'read', 'webhooks/endpoint'],
    'webhooks/admin': ['access', 'database', 'read', 'webhooks/delivery', 'webhooks/endpoint'],
    webhooks: [
      ...[
        'access',
        'auth/audit',
        'config.ts',
        'database',
        'http/guards',
        'http/openapi',
        'metrics',
        'validation',
      ],
      ...['webhooks/admin', 'webhooks/delivery', 'webhooks/endpoint'],
    ],
  },
};

/** The direction of imports: main -> module -> edge -> pure -> contracts. See ARCHITECTURE.md. */
module.exports = {
  forbidden: [
    ...Object.entries(FOLDERS).flatMap(([app, folders]) => folderRules(app, folders)),
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
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

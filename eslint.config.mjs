import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const nodeGlobals = Object.fromEntries(
  [
    'process',
    'performance',
    'console',
    'URL',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'fetch',
    'AbortSignal',
    'Buffer',
  ].map((name) => [name, 'readonly']),
);

// Clients that are created elsewhere would lack a listener for `error`: a session that the server ends would end the process.
const POOL = {
  selector: "NewExpression[callee.object.name='pg'][callee.property.name=/^(Client|Pool)$/]",
  message: 'Use createReadModelPool or SchemaClient; in tests openTestClient or openTestPool.',
};
const POOL_FILES = [
  'libs/read-model/src/connection.ts',
  'libs/read-model/src/postgres/query-once.ts',
  'tools/local-stack/src/servers/{outside-servers,postgres,testing}.ts',
  'libs/platform/src/config/urls.spec.ts',
];

// The wall clock can be set at any moment, also backwards.
const WALL_CLOCK = [
  "MemberExpression[object.name='Date'][property.name='now']",
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.name='Date']",
].map((selector) => ({
  selector,
  message:
    'Durations and deadlines: performance.now(). Times that other processes read: the clock of the server. Expiry and timestamps: wallClockMs().',
}));
// So that they can be translated.
const TEXTS = [
  'JSXText[value=/\\p{L}/u]',
  'JSXAttribute[name.name=/^(aria-label|aria-description|aria-valuetext|title|alt|placeholder|label)$/] Literal[value=/\\p{L}{2}/u]',
  'JSXAttribute[name.name=/^(aria-label|aria-description|aria-valuetext|title|alt|placeholder|label)$/] TemplateElement[value.raw=/\\p{L}{2}/u]',
].map((selector) => ({ selector, message: 'Texts of the page belong into apps/web/src/texts.' }));

const WALL_CLOCK_FILES = [
  'libs/platform/src/clock/wall-clock.ts',
  'libs/client/src/wall-clock.ts',
  'apps/web/src/ui/wall-clock.ts',
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.data/**', 'coverage/**', '**/*.generated.ts'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: { globals: nodeGlobals },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.spec.tsx', 'test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
  { ignores: POOL_FILES, rules: { 'no-restricted-syntax': ['error', POOL] } },
  {
    files: ['{apps,libs,tools}/*/src/**', 'tools/**/*.mjs', 'bench/**', 'test/**'],
    ignores: ['**/*.spec.{ts,tsx}', '**/*.cases.ts', ...WALL_CLOCK_FILES, ...POOL_FILES],
    rules: { 'no-restricted-syntax': ['error', POOL, ...WALL_CLOCK] },
  },
  {
    files: ['apps/web/src/**/*.tsx'],
    ignores: ['**/*.spec.tsx'],
    rules: { 'no-restricted-syntax': ['error', POOL, ...WALL_CLOCK, ...TEXTS] },
  },
  {
    files: POOL_FILES,
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ...WALL_CLOCK] },
  },
  {
    files: [
      'tools/**',
      'apps/cli/**',
      'bench/**',
      'test/drills/**',
      'test/containers/**',
      'libs/client/*.mjs',
      'libs/client/examples/**',
      '**/*.cjs',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['libs/client/examples/page/**'],
    languageOptions: { globals: { document: 'readonly', location: 'readonly', URLSearchParams: 'readonly' } },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { __dirname: 'readonly', module: 'writable', require: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  prettier,
);

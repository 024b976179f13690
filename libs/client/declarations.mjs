// Writes the declarations of the published package to dist/, including those of the protocol, because the contracts package is
// not published.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));
const libs = join(here, '..');
const dist = join(here, 'dist');
const PROTOCOL = '@discord-relay/contracts/wire';

/** Path below dist/: client/src/x.d.ts goes to the top, contracts/src/… into contracts/. */
const placeOf = (path) =>
  join(
    dist,
    relative(libs, path)
      .replace(/^client[\\/]src[\\/]/, '')
      .replace(/[\\/]src[\\/]/, sep),
  );

function emit() {
  const { config } = ts.readConfigFile(join(libs, '../tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, libs);
  // The protocol is a root too, because TypeScript emits no declarations for files that it finds in node_modules only.
  const program = ts.createProgram([join(here, 'src/index.ts'), join(libs, 'contracts/src/wire/index.ts')], {
    ...options,
    rootDir: libs,
    outDir: libs,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
    types: [],
  });
  const files = [];
  const { diagnostics } = program.emit(undefined, (path, text) => void files.push({ path, text }));
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length === 0) return files;
  throw new Error(
    ts.formatDiagnostics(problems, {
      ...ts.sys,
      getCanonicalFileName: (path) => path,
      getNewLine: () => '\n',
    }),
  );
}

for (const name of await readdir(dist, { recursive: true }))
  if (name.endsWith('.d.ts')) await rm(join(dist, name));

const protocol = placeOf(join(libs, 'contracts/src/wire/index.js'));
for (const { path, text } of emit()) {
  const target = placeOf(path);
  const specifier = relative(dirname(target), protocol).split(sep).join('/');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text.replaceAll(PROTOCOL, `./${specifier}`));
}

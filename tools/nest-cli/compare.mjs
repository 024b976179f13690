import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { isBundle } from '../build/bundle.mjs';
import { filesBelow } from '../build/files.mjs';

/**
 * The compiled modules of a project, each with its imports and exports in one line: two compilers format the same module
 * differently.
 */
export async function describeOutput(dist) {
  const { parse } = await import('@swc/core');
  const files = (await filesBelow(dist)).filter((file) => file.endsWith('.js') && !isBundle(file));
  const lines = files.map(async (file) => {
    const { body } = await parse(await readFile(file, 'utf8'), { syntax: 'ecmascript', target: 'es2022' });
    const links = body.flatMap(linksOf).sort();
    return `${relative(dist, file)}: ${links.join(' ')}`;
  });
  return (await Promise.all(lines)).sort();
}

/** The imports and exports of a statement at the top level. */
function linksOf(item) {
  const source = item.source?.value ?? '';
  switch (item.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
      return item.specifiers.length === 0
        ? [`${item.type} ${source}`]
        : item.specifiers.map((each) => `${item.type} ${source} ${nameOf(each)}`);
    case 'ExportDeclaration':
      return declaredNames(item.declaration).map((name) => `ExportNamedDeclaration  ${name}`);
    case 'ExportAllDeclaration':
    case 'ExportDefaultDeclaration':
    case 'ExportDefaultExpression':
      return [`${item.type} ${source}`];
    default:
      return [];
  }
}

const nameOf = ({ imported, exported, orig, local, name }) =>
  (exported ?? imported ?? orig ?? local ?? name)?.value ?? '*';

function declaredNames({ identifier, declarations }) {
  return declarations ? declarations.map(({ id }) => id.value ?? id.type) : [identifier.value];
}

/** The lines that only one of two descriptions has; an empty list when they agree. */
export function differences(ours, theirs) {
  return [
    ...ours.filter((line) => !theirs.includes(line)).map((line) => `ours: ${line}`),
    ...theirs.filter((line) => !ours.includes(line)).map((line) => `nest: ${line}`),
  ];
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import ts from 'typescript';
import type { KubernetesObject } from './objects.js';

/** Packages with the types of custom resources, by API group. */
const CUSTOM: Readonly<Record<string, string>> = {
  'external-secrets.io': '@kubernetes-models/external-secrets',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

const literal = ({ apiVersion, kind, ...rest }: KubernetesObject, i: number): string => {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
  const module = `${CUSTOM[group] ?? 'kubernetes-models'}/${apiVersion}`;
  const body = JSON.stringify({ apiVersion, kind, ...rest }, null, 1);
  return `import type { I${kind} as T${i} } from '${module}';\nexport const o${i}: T${i} = ${body};\n`;
};

/**
 * Compares objects with the types of the Kubernetes API: unknown keys, types, required fields and enumerations.
 * @returns the errors of each group of objects, in the order of the groups
 */
export function typeErrors(groups: readonly (readonly KubernetesObject[])[]): string[][] {
  // Inside the checkout, so that the packages are found.
  const parent = join(repositoryRoot, '.artefacts');
  mkdirSync(parent, { recursive: true });
  const dir = mkdtempSync(join(parent, 'kubernetes-types-'));
  try {
    const files = groups.map((objects, i) => {
      const file = join(dir, `group${i}.ts`);
      writeFileSync(file, objects.map(literal).join(''));
      return file;
    });
    const program = ts.createProgram(files, {
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    });
    return files.map((file) => errorsOf(program, file));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function errorsOf(program: ts.Program, file: string): string[] {
  const source = program.getSourceFile(file);
  const all = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return all.map(({ messageText, start = 0 }) => {
    const line = source!.text.slice(start).split('\n')[0]!.trim();
    return `${ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 300)} at ${line}`;
  });
}

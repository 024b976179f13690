import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { parseAllDocuments, stringify } from 'yaml';
import type { KubernetesObject } from './objects.js';

const CHART = join(repositoryRoot, 'charts/discord-relay');

export const parseObjects = (text: string): KubernetesObject[] =>
  parseAllDocuments(text).flatMap((document) => (document.toJS() as KubernetesObject | null) ?? []);

export interface Tools {
  kubectl: string;
  helm: string;
}

const run = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Objects of a folder of k8s/. */
export const kustomize = ({ kubectl }: Tools, folder: string): KubernetesObject[] =>
  parseObjects(run(kubectl, ['kustomize', join(repositoryRoot, 'k8s', folder)]));

/** Objects of an overlay with components on top of the base. */
export function kustomizeWith({ kubectl }: Tools, components: readonly string[]): KubernetesObject[] {
  const dir = mkdtempSync(join(tmpdir(), 'relay-kustomize-'));
  try {
    const path = (folder: string) => relative(dir, join(repositoryRoot, 'k8s', folder));
    const overlay = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [path('base')],
      components: components.map((name) => path(`components/${name}`)),
    };
    writeFileSync(join(dir, 'kustomization.yaml'), stringify(overlay));
    return parseObjects(run(kubectl, ['kustomize', dir]));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Objects of the chart. @throws Error with the output of Helm when it refuses the values */
export const helmTemplate = ({ helm }: Tools, values: object): KubernetesObject[] =>
  withValues(values, (file) =>
    parseObjects(run(helm, ['template', 'test', CHART, '--namespace', 'relay', '--values', file])),
  );

/** @returns the output of `helm lint`. @throws Error when it finds an error or warns */
export const helmLint = ({ helm }: Tools, values: object): string =>
  withValues(values, (file) => run(helm, ['lint', '--strict', CHART, '--values', file]));

function withValues<T>(values: object, work: (file: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'relay-values-'));
  try {
    const file = join(dir, 'values.yaml');
    writeFileSync(file, stringify(values));
    return work(file);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

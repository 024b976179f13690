// `npm run containers`: builds every image of the Dockerfile and runs the services from them as Kubernetes would: an
// unprivileged user, a read-only file system, no capabilities, a memory limit. Then docker-compose runs the demo, and podman the pods
// of k8s/overlays/dev. Ends with one line: N passed, N failed.
import { bootstrap } from './bootstrap.mjs';
import { findProgram } from './programs/debian-program.mjs';
import { findDockerCompose } from './programs/docker-compose.mjs';
import { findKubernetesTools } from './programs/kubernetes-tools.mjs';

const purpose = 'the checks of the container images';
const NETWORK_PURPOSE = 'the checks of docker-compose.yml and of k8s/overlays/dev';

/** @returns whether all of these programs of Debian packages are there; {@link findProgram} says which ones are not */
function findAll(names, purposeOfAll) {
  const paths = names.map((name) =>
    findProgram({
      name,
      packageName: name,
      key: `${name.toUpperCase()}_PATH`,
      configured: undefined,
      purpose: purposeOfAll,
    }),
  );
  return !paths.includes(undefined);
}

/** docker-compose, kubectl and helm, as far as podman can give containers a network with names. */
async function findTools() {
  if (!findAll(['netavark', 'aardvark-dns', 'iptables', 'catatonit'], NETWORK_PURPOSE)) return {};
  const { KUBECTL_PATH: kubectl, HELM_PATH: helm } = findKubernetesTools();
  return { compose: await findDockerCompose(), kubernetes: kubectl && { kubectl, helm } };
}

if (!findAll(['buildah', 'podman', 'runc', 'mmdebstrap'], purpose) || process.getuid?.() !== 0) {
  console.error(`\n*** ${purpose} are SKIPPED: they need root, buildah, podman, runc and mmdebstrap. ***\n`);
  console.log('0 passed, 0 failed');
} else {
  await bootstrap();
  const { checkContainers } = await import('../dist/test/containers/index.js');
  process.exitCode = await checkContainers(await findTools());
}

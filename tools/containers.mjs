// `npm run containers`: builds every image of the Dockerfile and runs the services from them as Kubernetes would: an
// unprivileged user, a read-only file system, no capabilities, a memory limit. Ends with one line: N passed, N failed.
import { bootstrap } from './bootstrap.mjs';
import { findProgram } from './programs/debian-program.mjs';

const purpose = 'the checks of the container images';
const programs = ['buildah', 'podman', 'runc', 'mmdebstrap'].map((name) =>
  findProgram({ name, packageName: name, key: `${name.toUpperCase()}_PATH`, configured: undefined, purpose }),
);
if (programs.includes(undefined) || process.getuid?.() !== 0) {
  console.error(`\n*** ${purpose} are SKIPPED: they need root, buildah, podman, runc and mmdebstrap. ***\n`);
  console.log('0 passed, 0 failed');
} else {
  await bootstrap();
  const { checkContainers } = await import('../dist/test/containers/index.js');
  process.exitCode = await checkContainers(process.argv.slice(2));
}

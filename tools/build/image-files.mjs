// Lays out the contents of each container image: `node tools/build/image-files.mjs OUT` creates OUT/TARGET/, the root of that image's
// own files. A program is one file, so an image needs no node_modules, no sources and no shell.
import { chmod, cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { billOfMaterials } from './bundle.mjs';
import { root } from './files.mjs';

/** The program of each target, and those of its threads; `beside` lists further files of the repository, `with` another program in the image. */
const IMAGES = {
  ingestor: { program: 'apps/ingestor/dist/bundle.js' },
  projector: { program: 'apps/projector/dist/bundle.js' },
  migrate: { program: 'apps/projector/dist/migrate.bundle.js' },
  // `kubectl exec deploy/gateway-api -- relay status` needs no further image.
  'gateway-api': {
    program: 'apps/gateway-api/dist/bundle.js',
    threads: ['apps/gateway-api/dist/export-worker.bundle.js'],
    // Nest serves the files of Swagger UI from its package.
    beside: ['apps/web/dist', 'apps/web/archive/dist', 'node_modules/swagger-ui-dist'],
    with: 'cli',
  },
  cli: {
    program: 'apps/cli/dist/bundle.js',
    threads: ['apps/cli/dist/export-encoder.bundle.js'],
    // The renderer of HTML exports.
    beside: ['apps/web/archive/dist'],
  },
  simulator: { program: 'apps/discord-simulator/dist/bundle.js' },
};

const packageOf = (program) => program.split('/').slice(0, 2).join('/');

async function addProgram(folder, program) {
  for (const file of [program, `${packageOf(program)}/package.json`]) {
    await mkdir(dirname(join(folder, 'app', file)), { recursive: true });
    await cp(join(root, file), join(folder, 'app', file));
  }
}

/** The CLI as `relay` on the PATH: a link to its bundle, which starts with a shebang for Node.js. */
async function addRelayCommand(folder) {
  const { program, threads } = IMAGES.cli;
  for (const each of [program, ...threads]) await addProgram(folder, each);
  await chmod(join(folder, 'app', program), 0o755);
  await mkdir(join(folder, 'usr/local/bin'), { recursive: true });
  await symlink(`/app/${program}`, join(folder, 'usr/local/bin/relay'));
}

/** Neither source maps nor the modules that Swagger UI's package has for bundlers. */
const isServed = (path) => !/\.map$|swagger-ui-es-bundle|\.bundle-sizes\./.test(path);

async function layOut(out, target) {
  const { program, threads = [], beside = [], with: companion } = IMAGES[target];
  const folder = join(out, target);
  for (const each of [program, ...threads]) await addProgram(folder, each);
  for (const path of beside)
    await cp(join(root, path), join(folder, 'app', path), { recursive: true, filter: isServed });
  if (target === 'cli' || companion === 'cli') await addRelayCommand(folder);
  await cp(join(root, 'LICENSE'), join(folder, 'app/LICENSE'));
  const packages = beside.filter((path) => path.startsWith('node_modules/'));
  await writeFile(join(folder, 'app/sbom.cdx.json'), await billOfMaterials([program, ...threads], packages));
}

const out = process.argv[2];
if (out) {
  await mkdir(out, { recursive: true });
  if ((await readdir(out)).length > 0) throw new Error(`${out} is not empty`);
  for (const target of Object.keys(IMAGES)) await layOut(out, target);
}

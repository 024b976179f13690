import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The Debian archive in apt's sources, in either of their formats; undefined if there is none. */
export function debianArchive(sources: string): string | undefined {
  return /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(https?:\/\/\S+\/debian\/?)(?=\s|$)/m.exec(sources)?.[1];
}

async function aptSources(): Promise<string> {
  const folder = '/etc/apt/sources.list.d';
  const parts = existsSync(folder) ? (await readdir(folder)).map((name) => join(folder, name)) : [];
  const files = ['/etc/apt/sources.list', ...parts].filter((path) => existsSync(path));
  return (await Promise.all(files.map((path) => readFile(path, 'utf8')))).join('\n');
}

/**
 * Downloads a package of a Debian release with apt, in separate folders: needs no root and installs nothing.
 * @param work an empty folder
 * @returns the folder with the files of the package
 */
export async function unpackDebianPackage(
  { name, suite }: { name: string; suite: string },
  work: string,
  signal?: AbortSignal,
): Promise<string> {
  const archive = debianArchive(await aptSources());
  if (!existsSync(KEYRING) || !archive) throw new Error('this is not Debian');
  for (const dir of ['lists/partial', 'archives/partial']) await mkdir(join(work, dir), { recursive: true });
  await writeFile(join(work, 'sources.list'), `deb [signed-by=${KEYRING}] ${archive} ${suite} main\n`);
  await writeFile(join(work, 'status'), '');
  const config = [
    `Dir::Etc::sourcelist "${work}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    `Dir::State "${work}";`,
    `Dir::State::status "${work}/status";`,
    `Dir::Cache "${work}";`,
    'APT::Sandbox::User "";',
  ];
  await writeFile(join(work, 'apt.conf'), config.join('\n'));
  const apt = {
    cwd: work,
    signal,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', APT_CONFIG: join(work, 'apt.conf') },
  };
  await run('apt-get', ['update', '-qq'], apt);
  await run('apt-get', ['download', '-qq', name], apt);
  const deb = (await readdir(work)).find((file) => file.endsWith('.deb'));
  if (!deb) throw new Error('apt-get download produced no package');
  await run('dpkg', ['-x', deb, 'unpacked'], { cwd: work });
  return join(work, 'unpacked');
}

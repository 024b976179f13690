// docs/licences.md: the licences of the packages that programs and images are made of, from package-lock.json.

/** Permissive licences: what is made of such packages may be used, changed and distributed, with their notices. */
export const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
];

/** Packages whose manifest has the licence in a form that npm does not read. */
const IN_OLD_FORM = { busboy: 'MIT', streamsearch: 'MIT', 'xmlhttprequest-ssl': 'MIT' };

const FOLDER = 'node_modules/';

/**
 * The installed packages that are not only for development.
 * @param {{ packages: Record<string, { dev?: boolean, link?: boolean, license?: string }> }} lock the parsed package-lock.json
 * @returns {{ name: string, licence: string }[]} by name, each licence of a package once; '' is no licence
 */
export function productionPackages({ packages }) {
  const found = Object.entries(packages).filter(
    ([path, { dev, link }]) => path.includes(FOLDER) && !dev && !link,
  );
  const pairs = found.map(([path, { license }]) => {
    const name = path.slice(path.lastIndexOf(FOLDER) + FOLDER.length);
    return [name, license ?? IN_OLD_FORM[name] ?? ''];
  });
  const unique = new Map(pairs.map(([name, licence]) => [`${name} ${licence}`, { name, licence }]));
  return [...unique.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The page, as Markdown. */
export function licencesPage(lock, generated) {
  const all = productionPackages(lock);
  const namesWith = (licence) => all.filter((each) => each.licence === licence).map(({ name }) => name);
  const rows = [...new Set(all.map(({ licence }) => licence))]
    .sort()
    .map((licence) => `| ${licence} | ${namesWith(licence).length} | ${namesWith(licence).join(', ')} |`);
  return [
    '# Licences',
    '',
    generated,
    '',
    'discord-relay has the MIT licence. This page lists the packages that its programs are made of, those of the local stack included',
    '(`npm start` runs binaries of Postgres and nats-server, which no image contains). A test allows only the licences below. Every',
    'image names its packages, with versions and licences, in `/app/sbom.cdx.json` (CycloneDX).',
    '',
    '| Licence | Packages | Names |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

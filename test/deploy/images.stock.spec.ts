import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');

/** The stages of the Dockerfile by name. */
const stages = new Map(
  [...`${read('Dockerfile')}\nFROM end AS end`.matchAll(/^FROM \S+ AS (\S+)$([\s\S]*?)(?=^FROM )/gm)].map(
    ([, name, body]) => [name!, body!] as const,
  ),
);

describe('the images', () => {
  const out = mkdtempSync(join(tmpdir(), 'relay-images-'));
  beforeAll(() => execFileSync(process.execPath, [join(repositoryRoot, 'tools/build/image-files.mjs'), out]));
  afterAll(() => rmSync(out, { recursive: true }));
  const TARGETS = ['ingestor', 'projector', 'migrate', 'gateway-api', 'cli', 'simulator'];

  it('the images are built for every program', () =>
    expect(readdirSync(out).sort()).toEqual([...TARGETS].sort()));

  it.each(TARGETS)('%s starts its program without a shell and has its bill of materials', (target) => {
    const stage = stages.get(target)!;
    expect(stage).toContain(`COPY --from=build /images/${target}/ /`);
    const [, program] = /^(?:CMD|ENTRYPOINT) \["node", .*"([^"]+\.js)"\]$/m.exec(stage)!;
    expect(existsSync(join(out, target, 'app', program!))).toBe(true);
    const bill = JSON.parse(readFileSync(join(out, target, 'app/sbom.cdx.json'), 'utf8')) as {
      bomFormat: string;
      components: { name: string }[];
    };
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(bill.components.map(({ name }) => name)).toContain(target === 'cli' ? 'commander' : 'zod');
  });

  it('the images hold no sources and no source maps, and of node_modules only the files of Swagger UI', () => {
    const files = readdirSync(out, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.ts$|\.map$/.test(file))).toEqual([]);
    const packages = files.filter((file) => /node_modules\/[^/]+$/.test(file));
    expect(packages).toEqual(['gateway-api/app/node_modules/swagger-ui-dist']);
  });

  it('the images that write HTML exports hold the renderer of the page', () =>
    expect(
      TARGETS.filter((target) => existsSync(join(out, target, 'app/apps/web/archive/dist/archive.js'))),
    ).toEqual(['gateway-api', 'cli']));

  it('the images name in the bill of materials what is installed beside the program', () => {
    const bill = JSON.parse(readFileSync(join(out, 'gateway-api/app/sbom.cdx.json'), 'utf8')) as {
      components: { name: string; version: string }[];
    };
    const { version } = JSON.parse(read('node_modules/swagger-ui-dist/package.json')) as { version: string };
    expect(bill.components).toContainEqual(expect.objectContaining({ name: 'swagger-ui-dist', version }));
  });

  it('the images have `relay` on the PATH of gateway-api', () => {
    const relay = readlinkSync(join(out, 'gateway-api/usr/local/bin/relay'));
    const help = execFileSync(join(out, 'gateway-api', relay), ['--help'], { cwd: out, encoding: 'utf8' });
    expect(help).toContain('projections');
  });
});

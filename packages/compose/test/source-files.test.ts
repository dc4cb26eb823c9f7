import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ComposeSource, ComposeSourceError, readComposeSource } from '../src/index.ts';
import { checkoutOf } from './checkout-folder.ts';

type Files = Readonly<Record<string, string | Buffer>>;

async function read(
  files: Files,
  request: Partial<Parameters<typeof readComposeSource>[0]> = {},
): Promise<ComposeSource> {
  await using checkout = await checkoutOf(files);
  return await readComposeSource({
    workspace: checkout.path,
    composeFiles: ['compose.yaml'],
    envFiles: [],
    ...request,
  });
}

const paths = (source: ComposeSource) => source.files.map(({ path }) => path);
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

describe('the files of a Compose stack', () => {
  it('reads one file, and .env beside it', async () => {
    const source = await read({
      'compose.yaml': 'services: { api: { image: a } }',
      '.env': 'A=1\n',
      'README.md': 'not needed',
    });
    expect(source).toMatchObject({
      projectDirectory: '.',
      composeFiles: ['compose.yaml'],
      envFiles: ['.env'],
      mounted: [],
      absent: [],
    });
    expect(source.files).toEqual([
      { path: '.env', content: Buffer.from('A=1\n'), executable: false, isReadByCompose: true },
      {
        path: 'compose.yaml',
        content: Buffer.from('services: { api: { image: a } }'),
        executable: false,
        isReadByCompose: true,
      },
    ]);
  });

  it('takes no .env where an env file is given, and the folder of the first file as the project', async () => {
    const source = await read(
      {
        'deploy/compose.yaml': 'services: { api: { image: a, volumes: ["../shared/a.conf:/a.conf"] } }',
        'more/override.yaml': 'services: { api: { env_file: api.env } }',
        'deploy/.env': 'A=1',
        'deploy/api.env': 'B=2',
        'more/api.env': 'not this one',
        'env/prod.env': 'A=2',
        'shared/a.conf': 'a',
      },
      { composeFiles: ['deploy/compose.yaml', './more/override.yaml'], envFiles: ['env/prod.env'] },
    );
    expect(source.projectDirectory).toBe('deploy');
    expect(source.composeFiles).toEqual(['compose.yaml', '../more/override.yaml']);
    expect(source.envFiles).toEqual(['../env/prod.env']);
    expect(paths(source).sort()).toEqual(
      ['compose.yaml', 'api.env', '../more/override.yaml', '../env/prod.env', '../shared/a.conf'].sort(),
    );
  });

  it('takes absolute paths of inputs that lie in the checkout', async () => {
    await using checkout = await checkoutOf({ 'compose.yaml': 'services: {}' });
    const source = await readComposeSource({
      workspace: checkout.path,
      composeFiles: [join(checkout.path, 'compose.yaml')],
      envFiles: [],
    });
    expect(source.composeFiles).toEqual(['compose.yaml']);
    await using other = await checkoutOf({});
    const link = join(other.path, 'workspace');
    await symlink(checkout.path, link);
    for (const folder of [link, checkout.path]) {
      const linked = await readComposeSource({
        workspace: link,
        composeFiles: [join(folder, 'compose.yaml')],
        envFiles: [],
      });
      expect(linked.composeFiles).toEqual(['compose.yaml']);
    }
  });

  it('follows include in all of its forms', async () => {
    const source = await read({
      'compose.yaml': `
include:
  - a/compose.yaml
  - path: b/compose.yaml
  - path: [c/compose.yaml, c/override.yaml]
    project_directory: other
    env_file: c/c.env
`,
      'a/compose.yaml': 'include: [deeper/x.yaml]\nservices: { a: { image: a, env_file: [a.env] } }',
      'a/a.env': '',
      'a/deeper/x.yaml': 'services: { x: { image: x, volumes: ["./conf:/conf"] } }',
      'a/deeper/conf/one': '1',
      'b/compose.yaml': 'services: { b: { image: b, env_file: "$NAME.env" } }',
      'b/.env': 'NAME=from-dot-env',
      'b/from-dot-env.env': '',
      'c/compose.yaml': `services: { c: { image: c, env_file: "\${NAME}.env" } }`,
      'c/override.yaml': 'services: { c: { env_file: [{ path: missing.env, required: false }] } }',
      'c/c.env': 'NAME=from-c',
      'other/from-c.env': '',
    });
    expect(paths(source)).toEqual([
      'a/a.env',
      'a/compose.yaml',
      'a/deeper/conf/one',
      'a/deeper/x.yaml',
      'b/.env',
      'b/compose.yaml',
      'b/from-dot-env.env',
      'c/c.env',
      'c/compose.yaml',
      'c/override.yaml',
      'compose.yaml',
      'other/from-c.env',
    ]);
    expect(source.mounted).toMatchObject([{ path: 'a/deeper/conf', kind: 'directory' }]);
    expect(source.absent).toEqual([
      {
        use: 'env_file',
        service: 'c',
        path: 'other/missing.env',
        required: false,
        file: 'c/override.yaml',
        line: 1,
      },
    ]);
  });

  it('follows extends into other files, whose paths start there', async () => {
    const source = await read({
      'compose.yaml': `
services:
  api:
    extends: { file: base/common.yaml, service: web }
    volumes: ["./own.conf:/etc/app.conf"]
  worker:
    extends: api
`,
      'base/common.yaml': `
services:
  web:
    extends: { file: ../root.yaml, service: root }
    env_file: web.env
    volumes: ["./app.conf:/etc/app.conf", "./web:/web:ro"]
`,
      'base/web.env': '',
      'base/web/index.html': 'hello',
      'base/app.conf': 'covered by the own one',
      'root.yaml': 'services: { root: { image: r, volumes: [{ type: bind, source: data, target: /data }] } }',
      'data/file': '',
      'own.conf': '',
    });
    expect(paths(source)).toEqual([
      'base/common.yaml',
      'base/web.env',
      'base/web/index.html',
      'compose.yaml',
      'data/file',
      'own.conf',
      'root.yaml',
    ]);
  });

  it('reads merge keys, anchors, JSON, several documents, a byte order mark and carriage returns', async () => {
    const source = await read(
      {
        'compose.yaml': `\uFEFFx-base: &base\r
  env_file: base.env\r
x-more: &more { volumes: ['./more:/more'] }\r
services:\r
  api: { <<: [*base, *more], image: a }\r
  web:\r
    <<: *base\r
    env_file: web.env\r
---\r
services: { web: { volumes: ['./late:/late'] } }\r
`,
        'more.json':
          '{\n\t"services": { "api": { "configs": ["c"] } },\n\t"configs": { "c": { "file": "./c.conf" } }\n}',
        'base.env': '',
        'web.env': '',
        'more/x': '',
        'late/x': '',
        'c.conf': '',
      },
      { composeFiles: ['compose.yaml', 'more.json'] },
    );
    expect(paths(source)).toEqual([
      'base.env',
      'c.conf',
      'compose.yaml',
      'late/x',
      'more.json',
      'more/x',
      'web.env',
    ]);
  });

  it('leaves out what !reset and !override take away', async () => {
    const source = await read(
      {
        'compose.yaml': `
services:
  api: { image: a, env_file: a.env, volumes: ['./a:/a'] }
  web: { image: w, env_file: w.env }
`,
        'override.yaml': `
services:
  api: { env_file: !reset null, volumes: !override ['./b:/b'] }
  web: !reset null
`,
        'b/x': '',
      },
      { composeFiles: ['compose.yaml', 'override.yaml'] },
    );
    expect(paths(source)).toEqual(['b/x', 'compose.yaml', 'override.yaml']);
    expect(source.absent).toEqual([]);
  });

  it('replaces variables in paths: given ones before env files, later files before earlier ones', async () => {
    const source = await read(
      {
        'compose.yaml': `
services:
  api:
    image: a
    env_file:
      - \${STAGE}.env
      - \${NONE:-default}-\${ONE}.env
      - $\${x}.env
`,
        'one.env': 'STAGE=one\nONE=1\n',
        'two.env': `STAGE=two\nGIVEN=file\nONE=\${GIVEN}\n`,
        'two.env.env': '',
        'prod.env': '',
        'default-prod.env': '',
        '${x}.env': '',
      },
      {
        envFiles: ['one.env', 'two.env'],
        variables: new Map([
          ['STAGE', 'prod'],
          ['GIVEN', 'prod'],
        ]),
      },
    );
    expect(source.absent).toEqual([]);
    expect(paths(source)).toContain('default-prod.env');
    expect(paths(source)).toContain(`\${x}.env`);
  });

  it('leaves absolute paths, the home, named volumes, build and develop to the server', async () => {
    const source = await read({
      'compose.yaml': `
include: ['oci://example.com/stack', /srv/other.yaml]
services:
  api:
    build: ./nowhere
    develop: { watch: [{ path: ./nowhere, action: sync, target: /x }] }
    extends: { file: ~/common.yaml, service: x }
    env_file: [/etc/api.env, ~/api.env]
    volumes:
      - /srv/data:/data
      - ~/data:/home
      - data:/named
      - /anonymous
      - { type: volume, source: data, target: /long }
      - { type: tmpfs, target: /tmp }
    security_opt: [no-new-privileges:true, seccomp:unconfined]
secrets:
  a: { file: /run/a }
  b: { environment: B }
  c: { external: true }
volumes: { data: }
`,
    });
    expect(paths(source)).toEqual(['compose.yaml']);
    expect(source.mounted).toEqual([]);
    expect(source.absent).toEqual([]);
  });
});

describe('what containers see of the checkout', () => {
  const stack = `
services:
  api:
    image: a
    volumes: ['./conf:/conf:ro', './run.sh:/run.sh', '.:/all', './absent:/absent']
    secrets: [key]
    security_opt: ['seccomp:./seccomp.json']
secrets:
  key:
    file: ./key.txt
  lost:
    file: lost.txt
`;
  const files = {
    'compose.yaml': stack,
    'conf/b.conf': 'b',
    'conf/a/z.conf': 'z',
    'run.sh*': '#!/bin/sh',
    'key.txt': 'secret',
    'seccomp.json': '{}',
    '.git/config': 'token',
    'sub/.git': 'gitdir: elsewhere',
  };

  it('lists it with the digest of its content', async () => {
    const { mounted, absent } = await read(files);
    expect(mounted.map(({ path, kind }) => [path, kind])).toEqual([
      ['.', 'directory'],
      ['conf', 'directory'],
      ['key.txt', 'file'],
      ['run.sh', 'file'],
      ['seccomp.json', 'file'],
    ]);
    expect(mounted[1]?.files).toEqual(['conf/a/z.conf', 'conf/b.conf']);
    expect(mounted[2]).toEqual({
      path: 'key.txt',
      kind: 'file',
      sha256: sha256('secret'),
      files: ['key.txt'],
    });
    expect(absent).toEqual([
      { use: 'bind', service: 'api', path: 'absent', required: true, file: 'compose.yaml', line: 5 },
      { use: 'secret', service: 'lost', path: 'lost.txt', required: true, file: 'compose.yaml', line: 12 },
    ]);
  });

  it('tells files that Compose reads too from those that only containers see', async () => {
    const { files: all } = await read({
      'compose.yaml':
        'include: [more/x.yaml]\nservices: { a: { image: a, env_file: a.env, volumes: [".:/all"] } }',
      'more/x.yaml': 'services: { x: { image: x, volumes: ["./data:/data"] } }',
      'more/.env': '',
      'more/data': '',
      'a.env': '',
      'b.env': '',
    });
    expect(all.filter((file) => file.isReadByCompose).map(({ path }) => path)).toEqual([
      'a.env',
      'compose.yaml',
      'more/.env',
      'more/x.yaml',
    ]);
    expect(all.filter((file) => !file.isReadByCompose).map(({ path }) => path)).toEqual([
      'b.env',
      'more/data',
    ]);
  });

  it("never takes Git's own files, in which the job's token can stand", async () => {
    const { mounted, files: read_ } = await read(files);
    expect(mounted[0]?.files).not.toContain('.git/config');
    expect(read_.map(({ path }) => path)).not.toContain('.git/config');
    expect(read_.map(({ path }) => path)).not.toContain('sub/.git');
    await expect(
      read({ ...files, 'compose.yaml': 'services: { a: { volumes: ["./.git:/git"] } }' }),
    ).rejects.toThrow("compose.yaml:1 names .git, which is Git's own");
  });

  it('changes the digest with a name, a mode or a content, and with nothing else', async () => {
    await using checkout = await checkoutOf({
      'compose.yaml': 'services: { a: { image: a, volumes: ["./d:/d", "./f:/f"] } }',
      'd/one': '1',
      'd/two': '2',
      f: 'f',
    });
    const digests = async () => {
      const { mounted } = await readComposeSource({
        workspace: checkout.path,
        composeFiles: ['compose.yaml'],
        envFiles: [],
      });
      return mounted.map((one) => one.sha256).join();
    };
    const seen = new Set([await digests()]);
    await mkdir(join(checkout.path, 'd/empty'));
    await writeFile(join(checkout.path, 'other'), 'other');
    seen.add(await digests());
    expect(seen.size).toBe(1);
    await chmod(join(checkout.path, 'd/one'), 0o755);
    seen.add(await digests());
    await writeFile(join(checkout.path, 'd/two'), 'two');
    seen.add(await digests());
    await writeFile(join(checkout.path, 'd/three'), '');
    seen.add(await digests());
    await chmod(join(checkout.path, 'f'), 0o755);
    seen.add(await digests());
    expect(seen.size).toBe(5);
  });

  it('follows links that stay in the checkout', async () => {
    await using checkout = await checkoutOf({
      'compose.yaml': 'services: { a: { image: a, volumes: ["./d:/d"] } }',
      'real/file': 'real',
      'd/x': '',
    });
    await symlink('../real/file', join(checkout.path, 'd/link'));
    await symlink('../real', join(checkout.path, 'd/folder'));
    const { files: all } = await readComposeSource({
      workspace: checkout.path,
      composeFiles: ['compose.yaml'],
      envFiles: [],
    });
    expect(all.map(({ path, content }) => [path, content.toString()])).toEqual([
      ['compose.yaml', expect.any(String)],
      ['d/folder/file', 'real'],
      ['d/link', 'real'],
      ['d/x', ''],
    ]);
  });
});

describe('what is refused', () => {
  const refused: [what: string, files: Files, sentence: RegExp][] = [
    ['text that is no YAML', { 'compose.yaml': 'a: 1\nservices: [' }, /^compose\.yaml:2 is not YAML: .*\.$/],
    [
      'a key given twice',
      { 'compose.yaml': 'services:\n  a: {}\n  a: {}' },
      /^compose\.yaml:3 sets a again, which line 2/,
    ],
    ['a list', { 'compose.yaml': '- a' }, /^compose\.yaml:1 is no Compose file/],
    [
      'services that are a list',
      { 'compose.yaml': 'services: [a]' },
      /^compose\.yaml:1 has no mapping as services/,
    ],
    [
      'a service that is text',
      { 'compose.yaml': 'services:\n  a: b' },
      /^compose\.yaml:2 has no mapping as the service a/,
    ],
    [
      'other encodings',
      { 'compose.yaml': Buffer.from([0xff, 0xfe, 0x41, 0x00]) },
      /^compose\.yaml:1 is not UTF-8/,
    ],
    ['a file too large', { 'compose.yaml': `a: ${'x'.repeat(1024 * 1024)}` }, /larger than 1 MiB/],
    [
      'a path above the checkout',
      { 'compose.yaml': 'services:\n  a:\n    env_file:\n      - ../../etc/passwd' },
      /^compose\.yaml:4 names \.\.\/\.\.\/etc\/passwd, which lies outside the checkout; .*\.$/,
    ],
    [
      'a mount above the checkout',
      { 'compose.yaml': 'services: { a: { volumes: ["./x/../..:/host"] } }' },
      /outside the checkout/,
    ],
    ['an include above it', { 'compose.yaml': 'include: [../other/compose.yaml]' }, /outside the checkout/],
    [
      'a project_directory above it',
      { 'compose.yaml': 'include: [{ path: a.yaml, project_directory: .. }]', 'a.yaml': '' },
      /outside the checkout/,
    ],
    [
      'an extends above it',
      { 'compose.yaml': 'services: { a: { extends: { file: ../b.yaml, service: b } } }' },
      /outside the checkout/,
    ],
    [
      'a variable that leads above it',
      { 'compose.yaml': `services: { a: { env_file: "\${UP}/x" } }`, '.env': 'UP=..' },
      /outside the checkout/,
    ],
    [
      'an include that is not there',
      { 'compose.yaml': '\ninclude: [b.yaml]' },
      /^compose\.yaml:2 names b\.yaml, which is not in/,
    ],
    [
      'a cycle of includes',
      { 'compose.yaml': 'include: [b.yaml]', 'b.yaml': '\ninclude: [compose.yaml]' },
      /^b\.yaml:2 includes compose\.yaml, which includes this file/,
    ],
    ['a file that includes itself', { 'compose.yaml': 'include: [compose.yaml]' }, /includes this file/],
    [
      'a cycle of extends',
      {
        'compose.yaml': 'services:\n  a: { extends: b }\n  b: { extends: { file: c.yaml, service: c } }',
        'c.yaml': 'services: { c: { extends: { file: compose.yaml, service: a } } }',
      },
      /extend itself/,
    ],
    ['a service that extends itself', { 'compose.yaml': 'services: { a: { extends: a } }' }, /extend itself/],
    [
      'an extends of nobody',
      { 'compose.yaml': 'services: { a: { extends: b } }' },
      /extends b, which this file does not define/,
    ],
    [
      'a variable that must be set',
      { 'compose.yaml': `services: { a: { env_file: "\${STAGE:?say which}.env" } }` },
      /^compose\.yaml:1 needs the variable STAGE, which is not set/,
    ],
    ['a dollar sign alone', { 'compose.yaml': 'services: { a: { env_file: "a$" } }' }, /write \$\$ for it/],
    [
      'a value of an env file, without repeating it',
      { 'compose.yaml': 'services: {}', '.env': 'A=1\nB="hunter2\n' },
      /^\.env:2 has a " that is never closed; close it\.$/,
    ],
  ];

  it.each(refused)('%s, in one sentence', async (_what, files, sentence) => {
    const error = await read(files).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ComposeSourceError);
    expect((error as Error).message).toMatch(sentence);
    expect((error as Error).message).toMatch(/^[^\n]*[^.]\.$/);
    expect((error as Error).message).not.toContain('hunter2');
  });

  it('inputs that name no file of the checkout', async () => {
    const files = { 'compose.yaml': '', 'folder/x': '' };
    for (const [path, sentence] of [
      ['nowhere.yaml', /not in the checkout/],
      ['folder', /is a folder/],
      ['../compose.yaml', /outside the checkout/],
      ['/etc/passwd', /outside the checkout/],
      ['', /outside the checkout/],
      ['a\0b', /outside the checkout/],
    ] as const) {
      await expect(read(files, { composeFiles: [path] })).rejects.toThrow(sentence);
      await expect(read(files, { envFiles: [path] })).rejects.toThrow(sentence);
    }
    await expect(read(files, { composeFiles: [] })).rejects.toThrow(/No Compose file is given/);
  });

  it('links that lead out of the checkout, wherever they stand', async () => {
    await using outside = await checkoutOf({ 'secret.env': 'A=1', 'folder/x': '' });
    for (const compose of [
      'services: { a: { env_file: link } }',
      'services: { a: { volumes: ["./link:/x"] } }',
      'services: { a: { volumes: ["./folder:/x"] } }',
      'services: { a: { volumes: ["./through/x:/x"] } }',
      'secrets: { a: { file: link } }',
      'include: [link]',
    ]) {
      await using checkout = await checkoutOf({ 'compose.yaml': compose, 'folder/x': '' });
      await symlink(join(outside.path, 'secret.env'), join(checkout.path, 'link'));
      await symlink(join(outside.path, 'secret.env'), join(checkout.path, 'folder/link'));
      await symlink(join(outside.path, 'folder'), join(checkout.path, 'through'));
      await expect(
        readComposeSource({ workspace: checkout.path, composeFiles: ['compose.yaml'], envFiles: [] }),
      ).rejects.toThrow(/^compose\.yaml:1 names .*, a link that leads out of the checkout; /);
    }
  });

  it('links that lead round in a circle or nowhere', async () => {
    await using checkout = await checkoutOf({
      'compose.yaml': 'services: { a: { volumes: ["./d:/x"] } }',
      'd/e/x': '',
    });
    const reading = () =>
      readComposeSource({ workspace: checkout.path, composeFiles: ['compose.yaml'], envFiles: [] });
    await symlink('..', join(checkout.path, 'd/e/up'));
    await expect(reading()).rejects.toThrow(/leads round in a circle/);
    await using other = await checkoutOf({
      'compose.yaml': 'services: { a: { volumes: ["./d:/x"] } }',
      'd/x': '',
    });
    await symlink('nowhere', join(other.path, 'd/link'));
    await expect(
      readComposeSource({ workspace: other.path, composeFiles: ['compose.yaml'], envFiles: [] }),
    ).rejects.toThrow(/leads nowhere/);
  });

  it('what is neither a file nor a folder, without waiting for it', async () => {
    for (const compose of [
      'services: { a: { env_file: pipe } }',
      'services: { a: { volumes: ["./d:/d"] } }',
      'include: [pipe]',
    ]) {
      await using checkout = await checkoutOf({ 'compose.yaml': compose, 'd/x': '' });
      execFileSync('mkfifo', [join(checkout.path, 'pipe'), join(checkout.path, 'd/pipe')]);
      await expect(
        readComposeSource({ workspace: checkout.path, composeFiles: ['compose.yaml'], envFiles: [] }),
      ).rejects.toThrow(/^compose\.yaml:1 names (?:d\/)?pipe, which is n/);
    }
    await using checkout = await checkoutOf({ 'compose.yaml': 'services: { a: { env_file: loop } }' });
    await symlink('loop', join(checkout.path, 'loop'));
    await expect(
      readComposeSource({ workspace: checkout.path, composeFiles: ['compose.yaml'], envFiles: [] }),
    ).rejects.toThrow('compose.yaml:1 names loop, which cannot be read (ELOOP)');
  });

  it('more than 2,000 files, and more than 50 MiB', async () => {
    const compose = 'services: { a: { volumes: ["./d:/x"] } }';
    const many = Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`d/${index}`, '']));
    await expect(read({ 'compose.yaml': compose, ...many })).rejects.toThrow(/more than 2,000 files/);
    const large = Buffer.alloc(26 * 1024 * 1024);
    await expect(read({ 'compose.yaml': compose, 'd/a': large, 'd/b': large })).rejects.toThrow(
      /more than 50 MiB/,
    );
  });

  it('includes and extends without end', async () => {
    const chain = (kind: (index: number) => string) =>
      Object.fromEntries(
        Array.from({ length: 30 }, (_, index) => [
          index === 0 ? 'compose.yaml' : `${index}.yaml`,
          kind(index),
        ]),
      );
    await expect(read(chain((index) => `include: [${index + 1}.yaml]`))).rejects.toThrow(
      /more than 20 in each other/,
    );
    await expect(
      read(chain((index) => `services: { a: { extends: { file: ${index + 1}.yaml, service: a } } }`)),
    ).rejects.toThrow(/more than 20 in each other/);
    const tree = chain((index) =>
      index > 15 ? 'services: {}' : `include: [${index + 1}.yaml, ${index + 1}.yaml]`,
    );
    await expect(read(tree)).rejects.toThrow(/500 in all/);
    const documents = Array.from(
      { length: 9 },
      () =>
        `services: { ${Array.from({ length: 9 }, (_, index) => `s${index}: { extends: s${index + 1} }`).join(', ')}, s9: {} }`,
    ).join('\n---\n');
    await expect(read({ 'compose.yaml': documents })).rejects.toThrow(/20,000 in all/);
  });
});

import { expect, test } from 'vitest';
import { ComposeCommand, type ProgramRunner, type ResolvedProject } from '../src/index.ts';

type Answer = { code?: number | undefined; stdout?: string; stderr?: string } | Error;

/** Answers by the words of a command after Docker's socket; what was asked is kept. */
function answering(answer: (words: string) => Answer) {
  const asked: string[] = [];
  const programs: ProgramRunner = {
    async exec(argv) {
      const at = argv.indexOf('unix:///run/docker.sock');
      const words = argv.slice(at + 1).join(' ');
      asked.push(words.replace(/^compose --ansi never --progress plain /, ''));
      const given = answer(words);
      if (given instanceof Error) throw given;
      return { code: 0, stdout: '', stderr: '', ...given };
    },
  };
  return { asked, compose: new ComposeCommand(programs, '/run/docker.sock') };
}

const project = {
  name: 'shop',
  services: {
    db: { image: 'db' },
    cache: { image: 'cache', depends_on: { db: { condition: 'service_started' } } },
    api: { image: 'api', depends_on: { cache: { condition: 'service_healthy' } } },
    worker: { image: 'api', deploy: { replicas: 3 } },
    'api-switch': { image: 'haproxy' },
    lonely: { image: 'x' },
  },
} satisfies ResolvedProject;
const file = { path: '/srv/shop.yaml', project };

test('the login environment has no say, and nothing else of it is touched', async () => {
  let argv: readonly string[] = [];
  const compose = new ComposeCommand(
    {
      exec: async (words) => {
        argv = words;
        return { code: 0, stdout: '', stderr: '' };
      },
    },
    '/run/docker.sock',
  );
  await compose.validate('/srv/shop.yaml');
  const docker = argv.indexOf('docker');
  expect(argv[0]).toBe('env');
  const unset = argv.slice(1, docker).filter((word) => word !== '-u');
  expect(unset).toEqual(
    expect.arrayContaining([
      ...['COMPOSE_FILE', 'COMPOSE_PROFILES', 'COMPOSE_PROJECT_NAME', 'COMPOSE_ENV_FILES', 'DOCKER_HOST'],
    ]),
  );
  for (const name of unset) expect(name).toMatch(/^(?:COMPOSE|DOCKER)_[A-Z_]+$/);
  expect(unset).not.toContain('DOCKER_CONFIG');
  expect(argv.slice(docker).join(' ')).toBe(
    'docker --host unix:///run/docker.sock compose --ansi never --progress plain --file /srv/shop.yaml --profile * config --quiet',
  );
});

test('resolves with every file and profile named, and gives the JSON alone', async () => {
  const { asked, compose } = answering(() => ({ stdout: 'Welcome {you}!\n{\n  "name": "shop"\n}\n' }));
  const json = await compose.resolve({
    ...{ projectName: 'shop', projectDirectory: '/srv', files: ['/srv/a.yaml', '/srv/b.yaml'] },
    ...{ envFiles: ['/srv/one.env', '/srv/two.env'], profiles: ['jobs'] },
  });
  expect(JSON.parse(json)).toEqual({ name: 'shop' });
  expect(asked).toEqual([
    '--project-name shop --project-directory /srv --file /srv/a.yaml --file /srv/b.yaml --env-file /srv/one.env --env-file /srv/two.env --profile jobs config --format json',
  ]);
  const mute = answering(() => ({ stdout: 'Welcome!\n' }));
  await expect(
    mute.compose.resolve({ projectName: 'shop', projectDirectory: '/srv', files: [] }),
  ).rejects.toThrow('printed no JSON');
});

test('candidates leave every other container as it is', async () => {
  const { asked, compose } = answering(() => ({}));
  const existing = new Map([
    ['db', 1],
    ['api', 1],
    ['worker', 4],
    ['lonely', 2],
  ]);
  await compose.createCandidates(file, ['api', 'worker'], existing);
  expect(asked).toEqual([
    '--file /srv/shop.yaml --profile * up --no-start --no-recreate --no-build --pull never --scale api=2 --scale cache=0 --scale db=1 --scale worker=7 api worker',
  ]);
  await compose.createCandidates(file, [], existing);
  expect(asked).toHaveLength(1);
});

test('kept services are made with their dependencies in sight, and started without', async () => {
  const { asked, compose } = answering(() => ({}));
  await compose.startKept(file, ['cache', 'worker'], new Map([['worker', 2]]));
  expect(asked).toEqual([
    '--file /srv/shop.yaml --profile * up --no-recreate --no-build --quiet-pull --no-start --scale cache=1 --scale db=0 --scale worker=2 cache worker',
    '--file /srv/shop.yaml --profile * up --no-recreate --no-build --quiet-pull --detach --no-deps --scale cache=1 --scale worker=2 cache worker',
  ]);
});

test('switches are replaced alone, and depend on nothing', async () => {
  const { asked, compose } = answering(() => ({}));
  await compose.upSwitches(file, ['api-switch']);
  expect(asked).toEqual([
    '--file /srv/shop.yaml --profile * up --detach --no-deps --no-build --pull never api-switch',
  ]);
  await expect(compose.upSwitches(file, ['api'])).rejects.toThrow('api must not have depends_on');
});

test('hashes are read by service, whatever else is printed', async () => {
  const [one, two] = ['1'.repeat(64), 'a'.repeat(64)];
  const { compose } = answering(() => ({ stdout: `Last login: today\napi ${one}\ndb ${two}\n` }));
  expect([...(await compose.hashes('/srv/shop.yaml'))]).toEqual([
    ['api', one],
    ['db', two],
  ]);
});

test('a failure is one sentence with what Compose said', async () => {
  const failing = answering(() => ({
    code: 1,
    stderr: ' Container shop-a-1  Creating\nno such service: api\n',
  }));
  await expect(failing.compose.createCandidates(file, ['api'], new Map())).rejects.toMatchObject({
    name: 'ComposeError',
    message: 'Docker Compose could not create containers of api on the server: no such service: api.',
    reason: 'no such service: api',
  });
  const mute = answering(() => ({ code: 9 }));
  await expect(mute.compose.validate('/x')).rejects.toThrow(
    'Docker Compose could not check /x on the server: it ended with code 9 and gave no reason.',
  );
  const late = answering(() =>
    Object.assign(new Error("The command 'env -u'…"), { name: 'CommandTimeoutError' }),
  );
  await expect(late.compose.validate('/x', { timeoutMs: 5_000 })).rejects.toThrow(
    'Docker Compose did not check /x within 5 s; it may still be at it on the server.',
  );
  const lost = answering(() => new Error('The connection was lost.'));
  await expect(lost.compose.validate('/x')).rejects.toThrow('The connection was lost.');
});

test.each([
  ['2.26.1-4\n', { text: '2.26.1-4', major: 2, minor: 26, patch: 1 }],
  ['v5.5.1\n', { text: '5.5.1', major: 5, minor: 5, patch: 1 }],
  ['Welcome 1.2.3 !\n2.40.3+ds1\n', { text: '2.40.3+ds1', major: 2, minor: 40, patch: 3 }],
])('the version %j is read and good enough', async (stdout, version) => {
  const { asked, compose } = answering(() => ({ stdout }));
  expect(await compose.version()).toEqual(version);
  expect(asked).toEqual(['compose version --short']);
});

test.each<[string, Record<string, Answer>, RegExp]>([
  [
    'too old',
    { compose: { stdout: '2.25.0\n' } },
    /on the server is 2\.25\.0, which is too old: install the Docker Compose plugin 2\.26 or later/,
  ],
  [
    'v1 only',
    { compose: { code: 125, stderr: 'unknown flag: --short' }, old: { stdout: '1.29.2\n' } },
    /docker-compose 1\.29\.2 only, which is Compose v1 .* install the/,
  ],
  [
    'no plugin',
    { compose: { code: 125 }, old: { stdout: '2.30.0\n' } },
    /2\.30\.0 is on the server as the program docker-compose but not as the plugin/,
  ],
  ['none', { compose: { code: 1 }, old: { code: 127 } }, /The server has no "docker compose": install/],
  ['no docker', { compose: { code: 127 } }, /program docker was not found on the server/],
  ['no version', { compose: { stdout: 'dev\n' } }, /does not tell its version: install/],
])('a server is refused that has %s', async (_, answers, sentence) => {
  const { compose } = answering(
    (words) => (words.startsWith('compose') ? answers.compose : answers.old) ?? {},
  );
  await expect(compose.version()).rejects.toThrow(sentence);
});

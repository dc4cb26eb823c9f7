import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { run, waitFor } from '../../../scripts/test-tools-run.ts';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildLocalImages } from '../../../test/machine/images.ts';
import {
  ComposeCommand,
  countsByService,
  detachAliases,
  type ResolvedProject,
  runJob,
} from '../src/index.ts';
import { localPrograms } from './local-programs.ts';
import { type Services, type TestStack, testStack } from './test-stack.ts';

describeWithEngine('a released Compose file', ({ socket }) => {
  let image: string;
  beforeAll(async () => {
    ({ busybox: image } = await buildLocalImages());
  });

  const web = (says: string) => `echo ${says} >/tmp/index.html; exec busybox httpd -f -p 8080 -h /tmp`;
  const shell = (script: string) => ({ image, command: ['sh', '-c', script], stop_grace_period: '1s' });

  /** A routed service with its switch (a stand-in, which has the service's name), a worker and a database. */
  function services(stack: TestStack, color: 'blue' | 'green'): Services {
    return {
      db: { ...shell('exec sleep 100000'), networks: { default: null } },
      api: {
        ...shell(web(color)),
        labels: { 'switchyard.color': color, 'switchyard.app': stack.project, 'switchyard.role': 'service' },
        depends_on: { db: { condition: 'service_started', required: true } },
        networks: {
          default: { aliases: ['backend'] },
          switchyard: { ipv4_address: stack.slot(color === 'blue' ? 2 : 3) },
        },
      },
      'api-switch': {
        ...shell(web('switch')),
        networks: { default: { aliases: ['api', 'backend'] }, switchyard: null },
      },
      worker: {
        ...shell('trap "test -e /tmp/stay && sleep 1000; exit 0" TERM; while :; do sleep 0.1; done'),
        labels: { 'switchyard.color': color },
        networks: { default: null },
      },
    };
  }

  async function firstRelease(stack: TestStack) {
    const blue = await stack.release('blue', services(stack, 'blue'));
    await stack.compose.startKept(blue, ['db'], new Map());
    await stack.compose.upSwitches(blue, ['api-switch']);
    await stack.bringUp(blue, ['api', 'worker']);
    return blue;
  }

  async function secondRelease(stack: TestStack) {
    await firstRelease(stack);
    const old = await stack.containers();
    const green = await stack.release('green', services(stack, 'green'));
    await stack.bringUp(green, ['api', 'worker']);
    for (const { id, service } of old)
      if (service === 'api' || service === 'worker')
        await stack.engine.containers.remove(id, { force: true });
    return green;
  }

  test('gives a candidate beside the old version, which no name leads to, not even after a restart', async () => {
    await using stack = await testStack(socket);
    const blue = await firstRelease(stack);
    const before = await stack.starts();
    const green = await stack.release('green', services(stack, 'green'));

    await stack.compose.createCandidates(green, ['api', 'worker'], countsByService(await stack.containers()));

    const containers = await stack.containers();
    const seen = containers.map(
      ({ service, number, state, color }) => `${service} ${number} ${state} ${color ?? ''}`,
    );
    expect(seen.toSorted()).toEqual([
      'api 1 running blue',
      'api 2 created green',
      'api-switch 1 running ',
      'db 1 running ',
      'worker 1 running blue',
      'worker 2 created green',
    ]);
    expect(await stack.starts()).toMatchObject(before);
    const [blueHashes, greenHashes] = [
      await stack.compose.hashes(blue.path),
      await stack.compose.hashes(green.path),
    ];
    for (const { service, configHash, color } of containers)
      expect(configHash).toBe((color === 'green' ? greenHashes : blueHashes).get(service));
    expect(greenHashes.get('api')).not.toBe(blueHashes.get('api'));

    const candidate = `${stack.project}-api-2`;
    await detachAliases(stack.engine, candidate);
    const onlySwitch = async () => {
      const onDefault = await stack.addressOf(`${stack.project}-api-switch-1`, 'default');
      const inBoth = [onDefault, await stack.addressOf(`${stack.project}-api-switch-1`, 'switchyard')];
      for (const name of ['api', 'backend'])
        expect(await stack.lookUp(`${stack.project}-db-1`, name)).toEqual([onDefault]);
      // From both networks at once, so on the slots' network the name leads to no slot either.
      const fromSwitch = await stack.lookUp(`${stack.project}-api-switch-1`, 'api');
      expect(fromSwitch.length).toBeGreaterThan(0);
      expect(inBoth).toEqual(expect.arrayContaining(fromSwitch));
    };
    await onlySwitch();
    await stack.engine.containers.start(candidate);
    await onlySwitch();
    await stack.engine.containers.restart(candidate, 1);
    await onlySwitch();
    expect(await stack.addressOf(candidate, 'switchyard')).toBe(stack.slot(3));
    // Nothing is left to take away, so it is fine that it runs.
    await detachAliases(stack.engine, candidate);
    await onlySwitch();
  });

  test('is what runs: a plain up changes nothing, and the usual commands work', async () => {
    await using stack = await testStack(socket);
    const green = await secondRelease(stack);
    const before = await stack.starts();
    await stack.docker(green, 'up', '--detach');
    expect(await stack.starts()).toEqual(before);

    expect((await stack.docker(green, 'ps', '--services')).trim().split('\n').toSorted()).toEqual([
      'api',
      'api-switch',
      'db',
      'worker',
    ]);
    expect(await stack.docker(green, 'logs', 'api')).toBeTypeOf('string');
    await stack.docker(green, 'restart', 'api');
    const asked = () =>
      stack.inside(`${stack.project}-api-switch-1`, 'wget', '-q', '-O', '-', `http://${stack.slot(3)}:8080/`);
    await waitFor('the restarted service', async () => (await asked()) === 'green\n');

    await stack.docker(green, 'up', '--detach', '--force-recreate', 'api');
    expect(Object.keys(await stack.starts())).not.toEqual(Object.keys(before));
    await waitFor('the recreated service', async () => (await asked()) === 'green\n');

    await stack.docker(green, 'down', '--timeout', '0');
    expect(await stack.containers()).toEqual([]);
    const networks = await stack.engine.networks.list({
      labels: { 'com.docker.compose.project': stack.project },
    });
    expect(networks).toEqual([]);
  });

  test('leaves the fixed addresses to the slots', async () => {
    await using stack = await testStack(socket);
    const many = { ...services(stack, 'blue').db, networks: { switchyard: null }, scale: 10 };
    const file = await stack.release('many', { many });
    await stack.compose.startKept(file, ['many'], new Map());
    const addresses = await Promise.all(
      (await stack.containers()).map(({ name }) => stack.addressOf(name, 'switchyard')),
    );
    expect(new Set(addresses).size).toBe(10);
    for (const address of addresses) expect(Number(address.split('.')[3])).toBeGreaterThanOrEqual(16);
  });

  test('lets a worker drain after its client has gone, and ends with one worker whoever calls up', async () => {
    await using stack = await testStack(socket);
    await firstRelease(stack);
    const [old] = await stack.containers('worker');
    await stack.inside(old?.id ?? '', 'touch', '/tmp/stay');
    const green = await stack.release('green', services(stack, 'green'));
    await stack.bringUp(green, ['worker']);

    const asked = request({ socketPath: socket, method: 'POST', path: `/containers/${old?.id}/stop?t=3600` });
    asked.on('error', () => undefined);
    asked.end();
    await once(asked, 'finish');
    const termSeen = async () => (await stack.inside(old?.id ?? '', 'ps')).includes('sleep 1000');
    await waitFor('the worker to drain', termSeen);
    asked.destroy();
    // Longer than its own stop_grace_period of 1 s: neither that nor the client's end has killed it.
    const startedMs = performance.now();
    await waitFor('the grace period to pass', () => performance.now() - startedMs > 2_000);
    expect(await termSeen()).toBe(true);

    await stack.docker(green, 'up', '--detach', '--timeout', '1', 'worker');
    const left = await stack.containers('worker');
    const hash = (await stack.compose.hashes(green.path)).get('worker');
    expect(left.map(({ state, configHash }) => [state, configHash])).toEqual([['running', hash]]);
  });

  test('adopts what plain Compose has made, whatever the login environment says', async () => {
    await using stack = await testStack(socket);
    const source = join(stack.folder, 'plain');
    await mkdir(source);
    await writeFile(join(source, 'db.env'), 'FROM_FILE=a$$b\nQUOTED="two words"\n');
    await writeFile(join(source, 'one.env'), `IMAGE=${image}\n`);
    await writeFile(join(source, 'two.env'), 'SECRET=pa$$word\n');
    const text = `
services:
  db:
    image: \${IMAGE}
    command: [sh, -c, 'echo "$$HOME"; exec sleep 100000']
    env_file: db.env
    environment: { PASSWORD: "\${SECRET}", EMPTY: }
    volumes: [data:/data]
    stop_grace_period: 1s
  cache:
    image: \${IMAGE}
    command: sleep 100000
    depends_on: [db]
    stop_grace_period: 1s
    deploy: { replicas: 1, resources: { limits: { memory: 64M } } }
    healthcheck: { test: "true", interval: 1m30s }
  hidden: { image: nowhere, profiles: [never] }
volumes: { data: }
`;
    await writeFile(join(source, 'compose.yaml'), text);
    const plain = ['--project-directory', source, '--file', join(source, 'compose.yaml')];
    const variables = ['one.env', 'two.env'].map((name) => join(source, name));
    await run('docker', [
      ...['--host', `unix://${socket}`, 'compose', '--project-name', stack.project, ...plain],
      ...variables.flatMap((path) => ['--env-file', path]),
      ...['up', '--detach'],
    ]);
    const before = await stack.starts();

    const login = {
      ...process.env,
      ...{ COMPOSE_FILE: '/nowhere', COMPOSE_PROJECT_NAME: 'other', COMPOSE_PROFILES: 'never' },
      ...{ COMPOSE_ENV_FILES: '/nowhere.env', COMPOSE_REMOVE_ORPHANS: '1', DOCKER_HOST: 'tcp://127.0.0.1:1' },
    };
    const compose = new ComposeCommand(localPrograms(login), socket);
    const json = await compose.resolve({
      projectName: stack.project,
      projectDirectory: source,
      files: [join(source, 'compose.yaml')],
      envFiles: variables,
    });
    const project = JSON.parse(json) as ResolvedProject;
    expect(Object.keys(project.services).toSorted()).toEqual(['cache', 'db']);
    const released = await stack.release('adopted', {});
    await writeFile(released.path, json);

    const hashes = await compose.hashes(released.path);
    const containers = await stack.containers();
    expect(containers).toHaveLength(2);
    for (const { service, configHash, configFiles, workingDirectory } of containers) {
      expect([service, configHash]).toEqual([service, hashes.get(service)]);
      expect(configFiles).toEqual([join(source, 'compose.yaml')]);
      expect(workingDirectory).toBe(source);
    }
    await compose.startKept({ path: released.path, project }, ['db', 'cache'], countsByService(containers));
    expect(await stack.starts()).toEqual(before);
    await stack.docker(released, 'up', '--detach');
    expect(await stack.starts()).toEqual(before);

    // Changed meanwhile: it is left alone all the same.
    const changed = json.replace('two words', 'three words');
    expect(changed).not.toBe(json);
    await writeFile(released.path, changed);
    await compose.startKept(
      { path: released.path, project: JSON.parse(changed) as ResolvedProject },
      ['db', 'cache'],
      countsByService(containers),
    );
    expect(await stack.starts()).toEqual(before);
  });

  test('starts what is absent with the hash that a plain up expects', async () => {
    await using stack = await testStack(socket);
    const file = await stack.release('kept', {
      ...{ db: services(stack, 'blue').db ?? {}, other: services(stack, 'blue').db ?? {} },
      cache: {
        ...services(stack, 'blue').db,
        profiles: ['extra'],
        depends_on: { other: { condition: 'service_started', required: true } },
      },
    });
    await stack.compose.startKept(file, ['db'], new Map());
    const before = await stack.starts();
    await stack.compose.startKept(file, ['db', 'cache'], countsByService(await stack.containers()));
    expect(await stack.starts()).toMatchObject(before);
    const containers = await stack.containers();
    expect(containers.map(({ service, state }) => `${service} ${state}`).toSorted()).toEqual([
      'cache running',
      'db running',
    ]);
    const hashes = await stack.compose.hashes(file.path);
    for (const { service, configHash } of containers) expect(configHash).toBe(hashes.get(service));
  });

  test('runs a job in a fresh container, to its end', async () => {
    await using stack = await testStack(socket);
    const job = { ...shell('echo begins; echo "no table" >&2; exit 3'), networks: { default: null } };
    const file = await stack.release('job', {
      ...{ db: services(stack, 'blue').db ?? {} },
      job: { ...job, depends_on: { db: { condition: 'service_started', required: true } } },
    });
    await stack.compose.startKept(file, ['db'], new Map());
    const database = await stack.starts();
    const lines: string[] = [];
    const onLine = (line: string) => lines.push(line);
    const first = await runJob(stack, file, 'job', { timeoutMs: 20_000, onLine });
    expect(first).toMatchObject({ exitCode: 3, timedOut: false });
    expect(lines.toSorted()).toEqual(['begins', 'no table']);
    const [made] = await stack.containers('job');
    expect(made?.configHash).toBe((await stack.compose.hashes(file.path)).get('job'));

    const slow = await stack.release('slow', {
      ...file.project.services,
      job: { ...job, command: ['sleep', '1000'] },
    });
    const second = await runJob(stack, slow, 'job', { timeoutMs: 500, stopTimeoutSeconds: 0 });
    expect(second).toMatchObject({ exitCode: undefined, timedOut: true });
    const jobs = await stack.containers('job');
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.id).not.toBe(made?.id);
    expect(await stack.starts()).toMatchObject(database);
  });

  test('that asks for what is not there is refused in one sentence', async () => {
    await using stack = await testStack(socket);
    const file = await stack.release('no-image', { a: { image: 'switchyard-test/nowhere:1' } });
    await stack.compose.validate(file.path);
    await expect(stack.compose.createCandidates(file, ['a'], new Map())).rejects.toThrow(
      // Engine 20.10 says the half of it twice.
      /^Docker Compose could not create containers of a on the server: Error response from daemon: (no such image: \S+ )?No such image: switchyard-test\/nowhere:1\.$/,
    );
    await writeFile(file.path, 'services: {a: {image: x, foo: 1}}');
    await expect(stack.compose.validate(file.path)).rejects.toThrow(/additional propert.*foo/i);
    await expect(stack.compose.validate('/nowhere.yaml')).rejects.toThrow(
      'open /nowhere.yaml: no such file or directory.',
    );
    expect((await stack.compose.version()).major).toBeGreaterThanOrEqual(2);
  });
});

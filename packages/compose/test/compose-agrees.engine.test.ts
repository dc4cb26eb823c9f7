import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtServices, readComposeSource, writeVariablesFile } from '../src/index.ts';
import { checkoutOf } from './checkout-folder.ts';
import { composeConfig, missingCompose, readByCompose, undoubled } from './compose-cli.ts';
import { envFileText, envFileValues } from './env-file-cases.ts';
import { interpolationCases, interpolationVariables } from './interpolation-cases.ts';
import { awkwardValues } from './variables-cases.ts';

const missing = missingCompose();

describe.skipIf(missing !== undefined)(
  `Compose itself${missing === undefined ? '' : ` [${missing}]`}`,
  () => {
    it('reads back exactly the values of a file of variables', () => {
      const characters = ['\\', "'", '"', '$', '{', '}', '\n', '\r', ' ', '#', 'a', '=', '0', 'n'];
      const pairs = characters.flatMap((one) => characters.map((other) => `${one}${other}`));
      const ends = pairs.flatMap((pair) => [pair, `'${pair}`, `${pair}'`, `\\${pair}`]);
      const variables = Object.fromEntries(
        [...awkwardValues, ...ends].map((value, index) => [`V${index}`, value]),
      );
      const read = readByCompose(writeVariablesFile(Object.entries(variables)), Object.keys(variables));
      expect(read.environment).toEqual(variables);
      expect(read.interpolated).toEqual(variables);
    });

    it('reads an env file as we do', () => {
      expect(readByCompose(envFileText, []).environment).toEqual(envFileValues);
    });

    it('interpolates as we do', async () => {
      const labels = Object.fromEntries(interpolationCases.map(([text], index) => [`l${index}`, text]));
      await using checkout = await checkoutOf({
        'compose.yaml': JSON.stringify({ services: { a: { image: 'x', labels } } }),
        'variables.env': writeVariablesFile(Object.entries(interpolationVariables)),
      });
      const { services } = composeConfig(
        checkout.path,
        [join(checkout.path, 'compose.yaml')],
        [join(checkout.path, 'variables.env')],
      );
      const printed = services.a?.labels as Record<string, string>;
      expect(
        interpolationCases.map(([text], index) => [text, undoubled(printed[`l${index}`] ?? '')]),
      ).toEqual(interpolationCases);
    });

    it('resolves the paths of a stack to those that were read', async () => {
      await using checkout = await checkoutOf({
        'deploy/compose.yaml': `
include:
  - inc/compose.yaml
  - path: [two/a.yaml, two/b.yaml]
    project_directory: two-project
    env_file: two.env
x-base: &base { env_file: base.env, volumes: ['./base:/base'] }
services:
  api:
    <<: *base
    image: a
    build: .
    volumes: ['./\${STAGE}/api:/api:ro', '../shared:/shared', { type: bind, source: long, target: /long }]
    secrets: [key]
    configs: [conf]
  web:
    extends: { file: ../common/web.yaml, service: web }
    volumes: ['./web.conf:/etc/web.conf']
  bare: { <<: *base, image: b }
  gone: { image: g, build: ./gone, env_file: gone.env, volumes: ['./gone:/gone'] }
secrets: { key: { file: ./key.txt } }
configs: { conf: { file: '\${STAGE}/app.conf' } }
`,
        'over/override.yaml': `
services:
  api: { extends: { file: ext.yaml, service: ext } }
  gone: { build: !reset null, env_file: !reset null, volumes: !override ['./kept:/gone'] }
`,
        'deploy/ext.yaml': 'services: { ext: { env_file: ext.env, environment: { FROM: "ext-$STAGE" } } }',
        'deploy/ext.env': 'EXT=1',
        'deploy/base.env': 'BASE=1',
        'deploy/.env': 'STAGE=file',
        'deploy/base/x': '',
        'deploy/given/api/x': '',
        'deploy/given/app.conf': '',
        'deploy/long/x': '',
        'deploy/key.txt': '',
        'deploy/kept/x': '',
        'deploy/web.conf': '',
        'shared/x': '',
        'common/web.yaml': `
services:
  web: { image: w, env_file: web.env, volumes: ['./web.conf:/etc/web.conf', './html:/html'], extends: deeper }
  deeper: { extends: { file: deeper/deeper.yaml, service: deeper } }
`,
        'common/deeper/deeper.yaml': 'services: { deeper: { build: ., volumes: ["./d:/d"] } }',
        'common/deeper/d/x': '',
        'common/web.env': 'WEB=1',
        'common/web.conf': 'covered',
        'common/html/x': '',
        'deploy/inc/compose.yaml': 'services: { inc: { image: "$STAGE-$INC", volumes: ["./$INC:/inc"] } }',
        'deploy/inc/.env': 'INC=inc-env\nSTAGE=lower',
        'deploy/inc/inc-env/x': '',
        'deploy/two/a.yaml': 'services: { two: { image: "$TWO", env_file: two-service.env } }',
        'deploy/two/b.yaml': 'services: { two: { volumes: ["./data:/data"] } }',
        'deploy/two.env': 'TWO=two',
        'deploy/two-project/two-service.env': 'SERVICE=2',
        'deploy/two-project/data/x': '',
      });
      const variables = new Map([['STAGE', 'given']]);
      const source = await readComposeSource({
        workspace: checkout.path,
        composeFiles: ['deploy/compose.yaml', 'over/override.yaml'],
        envFiles: [],
        variables,
      });
      expect(source.absent).toEqual([]);

      // On a server: only what was read is there.
      await using server = await checkoutOf(
        Object.fromEntries([
          ...source.files.map(({ path, content }) => [join(source.projectDirectory, path), content] as const),
          ['variables.env', writeVariablesFile(variables)] as const,
        ]),
      );
      const folder = join(server.path, source.projectDirectory);
      const inFolder = (paths: readonly string[]) => paths.map((path) => join(folder, path));
      // Before and after the user's: what is given is there for the values in them, and wins.
      const given = join(server.path, 'variables.env');
      const config = composeConfig(folder, inFolder(source.composeFiles), [
        given,
        ...inFolder(source.envFiles),
        given,
      ]);

      const binds = Object.values(config.services)
        .flatMap(({ volumes = [] }) => volumes)
        .filter(({ type }) => type === 'bind')
        .map(({ source }) => source ?? '');
      const files = [config.secrets, config.configs].flatMap((named) =>
        Object.values(named ?? {}).map(({ file }) => file ?? ''),
      );
      const resolved = [...new Set([...binds, ...files].map((path) => relative(folder, path)))].sort();
      expect(resolved).toEqual(source.mounted.map(({ path }) => path).sort());
      expect(config.services.api?.environment).toEqual({ BASE: '1', EXT: '1', FROM: 'ext-given' });
      expect(config.services.web?.environment).toEqual({ WEB: '1' });
      expect(config.services.inc?.image).toBe('given-inc-env');
      expect(config.services.two?.environment).toEqual({ SERVICE: '2' });
      const built = Object.keys(config.services).filter((name) => config.services[name]?.build !== undefined);
      expect(builtServices(source)).toEqual(built.sort());
    });
  },
);

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputReader } from '#action-kit';
import { readInputs } from '../../actions/deploy-ssh-bluegreen/src/inputs.ts';
import { rolloutOf } from '../../packages/release/src/service-settings.ts';
import { usualRollout } from '../../packages/release/src/switch-in-force.ts';
import { projectRoot } from '../../scripts/project-root.ts';
import { inputVariables, readManifest } from '../runner/action-manifest.ts';

const given = {
  host: 'app.example.com',
  username: 'deploy',
  'private-key': 'any',
  'host-fingerprint': `SHA256:${'A'.repeat(43)}`,
  app: 'shop',
  image: 'shop:1',
};

test.each(['nginx', 'none'])(
  'with switch %s no limit of the watch is refused that nobody has given',
  async (kind) => {
    const manifest = await readManifest(join(projectRoot, 'actions', 'deploy-ssh-bluegreen'));
    const { variables } = inputVariables(manifest, { ...given, switch: kind }, {});
    const { wanted } = readInputs(new InputReader(variables, () => undefined));
    expect(wanted).toMatchObject({ kind: 'app', deploy: { switch: { kind } } });
  },
);

test('an app whose record is gone is treated as a deploy treats one by default', async () => {
  const manifest = await readManifest(join(projectRoot, 'actions', 'deploy-ssh-bluegreen'));
  const { variables } = inputVariables(manifest, given, {});
  const { wanted } = readInputs(new InputReader(variables, () => undefined));
  expect(wanted.kind === 'app' && rolloutOf(wanted.deploy)).toEqual(usualRollout);
});

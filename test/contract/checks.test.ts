import { describe, expect, test } from 'vitest';
import { actionFiles } from '../../scripts/checks/action-files.ts';
import type { Check } from '../../scripts/checks/check.ts';
import { imports } from '../../scripts/checks/imports.ts';
import { inputParity } from '../../scripts/checks/input-parity.ts';
import { readmes } from '../../scripts/checks/readmes.ts';
import { sharedInputs } from '../../scripts/checks/shared-inputs.ts';
import { workflows } from '../../scripts/checks/workflows.ts';
import { makeTree } from './fixture-tree.ts';
import { inputs, manifest, readme, soundAction } from './sound-action.ts';

/** A change to undefined takes the file away. */
async function problemsOf(check: Check, changes: Record<string, string | undefined> = {}): Promise<string[]> {
  await using tree = await makeTree({ ...soundAction, ...changes });
  return await check.find(tree.root);
}

const commit = '0123456789012345678901234567890123456789';
const workflow = `name: CI
on: push
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@${commit} # v7.0.1
      - run: npm test
`;

test.each([imports, actionFiles, inputParity, sharedInputs, readmes, workflows])(
  '$name finds nothing in a sound action',
  async (check) => {
    expect(await problemsOf(check, { '.github/workflows/ci.yml': workflow })).toEqual([]);
  },
);

describe('imports', () => {
  const cases: [string, Record<string, string>, string][] = [
    [
      'an action that imports another',
      { 'actions/ping/src/main.ts': "export * from '../../pong/src/main.ts';" },
      'actions/ping/src/main.ts: imports ../../pong/src/main.ts, which lies outside actions/ping/src.',
    ],
    [
      'a package that imports an action',
      { 'packages/ssh/src/a.ts': "export { x } from '../../../actions/ping/src/main.ts';" },
      'which lies outside packages/ssh/src',
    ],
    [
      'a package that imports the seam to the runner',
      { 'packages/ssh/src/a.ts': "import { run } from '#action-kit';" },
      'packages/ssh/src/a.ts: packages/ssh may not import #action-kit.',
    ],
    [
      'a switch that reaches for SSH, even lazily',
      { 'packages/switch/src/a.ts': "export const ssh = () => import('#ssh');" },
      'packages/switch may not import #ssh',
    ],
    [
      'a switch that reaches for a type of SSH',
      { 'packages/switch/src/a.ts': "import type { SshConnection } from '#ssh';" },
      'packages/switch may not import #ssh',
    ],
    [
      "GitHub's toolkit outside the seam",
      { 'packages/probe/src/a.ts': "import * as core from '@actions/core';" },
      'only packages/action-kit may import @actions/*',
    ],
    [
      'a package that is only there for tests',
      { 'packages/probe/src/a.ts': "import { test } from 'vitest';" },
      'imports vitest, which is not among the dependencies',
    ],
    [
      'code of the tests',
      { 'packages/probe/src/a.ts': "import { serve } from '../test/server.ts';" },
      'imports ../test/server.ts, which lies outside packages/probe/src',
    ],
    [
      'the inside of another package',
      { 'packages/release/src/a.ts': "export * from '#switch/src/haproxy.ts';" },
      'a package is imported by its name alone',
    ],
    [
      'a package nobody has placed',
      { 'packages/release/src/a.ts': "export * from '#pigeon';" },
      'imports #pigeon, which scripts/checks/imports.ts does not know',
    ],
    [
      'an import for its effect, which a bundle would lack',
      { 'actions/ping/src/main.ts': "import '#dirname-shim';\nimport '#probe';" },
      'imports #probe for its effect',
    ],
    [
      'a variable of the runner outside the seam',
      { 'packages/probe/src/a.ts': 'export const token = process.env.GITHUB_TOKEN;' },
      'reads a variable of the runner',
    ],
    ...[
      'const { env } = process; export const token = env.GITHUB_TOKEN;',
      'const { env: { GITHUB_TOKEN } } = process;',
      "import { env } from 'node:process';",
      "export const token = process /* the env's */ .env[`GITHUB_TOKEN`];",
      "export const token = process['env'].GITHUB_TOKEN;",
      'export const token = process.env[name];',
      'export const copy = { ...process.env };',
    ].map((source): [string, Record<string, string>, string] => [
      `a variable of the runner by ${source}`,
      { 'packages/probe/src/a.ts': source },
      'packages/probe/src/a.ts: reads a variable of the runner',
    ]),
    ...[
      "import { a /* don't */, b } from '#release';",
      "import { a } from // that's it\n'#release';",
      'export const later = () => import(`#release`);',
      "const text = '/*'; import { a } from '#release'; // */",
      "export const x = 1; import { a } from '#release';",
      "export { a } from '#release';",
      "export type * as all from '#release';",
      "import {\n  type A,\n} from '#release';",
      'const a = `$' + "{`'`}`; export const later = () => import('#release');",
      "const a = /['\"/]/; export const later = () => import('#release');",
      "let x: import('#release').X;",
    ].map((source): [string, Record<string, string>, string] => [
      `what ${source} imports`,
      { 'packages/probe/src/a.ts': source },
      'packages/probe/src/a.ts: packages/probe may not import #release',
    ]),
    ...[
      [
        "import { createRequire } from 'node:module'; createRequire(import.meta.url)('vitest');",
        'createRequire',
      ],
      ["process.getBuiltinModule('node:module').createRequire(import.meta.url)('x');", 'node:module'],
      ["export const later = () => import('#rel' + 'ease');", 'import() of a name that is computed'],
      ['export const later = () => import(`#$' + '{name}`);', 'import() of a name that is computed'],
      ["require('vitest');", 'require()'],
    ].map(([source = '', way = '']): [string, Record<string, string>, string] => [
      `that ${source} loads`,
      { 'packages/probe/src/a.ts': source },
      `packages/probe/src/a.ts: uses ${way}, by which`,
    ]),
  ];
  test.each(cases)('finds %s', async (_what, changes, problem) => {
    expect((await problemsOf(imports, changes)).join('\n')).toContain(problem);
  });

  test('finds a cycle', async () => {
    const problems = await problemsOf(imports, {
      'packages/release/src/a.ts': "export * from '#switch';",
      'packages/switch/src/a.ts': "export * from '#release';",
    });
    expect(problems.join('\n')).toContain('a cycle, release → switch → release');
  });

  test('allows what DESIGN allows', async () => {
    const all = ['switch', 'engine', 'probe', 'ssh', 'explained-error'].map(
      (name) => `export * from '#${name}';`,
    );
    const source = `${all.join('\n')}\nimport fs from 'node:fs';\nimport ssh2 from 'ssh2';\nimport type { X } from '@types/x';\n`;
    expect(await problemsOf(imports, { 'packages/release/src/a.ts': source })).toEqual([]);
  });

  test('leaves comments, texts and what only sounds alike alone', async () => {
    const source = `// import '#release';
/* import '#release'; */
export { type A, b } from './b.ts';
export const text = "import x from '#release'";
export const url = import.meta.url;
export const { host, process: own } = process.env.HOME ? read(process.env['PATH']) : rest;
export const run = (process: { uid: number }, { uid } = process, own = process) => thing.import(process.uid, { import: 1 }).require(2);
import process from 'node:process';
import type from 'node:fs';
`;
    expect(await problemsOf(imports, { 'packages/ssh/src/a.ts': source })).toEqual([]);
  });
});

describe('action-files', () => {
  test.each([
    [
      'no description of an input',
      'description: The host to ping.',
      'x: y',
      'the input host has no description',
    ],
    ['another Node', 'using: node24', 'using: node20', 'says "using: node20"'],
    ['another bundle', 'dist/ping/index.js', 'dist/pong/index.js', 'must be ../../dist/ping/index.js'],
    ['a color that GitHub does not know', 'color: blue', 'color: teal', 'branding color must be one of'],
    ['no icon', 'icon: activity', 'x: y', 'has no branding icon'],
    [
      'a name that is not kebab-case',
      '  wait-time:',
      '  waitTime:',
      'the input waitTime is not written in kebab-case',
    ],
    [
      'a required input with a default',
      'required: true',
      'required: true\n    default: x',
      'is required and has a default',
    ],
  ])('finds %s', async (_what, from, to, problem) => {
    const broken = manifest.replace(from, to);
    expect(broken).not.toBe(manifest);
    expect((await problemsOf(actionFiles, { 'actions/ping/action.yml': broken })).join('\n')).toContain(
      problem,
    );
  });

  test('finds a post file that does not exist', async () => {
    const broken = `${manifest}  post: ../../dist/ping/post/index.js\n`;
    const problems = await problemsOf(actionFiles, { 'actions/ping/action.yml': broken });
    expect(problems).toEqual([
      'actions/ping/action.yml: its post, ../../dist/ping/post/index.js, does not exist.',
    ]);
  });
});

describe('input-parity', () => {
  const both = "both.required('host'); reader.duration('wait-time')";
  test.each([
    [
      'an input that the code does not read',
      {
        'actions/ping/action.yml': manifest.replace('inputs:\n', 'inputs:\n  user:\n    description: Who.\n'),
      },
      'actions/ping/action.yml: the input user does not occur in actions/ping/src/inputs.ts.',
    ],
    [
      'an input that is not declared',
      { 'actions/ping/src/inputs.ts': inputs.replace("'host');", "'host'); reader.optionalText('user');") },
      'actions/ping/src/inputs.ts: the input user is not declared in actions/ping/action.yml.',
    ],
    [
      'an output that is not declared',
      { 'actions/ping/src/outputs.ts': "export const outputNames = ['answer', 'echo'];" },
      'actions/ping/src/outputs.ts: the output echo is not declared in actions/ping/action.yml.',
    ],
    [
      'an output that the code does not have',
      { 'actions/ping/src/outputs.ts': 'export const outputNames = [];' },
      'actions/ping/action.yml: the output answer does not occur in actions/ping/src/outputs.ts.',
    ],
    [
      'code without readInputs',
      { 'actions/ping/src/inputs.ts': 'export {};' },
      'does not export readInputs(reader)',
    ],
    [
      'code that breaks',
      { 'actions/ping/src/inputs.ts': `export function readInputs(reader) { ${both} }` },
      'both',
    ],
    ...[
      "run((runner) => runner.inputs.text('extra'));",
      'const { inputs } = runner; inputs.optionalSecret(`extra`);',
      "runner /* don't */ .inputs\n  ?.boolean('extra');",
      "runner.inputs['text']('extra');",
    ].map((source): [string, Record<string, string>, string] => [
      `an input that is read past readInputs by ${source}`,
      { 'actions/ping/src/main.ts': source },
      'actions/ping/src/main.ts: the input extra is not declared in actions/ping/action.yml.',
    ]),
    [
      'an input that a file beside main.ts reads',
      { 'actions/ping/src/ping.ts': "runner.inputs.duration('extra');" },
      'actions/ping/src/ping.ts: the input extra is not declared in actions/ping/action.yml.',
    ],
    [
      'an input by a name that is computed',
      { 'actions/ping/src/main.ts': 'runner.inputs.text(name);' },
      'actions/ping/src/main.ts: reads an input by a name that is not written there.',
    ],
  ])('finds %s', async (_what, changes, problem) => {
    expect((await problemsOf(inputParity, changes)).join('\n')).toContain(problem);
  });
});

describe('input-parity of main.ts', () => {
  test('allows declared inputs, and what only looks like one', async () => {
    const source = `runner.inputs.text('host'); inputs.app.text('x'); // runner.inputs.text('extra')
runner.inputs.finish(); const named = "runner.inputs.text('extra')"; inputs.get('extra');
`;
    expect(await problemsOf(inputParity, { 'actions/ping/src/main.ts': source })).toEqual([]);
  });
});

describe('shared-inputs', () => {
  test.each([
    ['description', 'The host to ping.', 'The host to pong.'],
    ['required', 'required: true', 'required: false'],
    ['default', 'default: 5s', 'default: 6s'],
  ])('finds another %s', async (field, from, to) => {
    const problems = await problemsOf(sharedInputs, {
      'actions/pong/action.yml': manifest.replace(from, to),
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`actions/pong/action.yml: the ${field} of input`);
  });
});

describe('shared-inputs where empty means something else', () => {
  const shared = /( {4}description: .*\n)( {4}default: 5s\n)/;
  const other = (description: string, value: string) =>
    problemsOf(sharedInputs, {
      'actions/pong/action.yml': manifest.replace(
        shared,
        (_, line: string) => `${line.trimEnd()}${description}\n${value}`,
      ),
    });

  test('allows an input without a default that says so', async () => {
    expect(await other(' Empty means as it was.', '')).toEqual([]);
  });

  test.each([
    ['no default and not a word', '', '', 'default'],
    ['a default of its own', ' Empty means as it was.', '    default: 6s\n', 'default'],
    ['another meaning', ' Else. Empty means as it was.', '', 'description'],
  ])('refuses %s', async (_, description, value, field) => {
    expect((await other(description, value)).join()).toContain(`the ${field} of input`);
  });
});

describe('readmes', () => {
  test('finds a table that is not fresh', async () => {
    const stale = readme.replace('`5s`', '`9s`');
    expect((await problemsOf(readmes, { 'actions/ping/README.md': stale })).join()).toContain(
      'npm run update-readmes',
    );
  });

  test('finds a missing marker', async () => {
    const problems = await problemsOf(readmes, { 'actions/ping/README.md': '# ping\n' });
    expect(problems.join()).toContain('lacks the lines <!-- inputs --> and <!-- /inputs -->');
  });

  test.each(['README.md', 'docs/reliability.md', 'actions/ping/README.md'])(
    'finds that %s is missing',
    async (path) => {
      expect(await problemsOf(readmes, { [path]: undefined })).toEqual([`${path}: is missing.`]);
    },
  );

  test('finds an output without a description', async () => {
    const broken = manifest.replace('description: What came back.', 'x: y');
    expect((await problemsOf(readmes, { 'actions/ping/action.yml': broken })).join()).toContain(
      'the output answer has no description',
    );
  });
});

describe('workflows', () => {
  const path = '.github/workflows/ci.yml';
  test.each([
    [
      'a context that does not exist',
      'npm test',
      `echo \${{ githb.sha }}`,
      "Unrecognized named-value: 'githb'",
    ],
    ['a key that does not exist', 'runs-on', 'runs-at', 'runs-at'],
    ['an action by its tag', `@${commit}`, '@v7', 'must be pinned by its full commit'],
    ['a pin without its version', ' # v7.0.1', '', 'must be pinned by its full commit'],
    ['an image by its tag', `actions/checkout@${commit} # v7.0.1`, 'docker://alpine:3.22', 'by its digest'],
    ['a local path', `actions/checkout@${commit} # v7.0.1`, './actions/ping', 'write $/ instead of ./'],
    [
      'an action of ours that does not exist',
      `actions/checkout@${commit}`,
      '$/actions/pong',
      'does not exist',
    ],
    ['a token without limits', 'permissions:\n  contents: read\n', '', 'has no top-level permissions'],
    [
      'an input that our own action does not have',
      `- uses: actions/checkout@${commit} # v7.0.1`,
      '- uses: $/actions/ping\n        with:\n          host: x\n          hots: y',
      'hots',
    ],
  ])('finds %s', async (_what, from, to, problem) => {
    const broken = workflow.replace(from, to);
    expect(broken).not.toBe(workflow);
    expect((await problemsOf(workflows, { [path]: broken })).join('\n')).toContain(problem);
  });

  const step = `- uses: actions/checkout@${commit} # v7.0.1`;
  const unpinned = `${path}:9: actions/checkout@v7 must be pinned by its full commit, with "# vX.Y.Z" behind it.`;
  test.each([
    ['in braces', '- { uses: actions/checkout@v7 }', unpinned],
    ['with a key in quotes', '- "uses": actions/checkout@v7', unpinned],
    ['in JSON', '- {"uses": "actions/checkout@v7"} # v7.0.1', unpinned],
    ['on the line after', '- uses:\n          actions/checkout@v7', unpinned.replace(':9:', ':10:')],
    [
      'behind a name',
      '- name: uses\n        uses: !!str actions/checkout@v7',
      unpinned.replace(':9:', ':10:'),
    ],
    ['a local one in braces', '- { uses: ./actions/ping }', 'write $/ instead of ./'],
  ])('finds a step that is not pinned, written %s', async (_what, line, problem) => {
    const broken = workflow.replace(step, line);
    expect(broken).not.toBe(workflow);
    expect((await problemsOf(workflows, { [path]: broken })).join('\n')).toContain(problem);
  });

  test('finds a workflow that is called and a step of a composite action that are not pinned', async () => {
    const caller = `${workflow}  call: { uses: owner/repo/.github/workflows/x.yml@main }\n`;
    expect((await problemsOf(workflows, { [path]: caller })).join('\n')).toContain(
      'owner/repo/.github/workflows/x.yml@main must be pinned',
    );
    const composite = `name: X\ndescription: X.\nruns:\n  using: composite\n  steps: [{ uses: a/b@v1 }]\n`;
    expect((await problemsOf(workflows, { 'action.yml': composite })).join('\n')).toContain(
      'action.yml:5: a/b@v1 must be pinned',
    );
  });

  test('allows a pin in braces, its version behind it', async () => {
    const line = `- { uses: "actions/checkout@${commit}" } # v7.0.1`;
    expect(await problemsOf(workflows, { [path]: workflow.replace(step, line) })).toEqual([]);
  });

  test('allows an image that is pinned by its digest, with its tag or without', async () => {
    const digest = `sha256:${'0a'.repeat(32)}`;
    for (const image of ['alpine', 'ghcr.io/owner/image:v1']) {
      const line = `- uses: docker://${image}@${digest}`;
      expect(await problemsOf(workflows, { [path]: workflow.replace(step, line) })).toEqual([]);
    }
  });

  test.each([
    ['of the workflow', 'permissions:\n  contents: read\n', 'permissions: write-all\n'],
    ['of the workflow, in quotes', 'permissions:\n  contents: read\n', "'permissions': 'write-all'\n"],
    ['of a job', 'runs-on: ubuntu-24.04\n', 'runs-on: ubuntu-24.04\n    permissions: write-all\n'],
  ])('finds a token that may write everything, %s', async (_what, from, to) => {
    const broken = workflow.replace(from, to);
    expect(broken).not.toBe(workflow);
    expect((await problemsOf(workflows, { [path]: broken })).join('\n')).toContain(
      'permissions: write-all lets its token do anything',
    );
  });

  test('finds permissions that are only in a comment or in a script', async () => {
    const broken = workflow
      .replace('permissions:\n  contents: read\n', '# permissions: none\n')
      .replace('npm test', '|\n          permissions: none');
    expect((await problemsOf(workflows, { [path]: broken })).join('\n')).toContain(
      'has no top-level permissions',
    );
  });

  test('finds a mistake in action.yml', async () => {
    const problems = await problemsOf(workflows, {
      'actions/ping/action.yml': manifest.replace('main:', 'maim:'),
    });
    expect(problems.join('\n')).toContain("Unexpected value 'maim'");
  });
});

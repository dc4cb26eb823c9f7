/** The smallest action that every check accepts; a test breaks one thing at a time. */
export const manifest = `name: Ping
description: Pings a host.
branding:
  icon: activity
  color: blue
inputs:
  host:
    description: The host to ping.
    required: true
  wait-time:
    description: How long to wait, such as "5s".
    default: 5s
outputs:
  answer:
    description: What came back.
runs:
  using: node24
  main: ../../dist/ping/index.js
`;

export const readme = `# ping

<!-- inputs -->
| Input | What it is | Default |
| --- | --- | --- |
| \`host\` | The host to ping. | required |
| \`wait-time\` | How long to wait, such as "5s". | \`5s\` |
<!-- /inputs -->

<!-- outputs -->
| Output | What it is |
| --- | --- |
| \`answer\` | What came back. |
<!-- /outputs -->
`;

export const inputs = `export function readInputs(reader: any) {
  const host = reader.required('host');
  const waitMs = reader.duration('wait-time');
  reader.finish();
  return { host, waitMs };
}
`;

export const soundAction: Readonly<Record<string, string>> = {
  'package.json':
    '{"type":"module","dependencies":{"ssh2":"1"},"devDependencies":{"@types/x":"1","vitest":"1"}}',
  'actions/ping/action.yml': manifest,
  'actions/ping/README.md': readme,
  'actions/ping/src/main.ts':
    "import { readInputs } from './inputs.ts';\nimport { run } from '#action-kit';\nrun();\nreadInputs({});\n",
  'actions/ping/src/inputs.ts': inputs,
  'actions/ping/src/outputs.ts': "export const outputNames = ['answer'];\n",
  'dist/ping/index.js': '',
  'README.md': `# Ping

<!-- figures -->
Not measured yet: \`npm run bench\` measures, \`npm run update-readmes\` writes the figures here.
<!-- /figures -->
`,
  'docs/reliability.md': `# Reliability

<!-- faults -->
Not measured yet: \`npm run test:faults -- --out test/faults/results.json\` measures, \`npm run update-readmes\` writes the table here.
<!-- /faults -->
`,
};

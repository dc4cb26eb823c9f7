import { describe, expect, it } from 'vitest';
import { builtServices, lineOf, readComposeSource } from '../src/index.ts';
import { checkoutOf } from './checkout-folder.ts';

await using checkout = await checkoutOf({
  'compose.yaml': `include: [more/included.yaml]
x-base: &base
  container_name: shared
  restart: always
services:
  api:
    extends: { file: base.yaml, service: web }
    build: .
    labels:
      - traefik.enable=true
      - switchyard.port=8000
    ports: ['80:80', '81:81/udp']
  worker:
    <<: *base
    image: w
    networks: { front: { ipv4_address: 10.0.0.1 } }
  db:
    build: ./db
  cache:
    build:
  web-switch: null
`,
  'override.yaml': `services:
  api:
    labels:
      switchyard.port: 9000
  db:
    build: !reset null
networks:
  front: { driver: bridge }
`,
  'base.yaml': `services:
  web:
    container_name: web
    network_mode: host
    restart: "no"
`,
  'more/included.yaml': `services:
  included: { build: { context: . }, container_name: inc }
  child: { extends: included }
`,
});
const source = await readComposeSource({
  workspace: checkout.path,
  composeFiles: ['compose.yaml', 'override.yaml'],
  envFiles: [],
});

describe('the line of a key', () => {
  it.each([
    ['services.api.build', 'compose.yaml', 8],
    ['services.api.container_name', 'base.yaml', 3],
    ['services.api.network_mode', 'base.yaml', 4],
    ['services.worker.container_name', 'compose.yaml', 3],
    ['services.worker.networks.front.ipv4_address', 'compose.yaml', 16],
    ['services.api.ports.1', 'compose.yaml', 12],
    ['services.included.container_name', 'more/included.yaml', 2],
    ['services.child.container_name', 'more/included.yaml', 2],
    ['services.api', 'override.yaml', 2],
    ['services.web-switch', 'compose.yaml', 21],
    ['networks.front.driver', 'override.yaml', 8],
    ['x-base.restart', 'compose.yaml', 4],
  ])('%s stands in %s:%i', (path, file, line) => {
    expect(lineOf(source, path.split('.'))).toEqual({ file, line });
  });

  it('is that of a label in both ways to write them, the last file first', () => {
    const label = (name: string) => lineOf(source, ['services', 'api', 'labels', name]);
    expect(label('switchyard.port')).toEqual({ file: 'override.yaml', line: 4 });
    expect(label('traefik.enable')).toEqual({ file: 'compose.yaml', line: 10 });
    expect(label('traefik')).toBeUndefined();
  });

  it('is unknown where nothing sets it, and where a later file took it away', () => {
    for (const path of [
      ['services', 'api', 'nothing'],
      ['services', 'nobody', 'image'],
      ['services', 'api', 'ports', '7'],
      ['services', 'api', 'build', 'context'],
      ['services', 'db', 'build'],
      ['toString'],
      [],
    ]) {
      expect(lineOf(source, path), path.join('.')).toBeUndefined();
    }
  });
});

describe('the services that the project builds', () => {
  it('are those with a build in any file, through include and extends, unless it is taken away', () => {
    expect(builtServices(source)).toEqual(['api', 'child', 'included']);
  });
});

import { expect, it } from 'vitest';
import { markedHost } from '../src/connect-to-server.ts';

const marked = (host: string) => `<switchyard-docker-host>${host}</switchyard-docker-host>`;

it.each([
  [`${marked('unix:///var/run/docker.sock')}\n`, 'unix:///var/run/docker.sock'],
  [`Welcome\nunix:///nowhere.sock\nno end${marked('unix:///run/a.sock')}\nbye`, 'unix:///run/a.sock'],
  [marked('tcp://10.0.0.9\r\n::error::\u0007x'), 'tcp://10.0.0.9 ::error:: x'],
  [marked(''), ''],
  ['unix:///var/run/docker.sock\n', ''],
  ['', ''],
])('%j names %j', (stdout, host) => {
  expect(markedHost(stdout)).toBe(host);
});

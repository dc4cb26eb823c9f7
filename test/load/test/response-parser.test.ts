import { describe, expect, it } from 'vitest';
import { type ResponseHead, ResponseParser } from '../response-parser.ts';

function parse(pieces: string[]) {
  const answers: { head: ResponseHead; body: string }[] = [];
  let body = '';
  const upgrades: string[] = [];
  const parser = new ResponseParser(
    {
      body: (chunk) => {
        body += chunk.toString('latin1');
      },
      end: (head) => {
        answers.push({ head, body });
        body = '';
      },
      upgrade: (_, rest) => upgrades.push(rest.toString('latin1')),
    },
    'x-app-version',
  );
  for (const piece of pieces) {
    const shared = Buffer.from(piece, 'latin1');
    parser.write(shared);
    // The connection reads into the same buffer again: nothing may still point into it.
    shared.fill(0);
  }
  return { answers, upgrades, parser };
}

const twoAnswers =
  'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n' +
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-App-Version: v1\r\n\r\nhello' +
  'HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\nx-app-version: v2\r\nconnection: close\r\n\r\n' +
  '3\r\nabc\r\n2;x=1\r\nde\r\n0\r\ntrailer: yes\r\n\r\n';

describe('ResponseParser', () => {
  it.each([1, 2, 7, 50, 1_000])('reads answers that arrive in pieces of %i bytes', (size) => {
    const pieces = twoAnswers.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    const { answers, parser } = parse(pieces);
    expect(answers.map(({ head, body }) => [head.status, head.version, head.keepAlive, body])).toEqual([
      [200, 'v1', true, 'hello'],
      [201, 'v2', false, 'abcde'],
    ]);
    expect(parser.idle).toBe(true);
  });

  it('ends a body without a length at the end of the connection only', () => {
    const { answers, parser } = parse(['HTTP/1.1 200 OK\r\nx-app-version: v1\r\n\r\nsome']);
    expect(answers).toEqual([]);
    expect(parser.finish()).toBe(true);
    expect(answers[0]?.body).toBe('some');
  });

  it('does not take half a body for a whole one', () => {
    const { answers, parser } = parse(['HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome']);
    expect(parser.finish()).toBe(false);
    expect(answers).toEqual([]);
  });

  it('hands over what follows an upgrade', () => {
    const { upgrades } = parse(['HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n\x81\x01a']);
    expect(upgrades).toEqual(['\x81\x01a']);
  });

  it.each([
    'SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n',
    'HTTP/1.1 999 No\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: -4\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}`,
  ])('refuses %j', (text) => {
    expect(() => parse([text])).toThrow(expect.objectContaining({ name: 'MalformedResponseError' }));
  });
});

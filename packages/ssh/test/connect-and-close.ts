// Run as a process of its own, to see that it ends by itself: the target as JSON on stdin.
import { text } from 'node:stream/consumers';
import { connect, type SshTarget } from '../src/index.ts';

const target = JSON.parse(await text(process.stdin)) as SshTarget & { jump?: SshTarget; socket: string };
const connection = await connect(target, {
  connectTimeoutMs: 10_000,
  ...(target.jump ? { jump: target.jump } : {}),
});
const socket = await connection.openUnixSocket(target.socket);
socket.setTimeout(60_000);
await connection.files();
await connection.exec(['true']);
await connection.close();
process.stdout.write('closed');

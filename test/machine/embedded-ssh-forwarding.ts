import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { ServerChannel } from 'ssh2';

/**
 * Connects a forwarded channel with what it leads to; either side's end is passed on by itself, as sshd does. The
 * channel is refused when nothing answers.
 *
 * @returns the socket, to be destroyed with the connection that it was opened for
 */
export function forward(
  to: { host: string; port: number } | { path: string },
  accept: () => ServerChannel,
  reject: () => void,
): Socket {
  const target: NetConnectOpts = { ...to, allowHalfOpen: true };
  const socket = connect(target);
  socket.once('error', reject);
  socket.once('connect', () => {
    socket.off('error', reject);
    socket.setNoDelay(true);
    join(socket, accept());
  });
  return socket;
}

function join(socket: Socket, channel: ServerChannel): void {
  channel.on('error', () => undefined);
  channel.pipe(socket);
  socket.pipe(channel, { end: false });
  let isClientDone = false;
  channel.once('end', () => {
    isClientDone = true;
    if (socket.readableEnded) channel.end();
  });
  socket.once('end', () => {
    if (isClientDone) channel.end();
    // end() would close both directions of ssh2's channel; an empty write comes after all that is still to be sent.
    else channel.write(Buffer.alloc(0), () => channel.eof());
  });
  // Whoever broke off: the client shall see that what it has read is not all.
  socket.on('error', () => channel.close());
  // ssh2 frees a channel when its data have been read to the end.
  socket.once('close', () => channel.resume());
  // What the client sent before it closed still arrives.
  channel.once('close', () => socket.destroySoon());
}

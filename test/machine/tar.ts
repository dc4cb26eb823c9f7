/** One member of an archive: a file, a folder (name ends in `/`) or a symbolic link. */
export interface TarEntry {
  name: string;
  mode?: number;
  data?: Buffer;
  linkTo?: string;
  uid?: number;
}

/** A POSIX ustar archive in memory, the same bytes for the same entries. @throws Error for names over 100 bytes. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    if (Buffer.byteLength(entry.name) > 100) throw new Error(`The name ${entry.name} is too long for a tar.`);
    const data = entry.data ?? Buffer.alloc(0);
    const isFolder = entry.name.endsWith('/');
    const header = Buffer.alloc(512);
    const octal = (value: number, at: number, size: number) =>
      header.write(`${value.toString(8).padStart(size - 1, '0')}\0`, at, 'ascii');
    header.write(entry.name, 0, 'utf8');
    octal(entry.mode ?? (isFolder ? 0o755 : 0o644), 100, 8);
    octal(entry.uid ?? 0, 108, 8);
    octal(entry.uid ?? 0, 116, 8);
    octal(data.length, 124, 12);
    octal(0, 136, 12);
    header.write(' '.repeat(8), 148, 'ascii');
    header.write(entry.linkTo !== undefined ? '2' : isFolder ? '5' : '0', 156, 'ascii');
    if (entry.linkTo !== undefined) header.write(entry.linkTo, 157, 'utf8');
    header.write('ustar\x0000', 257, 'latin1');
    let sum = 0;
    for (const byte of header) sum += byte;
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
    parts.push(header, data, Buffer.alloc((512 - (data.length % 512)) % 512));
  }
  parts.push(Buffer.alloc(1024));
  return Buffer.concat(parts);
}

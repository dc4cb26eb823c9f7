import { allAnswered, type SftpRequests, type Task } from './remote-files-requests.ts';

export const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** 512 KiB with the usual requests: more would keep a slow line so busy that the keep-alive's answers come too late. */
const WRITES_UNDER_WAY = 16;
const READS_UNDER_WAY = 32;

/**
 * The kernel fills one page (4 KiB) with whole lines for one read of a file in /proc, so that a larger read ends
 * somewhere before the page does; half a page always comes in full, and the next offset is known beforehand.
 */
const READ_OF_UNKNOWN_SIZE_BYTES = 2 * 1024;

/**
 * Writes the whole content and closes the handle, in one round trip up to 512 KiB.
 * @param exactly gives the file this mode, whatever the umask, and brings it to the disk where the server offers that
 */
export async function fill(
  requests: SftpRequests,
  task: Task,
  handle: Buffer,
  data: Buffer,
  exactly?: { mode: number },
): Promise<void> {
  const answers: Promise<void>[] = [];
  const send = (answer: Promise<void>) => {
    answer.catch(() => {});
    answers.push(answer);
  };
  if (exactly) send(requests.chmod(task, handle, exactly.mode));
  const { chunkBytes } = requests;
  for (let offset = 0; offset < data.length; offset += chunkBytes) {
    if (answers.length >= WRITES_UNDER_WAY && !(await isGood(answers.at(-WRITES_UNDER_WAY)))) break;
    send(requests.write(task, handle, data.subarray(offset, offset + chunkBytes), offset));
  }
  if (exactly && requests.offers('fsync@openssh.com', '1')) send(requests.sync(task, handle));
  send(requests.close(task, handle));
  await allAnswered(answers);
}

/** The whole content, in one round trip up to 32 KiB. */
export async function readAll(requests: SftpRequests, task: Task, handle: Buffer): Promise<Buffer> {
  const [{ size = 0 }, first] = await Promise.all([
    requests.statOpen(task, handle),
    requests.read(task, handle, requests.chunkBytes, 0),
  ]);
  if (size > MAX_FILE_BYTES) throw tooLarge(requests, task);
  const parts = [first];
  let offset = first.length;
  let isAtEnd = first.length === 0;
  // Files in /proc have no size: they end where nothing more comes.
  const chunkBytes = Math.min(requests.chunkBytes, size > 0 ? Infinity : READ_OF_UNKNOWN_SIZE_BYTES);
  while (!isAtEnd && !(size > 0 && offset >= size)) {
    const start = offset;
    const left = size > 0 ? Math.ceil((size - start) / chunkBytes) : READS_UNDER_WAY;
    const answers = await Promise.all(
      Array.from({ length: Math.min(left, READS_UNDER_WAY) }, (_, index) =>
        requests.read(task, handle, chunkBytes, start + index * chunkBytes),
      ),
    );
    for (const answer of answers) {
      parts.push(answer);
      offset += answer.length;
      isAtEnd = answer.length === 0;
      // After a short answer the next one would leave a gap.
      if (answer.length < chunkBytes) break;
    }
    if (offset > MAX_FILE_BYTES) throw tooLarge(requests, task);
  }
  return Buffer.concat(parts);
}

export function tooLarge(requests: SftpRequests, task: Task): Error {
  return requests.failed(task, `it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`);
}

function isGood(answer: Promise<void> | undefined): Promise<boolean> {
  return Promise.resolve(answer).then(
    () => true,
    () => false,
  );
}

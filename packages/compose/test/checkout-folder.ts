import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A checkout for one test: `await using checkout = await checkoutOf({ 'compose.yaml': '…' })`. */
export interface CheckoutFolder extends AsyncDisposable {
  readonly path: string;
}

/** Files by their paths; one whose path ends in `*` is executable. */
export async function checkoutOf(files: Readonly<Record<string, string | Buffer>>): Promise<CheckoutFolder> {
  const path = await mkdtemp(join(tmpdir(), 'compose-checkout-'));
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name.replace(/\*$/, ''));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    if (name.endsWith('*')) await chmod(file, 0o755);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

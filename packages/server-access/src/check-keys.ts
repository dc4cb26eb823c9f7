import { ExplainedError } from '#explained-error';
import type { ServerAccess } from './access-inputs.ts';

/** What can be told from the key and the known hosts alone is told before a connection is opened. */
export async function checkKeys({ ssh: { target, jump } }: ServerAccess): Promise<void> {
  const { checkKnownHosts, checkPrivateKey } = await import('#ssh');
  for (const one of jump ? [target, jump] : [target]) {
    await checkPrivateKey(one.privateKey, one.passphrase).catch((error: unknown) => {
      throw one === jump && one.privateKey !== target.privateKey ? asJumpKeyError(error) : error;
    });
    if ('knownHosts' in one.hostKey) checkKnownHosts(one.hostKey.knownHosts, one.host, one.port);
  }
}

/** The same sentence with the names that the jump host's inputs have. */
function asJumpKeyError(error: unknown): unknown {
  if (!(error instanceof ExplainedError)) return error;
  const sentence = error.message.replaceAll(
    /(?<![\w-])private-key|^passphrase|(?<=set )passphrase/g,
    'jump-$&',
  );
  return new ExplainedError(sentence, { cause: error });
}

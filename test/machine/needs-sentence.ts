export interface NamedPart {
  /** As a sentence names it. */
  name: string;
  /** The package of Debian and Ubuntu that brings it. */
  package: string;
}

/** What is missing on a machine, and cannot be installed by us. */
export interface Lacking {
  parts: readonly NamedPart[];
  /** A socket of an Engine that this user may not use. */
  forbidden?: { socket: string; username: string };
}

/** What to do about all of it, in one sentence; undefined when nothing is lacking. */
export function needsSentence({ parts: lacking, forbidden }: Lacking): string | undefined {
  const problems: string[] = [];
  const remedies: string[] = [];
  if (lacking.length > 0) {
    const packages = [...new Set(lacking.map((part) => part.package))].join(' ');
    problems.push(`this machine lacks ${listed(lacking.map(({ name }) => name))}`);
    remedies.push(
      `install ${lacking.length > 1 ? 'them' : 'it'} (on Debian or Ubuntu: sudo apt-get install ${packages})`,
    );
  }
  if (forbidden) {
    const { socket, username } = forbidden;
    problems.push(`the user '${username}' may not use ${socket}`);
    remedies.push(`add this user to its group (sudo usermod -aG docker ${username}) and log in anew`);
  }
  if (problems.length === 0) return undefined;
  const sentence = `${problems.join(', and ')}: ${remedies.join(', ')}, then run this again.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const COMMANDS = new Set(
  `add-mask add-matcher add-path debug echo endgroup error group internal-set-repo-path notice remove-matcher
  save-state set-env set-output stop-commands warning`.split(/\s+/),
);

/**
 * Finds the command in a line of output, in both syntaxes that actions/runner obeys (ActionCommand.cs):
 * `::name key=value::data` at the start of the line, and the older `##[name key=value;]data` anywhere in it.
 */
export function parseCommand(line: string, extraNames: readonly string[] = []): WorkflowCommand | undefined {
  const isKnown = (name: string) => COMMANDS.has(name.toLowerCase()) || extraNames.includes(name);
  const modern = /^::([^:\s]+?)(?:\s+(.*?))?::(.*)$/.exec(line.trim());
  if (modern?.[1] !== undefined && isKnown(modern[1])) {
    return {
      name: modern[1],
      properties: readProperties(modern[2] ?? '', ','),
      data: unescapeData(modern[3] ?? ''),
    };
  }
  const old = /##\[([^\s\]]+)(?:\s+([^\]]*))?\](.*)$/.exec(line);
  if (old?.[1] === undefined || !isKnown(old[1])) return undefined;
  return { name: old[1], properties: readProperties(old[2] ?? '', ';'), data: unescapeData(old[3] ?? '') };
}

function readProperties(text: string, separator: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const part of text.split(separator)) {
    const equals = part.indexOf('=');
    if (equals > 0) properties[part.slice(0, equals).trim()] = unescapeProperty(part.slice(equals + 1));
  }
  return properties;
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

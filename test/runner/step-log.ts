import { parseCommand, type WorkflowCommand } from './workflow-commands.ts';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly properties: Readonly<Record<string, string>>;
}

const ANNOTATIONS_PER_LEVEL = 10;
const ANNOTATION_CHARACTERS = 4096;

/** Takes a step's output line by line, obeys its workflow commands and keeps what the log would show. */
export class StepLog {
  readonly lines: string[] = [];
  readonly annotations: Annotation[] = [];
  /** Annotations beyond 10 of a level, and messages beyond 4096 characters: GitHub loses them. */
  droppedAnnotations = 0;
  cutAnnotations = 0;
  /** Values set by `::set-output::` and `::save-state::`, the deprecated way. */
  readonly outputs = new Map<string, string>();
  readonly state = new Map<string, string>();
  /** What makes the runner fail a step although its process ended with 0. */
  readonly fatal: string[] = [];
  readonly #secrets = new Set<string>();
  readonly #isDebug: boolean;
  #resumeToken: string | undefined;
  #openGroups = 0;

  constructor(options: { isDebug: boolean; secrets?: readonly string[] }) {
    this.#isDebug = options.isDebug;
    for (const secret of options.secrets ?? []) this.#addMask(secret);
  }

  take(rawLine: string): void {
    const token = this.#resumeToken;
    const command = parseCommand(rawLine, token === undefined ? [] : [token]);
    if (token !== undefined) {
      if (command?.name === token) this.#resumeToken = undefined;
      else this.#show(rawLine);
    } else if (command === undefined) this.#show(rawLine);
    else this.#obey(command);
  }

  annotate(level: Annotation['level'], rawMessage: string, properties: Record<string, string> = {}): void {
    const message = this.mask(rawMessage);
    this.#show(`##[${level}]${rawMessage}`);
    if (this.annotations.filter((other) => other.level === level).length >= ANNOTATIONS_PER_LEVEL) {
      this.droppedAnnotations += 1;
      return;
    }
    if (message.length > ANNOTATION_CHARACTERS) this.cutAnnotations += 1;
    this.annotations.push({ level, message: message.slice(0, ANNOTATION_CHARACTERS), properties });
  }

  mask(text: string): string {
    let masked = text;
    for (const secret of [...this.#secrets].sort((a, b) => b.length - a.length)) {
      masked = masked.replaceAll(secret, '***');
    }
    return masked;
  }

  get hasOpenGroup(): boolean {
    return this.#openGroups > 0;
  }

  #obey({ name, properties, data }: WorkflowCommand): void {
    switch (name.toLowerCase()) {
      case 'error':
      case 'warning':
      case 'notice':
        this.annotate(name.toLowerCase() as Annotation['level'], data, { ...properties });
        break;
      case 'add-mask':
        if (data.trim() === '') this.annotate('warning', "Can't add secret mask for empty string.");
        else this.#addMask(data);
        break;
      case 'stop-commands':
        this.#resumeToken = data;
        break;
      case 'group':
        this.#openGroups = 1;
        this.#show(`##[group]${data}`);
        break;
      case 'endgroup':
        this.#openGroups = 0;
        this.#show('##[endgroup]');
        break;
      case 'debug':
        if (this.#isDebug) this.#show(`##[debug]${data}`);
        break;
      case 'set-output':
      case 'save-state':
        this.annotate('warning', `The \`${name}\` command is deprecated and will be disabled soon.`);
        (name === 'set-output' ? this.outputs : this.state).set(properties.name ?? '', data);
        break;
      case 'set-env':
      case 'add-path':
        this.fatal.push(`The \`${name}\` command is disabled.`);
        this.annotate('error', `The \`${name}\` command is disabled.`);
        break;
      default:
        break;
    }
  }

  #addMask(value: string): void {
    // actions/runner masks the value and each of its lines, trimmed (ActionCommandManager.cs).
    this.#secrets.add(value);
    for (const line of value.split(/\r\n|\n|\r/)) {
      if (line.trim() !== '') this.#secrets.add(line.trim());
    }
  }

  #show(text: string): void {
    for (const line of this.mask(text).split(/\r\n|\n|\r/)) this.lines.push(line);
  }
}

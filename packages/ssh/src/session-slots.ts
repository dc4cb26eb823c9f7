/** A place for one channel. */
export interface Slot {
  /** The server has opened the channel. */
  opened(): void;
  /** The channel is gone; counts once. */
  release(): void;
}

/**
 * Counts channels of a kind and lets the surplus wait. sshd allows ten session channels a connection unless
 * told otherwise (MaxSessions) and refuses more; forwarded sockets do not count among them.
 */
export class SessionSlots {
  #limit: number;
  #taken = 0;
  #open = 0;
  /** How many were open at once: so many the server does allow. */
  #proven = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves when there is a place. */
  async take(): Promise<Slot> {
    if (this.#taken < this.#limit) this.#taken++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let isOpen = false;
    let isReleased = false;
    return {
      opened: () => {
        isOpen = true;
        this.#open++;
        this.#proven = Math.max(this.#proven, this.#open);
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        if (isOpen) this.#open--;
        this.#taken--;
        this.#admit();
      },
    };
  }

  /**
   * The server has refused a channel, so its limit is lower than thought. False: it has never opened one.
   * A refusal below what it has proven to allow is only a channel that it has not finished closing.
   */
  refused(): boolean {
    this.#limit = Math.min(this.#limit, Math.max(1, this.#proven, this.#taken - 1));
    return this.#proven > 0 || this.#taken > 1;
  }

  #admit(): void {
    while (this.#taken < this.#limit) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#taken++;
      next();
    }
  }
}

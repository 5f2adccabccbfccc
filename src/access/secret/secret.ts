import { inspect } from 'node:util'

/** A value that nobody shall see: whatever writes it down writes `[secret]`, unless it is asked to reveal it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** For the gateway that sends it where it belongs, and for nobody else. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

import { SecretUnreadableError } from '../access/index.js'

/**
 * Tells failures that are worth a line of the log from those that it has already. A secret that cannot be read fails every
 * request that takes it until somebody gives its key and starts again: one line for each secret is enough.
 */
export class ToldOnce {
  readonly #secrets = new Set<string>()

  isNews(error: unknown): boolean {
    if (!(error instanceof SecretUnreadableError)) return true
    const isNew = !this.#secrets.has(error.secretName)
    this.#secrets.add(error.secretName)
    return isNew
  }
}

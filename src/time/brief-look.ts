import type { Clock } from './clock.js'
import { endsWithin } from './within.js'

/** What looks have in common. */
export interface Looking {
  readonly clock: Clock
  /** Hears once that there is no answer, and again only after there was one. */
  onError(error: unknown, where: string): void
}

/** Whoever watches a process asks it every few seconds, and gives up soon. */
export const LOOK_WITHIN_MS = 2_000

/** Something to look at again and again, which may take long or fail at any time. */
export class BriefLook<Answer> {
  #underWay: Promise<Answer> | undefined
  #isFailing = false

  constructor(
    /** What is looked at, for who hears that it cannot be. */
    private readonly what: string,
    private readonly ask: () => Promise<Answer>,
    private readonly on: Looking,
  ) {}

  /** @returns `undefined` when there is no answer within {@link LOOK_WITHIN_MS} */
  async look(): Promise<Answer | undefined> {
    try {
      const answer = await this.#answer()
      this.#isFailing = false
      return answer
    } catch (error) {
      if (!this.#isFailing) this.on.onError(error, this.what)
      this.#isFailing = true
      return undefined
    }
  }

  /** Those who come while it is asked for, however long ago, share it: what hangs is not asked once more by each. */
  async #answer(): Promise<Answer> {
    this.#underWay ??= this.ask().finally(() => (this.#underWay = undefined))
    const answer = this.#underWay
    if (!(await endsWithin(LOOK_WITHIN_MS, answer, this.on.clock))) throw new NoAnswerYetError()
    return answer
  }
}

class NoAnswerYetError extends Error {
  readonly code = 'LOOK_LATE'

  constructor() {
    super(`no answer within ${LOOK_WITHIN_MS / 1_000} s, as when the database does not answer or is busy`)
  }
}

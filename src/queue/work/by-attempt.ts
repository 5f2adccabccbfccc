/** What tells one attempt from all others. */
export interface AttemptKey {
  readonly id: string
  readonly fence: string
}

/**
 * Something of each of some attempts. Kept by the job alone, so that no text of both has to be put together; two attempts
 * of one job are here only while one of them has lost it.
 */
export class ByAttempt<Kept extends AttemptKey> {
  readonly #byJob = new Map<string, Kept>()
  #others: readonly Kept[] = []

  get size(): number {
    return this.#byJob.size + this.#others.length
  }

  has(attempt: AttemptKey): boolean {
    return this.get(attempt) !== undefined
  }

  get(attempt: AttemptKey): Kept | undefined {
    const kept = this.#byJob.get(attempt.id)
    return kept?.fence === attempt.fence ? kept : this.#others.find(isOf(attempt))
  }

  add(kept: Kept): void {
    this.delete(kept)
    if (this.#byJob.has(kept.id)) this.#others = [...this.#others, kept]
    else this.#byJob.set(kept.id, kept)
  }

  delete(attempt: AttemptKey): void {
    if (this.#byJob.get(attempt.id)?.fence === attempt.fence) this.#byJob.delete(attempt.id)
    else if (this.#others.length > 0) this.#others = this.#others.filter((one) => !isOf(attempt)(one))
  }

  values(): Kept[] {
    return [...this.#byJob.values(), ...this.#others]
  }
}

function isOf({ id, fence }: AttemptKey): (other: AttemptKey) => boolean {
  return (other) => other.id === id && other.fence === fence
}

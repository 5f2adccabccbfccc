/** What tells one attempt from all others. */
export interface AttemptKey {
  readonly id: string
  readonly fence: string
}

/** What is kept of each of some attempts. */
export class ByAttempt<Kept> {
  readonly #kept = new Map<string, Kept>()

  get size(): number {
    return this.#kept.size
  }

  has(attempt: AttemptKey): boolean {
    return this.#kept.has(keyOf(attempt))
  }

  get(attempt: AttemptKey): Kept | undefined {
    return this.#kept.get(keyOf(attempt))
  }

  set(attempt: AttemptKey, kept: Kept): void {
    this.#kept.set(keyOf(attempt), kept)
  }

  delete(attempt: AttemptKey): void {
    this.#kept.delete(keyOf(attempt))
  }

  values(): Kept[] {
    return [...this.#kept.values()]
  }
}

function keyOf({ id, fence }: AttemptKey): string {
  return `${fence}/${id}`
}

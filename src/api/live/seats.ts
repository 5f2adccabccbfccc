/** Sockets of one credential at a time. */
export const MOST_SOCKETS = 100

/** Who has how many sockets: those that are about to be let in have theirs already, so that many at once get no more. */
export class Seats {
  readonly #taken = new Map<string, number>()

  /** @returns what gives it back, once however often it is called; undefined when there is none left for `actor` */
  take(actor: string): (() => void) | undefined {
    if (this.#of(actor) >= MOST_SOCKETS) return undefined
    this.#set(actor, this.#of(actor) + 1)
    let isTaken = true
    return () => {
      if (isTaken) this.#set(actor, this.#of(actor) - 1)
      isTaken = false
    }
  }

  #of(actor: string): number {
    return this.#taken.get(actor) ?? 0
  }

  #set(actor: string, count: number): void {
    if (count === 0) this.#taken.delete(actor)
    else this.#taken.set(actor, count)
  }
}

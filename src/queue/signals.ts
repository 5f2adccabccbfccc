import type { Cancel } from '../time/index.js'

type Listener<Payload> = (payload: Payload) => unknown

/** Tells whoever listens what just happened; nobody listening costs nothing. */
export class Signals<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()

  /** @param onError hears of listeners that threw or rejected; the others, and whoever told them, go on */
  constructor(private readonly onError: (error: unknown, where: string) => void = () => undefined) {}

  /** Whether anybody listens: for what is costly to tell. */
  isHeard(name: keyof Events): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? [])
      this.#tell(listener as Listener<Events[Name]>, payload, `listener of ${String(name)}`)
  }

  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): Cancel {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  /** The next one, from now on, that `matches`. */
  next<Name extends keyof Events>(
    name: Name,
    matches: (payload: Events[Name]) => boolean = () => true,
  ): Promise<Events[Name]> {
    return new Promise((resolve) => {
      const leave = this.on(name, (payload) => {
        if (!matches(payload)) return
        leave()
        resolve(payload)
      })
    })
  }

  #tell<Payload>(listener: Listener<Payload>, payload: Payload, where: string): void {
    const onError = (error: unknown) => this.onError(error, where)
    try {
      const answer = listener(payload)
      if (answer instanceof Promise) answer.catch(onError)
    } catch (error) {
      onError(error)
    }
  }
}

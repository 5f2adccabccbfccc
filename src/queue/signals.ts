import type { Cancel } from '../time/index.js'

type Listener<Payload> = (payload: Payload) => void

/** Tells whoever listens what just happened; nobody listening costs nothing. */
export class Signals<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as Listener<Events[Name]>)(payload)
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
}

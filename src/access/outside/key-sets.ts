import { errors, type JWTVerifyGetKey } from 'jose'

import type { Clock } from '../../time/index.js'
import { KeysUnreachableError } from './errors.js'
import { readKeys, type Fetch } from './read-keys.js'

/** Keys are asked for anew once they are older. */
const FRESH_MS = 10 * 60_000

/** A token with an unknown key has them asked for anew, but not more often, for anybody can invent such tokens. */
const ASKED_AGAIN_AFTER_MS = 30_000

/** After a failure nobody asks for so long. */
const LEFT_ALONE_MS = 5_000

/** Providers whose keys are remembered at once; the one asked for longest ago is forgotten first. */
const MOST = 200

/** While they cannot be had, those of before are used for so long. */
const KEPT_MS = 60 * 60_000

interface Fetched {
  readonly find: JWTVerifyGetKey
  readonly atMs: number
}

interface Known {
  /** What the last answer was, unless it is too old. */
  readonly keys: Fetched | undefined
  /** Why there was no other answer since. */
  readonly failure: KeysUnreachableError | undefined
  readonly askedAtMs: number
}

/** The public keys of outside issuers, fetched once for many tokens. */
export class KeySets {
  readonly #known = new Map<string, Known>()
  readonly #asking = new Map<string, Promise<Known>>()

  constructor(
    private readonly fetch: Fetch,
    private readonly clock: Clock,
  ) {}

  /** Finds the key that a token names. */
  at(url: string): JWTVerifyGetKey {
    return async (header, token) => {
      const { keys, failure } = await this.#within(url, FRESH_MS)
      if (!keys) throw failure
      try {
        return await keys.find(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        const again = await this.#within(url, ASKED_AGAIN_AFTER_MS)
        // The key may be one of those that could not be fetched.
        if (again.failure || !again.keys) throw again.failure
        return again.keys.find(header, token)
      }
    }
  }

  /** What is known of a provider's keys, no older than `ageMs`. */
  async #within(url: string, ageMs: number): Promise<Known> {
    const known = this.#known.get(url)
    if (known && !this.#isDue(known, ageMs)) return known
    const asking = this.#asking.get(url) ?? this.#ask(url)
    this.#asking.set(url, asking)
    return asking
  }

  #isDue({ keys, failure, askedAtMs }: Known, ageMs: number): boolean {
    const nowMs = this.clock.monotonicMs()
    if (keys && nowMs - keys.atMs < ageMs) return false
    const withoutKeys = keys ? ASKED_AGAIN_AFTER_MS : LEFT_ALONE_MS
    return nowMs - askedAtMs >= (failure ? withoutKeys : ageMs)
  }

  async #ask(url: string): Promise<Known> {
    const known = await this.#read(url)
    this.#asking.delete(url)
    this.#known.delete(url)
    this.#known.set(url, known)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
    return known
  }

  async #read(url: string): Promise<Known> {
    try {
      const find = await readKeys(this.fetch, url)
      const atMs = this.clock.monotonicMs()
      return { keys: { find, atMs }, failure: undefined, askedAtMs: atMs }
    } catch (cause) {
      const askedAtMs = this.clock.monotonicMs()
      return { keys: this.#kept(url, askedAtMs), failure: new KeysUnreachableError(cause), askedAtMs }
    }
  }

  #kept(url: string, nowMs: number): Fetched | undefined {
    const keys = this.#known.get(url)?.keys
    return keys && nowMs - keys.atMs < KEPT_MS ? keys : undefined
  }
}

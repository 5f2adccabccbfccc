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

interface Known {
  readonly find: JWTVerifyGetKey | undefined
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
      const known = await this.#within(url, FRESH_MS)
      try {
        return await finderOf(known)(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        return finderOf(await this.#within(url, ASKED_AGAIN_AFTER_MS))(header, token)
      }
    }
  }

  /** What is known of a provider's keys, no older than `ageMs`. */
  async #within(url: string, ageMs: number): Promise<Known> {
    const known = this.#known.get(url)
    const patienceMs = known?.failure ? LEFT_ALONE_MS : ageMs
    if (known && this.clock.monotonicMs() - known.askedAtMs < patienceMs) return known
    const asking = this.#asking.get(url) ?? this.#ask(url)
    this.#asking.set(url, asking)
    return asking
  }

  async #ask(url: string): Promise<Known> {
    const answer = await this.#read(url)
    const known = { ...answer, askedAtMs: this.clock.monotonicMs() }
    this.#asking.delete(url)
    this.#known.delete(url)
    this.#known.set(url, known)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
    return known
  }

  async #read(url: string): Promise<Pick<Known, 'find' | 'failure'>> {
    try {
      return { find: await readKeys(this.fetch, url), failure: undefined }
    } catch (cause) {
      return { find: undefined, failure: new KeysUnreachableError(cause) }
    }
  }
}

function finderOf({ find, failure }: Known): JWTVerifyGetKey {
  if (!find) throw failure
  return find
}

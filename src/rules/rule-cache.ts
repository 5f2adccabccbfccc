import type { Database } from '../database/index.js'
import type { Settings, SettingsInForce } from '../queue/index.js'
import type { Cancel, Clock } from '../time/index.js'
import type { RuleRegistry } from './registry.js'
import { RuleBook, type Period } from './rule-book.js'
import { RULES_CHANNEL, selectChanges, selectRuleVersion, type RuleChanges } from './store/version.js'

/** How long a change goes unseen when no word of it comes through. */
const LOOK_EVERY_MS = 1_000

export interface RuleCacheOptions {
  readonly database: Database
  readonly registry: RuleRegistry
  /** What the environment says, by the names of rules. */
  readonly environment: ReadonlyMap<string, unknown>
  readonly clock: Clock
  readonly onError: (error: unknown, where: string) => void
}

/**
 * The rules in this process's memory: what holds is looked up without a query, and another process's change is known as soon
 * as it is told, or a second later. Until it is started it knows the environment and the defaults only.
 */
export class RuleCache implements Settings {
  #book: RuleBook
  #period: Period
  #version: string | undefined
  readonly #listeners = new Set<() => void>()
  #stop: Cancel | undefined
  #isStopped = false
  #isFailing = false
  #isAsked = false
  #wakeUp: () => void = () => undefined
  #loop: Promise<void> = Promise.resolve()

  constructor(private readonly on: RuleCacheOptions) {
    this.#book = new RuleBook(on.registry, [], on.environment)
    this.#period = this.#book.at(this.#nowMs())
  }

  /** Loads all rules, and follows them from now on. */
  async start(): Promise<void> {
    this.#stop = await this.on.database.listen(RULES_CHANNEL, this.wake)
    await this.look()
    this.#loop = this.#follow()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stop?.()
    this.#wakeUp()
    await this.#loop
  }

  /** Up to which change it knows the rules: each change of any counts one up. 0 until it is started. */
  get version(): number {
    return Number(this.#version ?? 0)
  }

  inForce(tenantId: string | null): SettingsInForce {
    const nowMs = this.#nowMs()
    const { fromMs, untilMs } = this.#period.span
    // By the clock and not by the alarm, which may ring late; and the clock may be set back.
    if (nowMs < fromMs || nowMs >= untilMs) this.#period = this.#book.at(nowMs)
    return this.#period.inForce(tenantId)
  }

  onChange(listener: () => void): Cancel {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Has it look at once. Returns at once. */
  readonly wake = (): void => {
    this.#isAsked = true
    this.#wakeUp()
  }

  /** Looks whether rules were changed, or begin or end, and tells the listeners if so. Tests call it by itself. */
  async look(): Promise<void> {
    const { database, clock } = this.on
    const background = database.background()
    const version = await selectRuleVersion(background)
    if (version !== this.#version) {
      const since = this.#known(version)
      this.#learn(await selectChanges(background, since, clock.now()), since)
    }
    this.#turn()
  }

  /** The version up to which everything is known; `null` where the database's is older, for it was restored: nothing is then. */
  #known(version: string): string | null {
    return this.#version !== undefined && Number(this.#version) < Number(version) ? this.#version : null
  }

  #learn({ version, rules }: RuleChanges, since: string | null): void {
    const { registry, environment } = this.on
    const isAll = since === null
    this.#book = isAll ? new RuleBook(registry, rules, environment) : this.#book.with(rules, this.#nowMs())
    this.#version = version
  }

  /** What the listeners have heard last is `#told`, whoever asked meanwhile. */
  #told: readonly string[] = []

  #turn(): void {
    this.#period = this.#book.at(this.#nowMs())
    const { ruleIds } = this.#period
    if (ruleIds.join() === this.#told.join()) return
    this.#told = ruleIds
    for (const listener of this.#listeners) this.#tell(listener)
  }

  /** What one of them makes of it must not keep the others, and the next look, from it. */
  #tell(listener: () => void): void {
    try {
      listener()
    } catch (error) {
      this.on.onError(error, 'tell that other rules are in force')
    }
  }

  async #follow(): Promise<void> {
    while (!this.#isStopped) {
      await this.#sleep()
      if (this.#isStopped) return
      this.#isAsked = false
      try {
        await this.look()
        this.#isFailing = false
      } catch (error) {
        this.#turn() // what begins by the clock needs no database
        if (!this.#isFailing) this.on.onError(error, 'look at the rules') // once, however long it lasts
        this.#isFailing = true
      }
    }
  }

  /** Until it is asked to look, a second is over, or something begins or ends, whichever comes first. */
  async #sleep(): Promise<void> {
    if (this.#isAsked) return
    const untilNextMs = this.#period.span.untilMs - this.#nowMs()
    const forMs = Math.max(0, Math.min(LOOK_EVERY_MS, untilNextMs))
    await new Promise<void>((resolve) => {
      const cancel = this.on.clock.after(forMs, resolve)
      this.#wakeUp = () => {
        cancel()
        resolve()
      }
    })
  }

  #nowMs(): number {
    return this.on.clock.now().getTime()
  }
}

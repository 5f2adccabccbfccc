/** What stands for the names of the examples, such as `{driver}`. */
export type Names = ReadonlyMap<string, string>

const ANYTHING = '…'
const NAME = /\{([A-Za-z]+)\}/g
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/

/** Puts values where their names stand. @throws {Error} when nothing has been called so yet. */
export function fillIn(text: string, names: Names): string {
  return text.replace(NAME, (_, name: string) => {
    const value = names.get(name)
    if (value === undefined) throw new Error(`no answer before this one has a {${name}}`)
    return value
  })
}

export function namesIn(text: string): string[] {
  return [...text.matchAll(NAME)].map(([, name = '']) => name)
}

/** Reads documented JSON, where `…` may stand without quotes. */
export function readJson(text: string): unknown {
  const quoted = text
    .replace(/(?<=[,{]\s*)…(?=\s*\})/g, '"…": "…"')
    .replace(/(?<=[:[,]\s*)…(?=\s*[,\]}])/g, '"…"')
  return JSON.parse(quoted)
}

/**
 * Compares an answer with the documented one.
 * @param known names that must stand for the same here as before
 * @returns what differs, and the names that the answer gives
 */
export function matchAnswer(
  documented: unknown,
  actual: unknown,
  known: Names,
): { differences: string[]; given: Map<string, string> } {
  const match = new Match(known)
  match.value(documented, actual, '')
  return match
}

class Match {
  readonly differences: string[] = []
  readonly given = new Map<string, string>()

  constructor(private readonly known: Names) {}

  value(documented: unknown, actual: unknown, at: string): void {
    if (documented === ANYTHING) return
    if (Array.isArray(documented)) this.#list(documented, actual, at)
    else if (isObject(documented)) this.#object(documented, actual, at)
    else if (typeof documented === 'string') this.#text(documented, actual, at)
    else if (documented !== actual) this.#differs(at, documented, actual)
  }

  #object(documented: Record<string, unknown>, actual: unknown, at: string): void {
    if (!isObject(actual)) return this.#differs(at, documented, actual)
    const { [ANYTHING]: open, ...fields } = documented
    for (const [key, value] of Object.entries(fields)) {
      if (!(key in actual)) this.differences.push(`${at}/${key} is documented, and not there`)
      else this.value(value, actual[key], `${at}/${key}`)
    }
    for (const key of Object.keys(actual))
      if (open === undefined && !(key in fields)) this.differences.push(`${at}/${key} is not documented`)
  }

  #list(documented: readonly unknown[], actual: unknown, at: string): void {
    if (!Array.isArray(actual)) return this.#differs(at, documented, actual)
    const isOpen = documented.at(-1) === ANYTHING
    if (!isOpen && documented.length !== actual.length) this.#differs(at, documented, actual)
    else if (!isOpen) documented.forEach((entry, n) => this.value(entry, actual[n], `${at}/${n}`))
    else for (const entry of documented.slice(0, -1)) this.#somewhere(entry, actual, at)
  }

  #somewhere(entry: unknown, actual: readonly unknown[], at: string): void {
    const tries = actual.map((one) => matchAnswer(entry, one, this.known))
    const good = tries.find(({ differences }) => differences.length === 0)
    if (!good) this.#differs(at, entry, tries.length === 1 ? tries[0]?.differences : actual)
    else for (const [name, value] of good.given) this.given.set(name, value)
  }

  #text(documented: string, actual: unknown, at: string): void {
    const isSame =
      typeof actual === 'string' &&
      (INSTANT.test(documented) ? INSTANT.test(actual) : this.#captures(documented, actual))
    if (!isSame) this.#differs(at, documented, actual)
  }

  #captures(documented: string, actual: string): boolean {
    const names = namesIn(documented)
    const pattern = documented
      .split(NAME)
      .map((part, n) => (n % 2 === 1 ? '(.+?)' : part.split(ANYTHING).map(escape).join('.*')))
    const found = new RegExp(`^${pattern.join('')}$`, 's').exec(actual)
    names.forEach((name, n) => this.given.set(name, found?.[n + 1] ?? ''))
    return (
      found !== null &&
      names.every((name, n) => !this.known.has(name) || this.known.get(name) === found[n + 1])
    )
  }

  #differs(at: string, documented: unknown, actual: unknown): void {
    this.differences.push(
      `${at || 'the answer'} is documented as ${JSON.stringify(documented)}, and is ${JSON.stringify(actual)}`,
    )
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** As much of it as is used here; it has no types of its own. */
declare module 'autocannon' {
  interface Run {
    readonly requests: { readonly total: number }
    /** Seconds. */
    readonly duration: number
    readonly non2xx: number
    readonly errors: number
    readonly timeouts: number
  }

  function autocannon(options: object): Promise<Run>
  export = autocannon
}

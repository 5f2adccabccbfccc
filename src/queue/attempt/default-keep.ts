/** A definition that this process does not know is kept as long as any job is by default. */
export const DEFAULT_KEEP = { done: '7d', dead: '30d' } as const

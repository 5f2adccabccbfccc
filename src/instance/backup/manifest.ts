import { z } from 'zod'

/** Of the file's own layout; a reader refuses a later one. */
export const FORMAT = 1

/** The name under which a backup tells, before anything else, what it is. */
export const MANIFEST = 'manifest.json'

export const Manifest = z.object({
  format: z.number().int(),
  /** The Linehaul that made it. */
  version: z.string(),
  takenAt: z.iso.datetime(),
  /** For how long nothing could be written meanwhile. */
  heldMs: z.number(),
  /** The steps of the schema that were applied, as `part/number-name`. */
  steps: z.array(z.string()),
  /** Of its files, before compression. */
  bytes: z.number().int(),
  /** Over the names, sizes and bytes of everything in it, in its order. */
  sha256: z.string(),
})
export type Manifest = z.output<typeof Manifest>

/** What of a backup this version does not know; `undefined` when it knows everything. */
export function findUnknown(
  { format, steps }: Pick<Manifest, 'format' | 'steps'>,
  known: readonly string[],
): string | undefined {
  if (format > FORMAT) return `the layout ${format}`
  return steps.find((step) => !known.includes(step))
}

import type { AnyRule } from './rules/index.js'

/** All that can be set without a deployment. */
export const DECLARED_RULES: readonly AnyRule[] = []

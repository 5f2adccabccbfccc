/** Whether a definition is the engine's own: it is for all tenants, and none of them may do anything to its jobs. */
export function isEngineName(name: string): boolean {
  return name.startsWith('jobs.')
}

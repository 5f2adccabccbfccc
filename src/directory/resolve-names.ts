import { newId, type Transaction } from '../database/index.js'
import { insertNames, selectIds, selectNames, type NamedId, type NameTable } from './store/names.js'
import { isId } from './text.js'

/**
 * The ids behind `values`, each an id or a name: a name is matched in any case, and makes a record when it is new.
 * Safe beside other transactions that bring the same names. An id that does not exist is absent from the answer.
 * @returns value as given -> id.
 */
export async function resolveNames(
  tx: Transaction,
  tenantId: string,
  kind: NameTable,
  values: readonly string[],
): Promise<Map<string, string>> {
  const distinct = [...new Set(values)]
  const ids = distinct.filter(isId)
  const names = distinct.filter((value) => !isId(value))
  const found = ids.length > 0 ? await selectIds(tx, kind, tenantId, ids) : []
  const named = await getOrCreate(tx, tenantId, kind, trimmed(names))
  return new Map([
    ...found.map(({ value, id }) => [value, id] as const),
    ...names.flatMap((name) => entryOf(name, named.get(name.trim()))),
  ])
}

function trimmed(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.trim()))]
}

function entryOf(name: string, id: string | undefined): [string, string][] {
  return id === undefined ? [] : [[name, id]]
}

async function getOrCreate(
  tx: Transaction,
  tenantId: string,
  kind: NameTable,
  names: readonly string[],
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map()
  const known = toMap(await selectNames(tx, kind, tenantId, names))
  const missing = names.filter((name) => !known.has(name))
  if (missing.length === 0) return known
  await insertNames(
    tx,
    kind,
    tenantId,
    missing.map((name) => ({ id: newId(), name })),
  )
  // Read again: a rival may have made some of them, and two spellings of one name are one record.
  return new Map([...known, ...toMap(await selectNames(tx, kind, tenantId, missing))])
}

function toMap(rows: readonly NamedId[]): Map<string, string> {
  return new Map(rows.map(({ value, id }) => [value, id]))
}

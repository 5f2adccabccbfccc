import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { beforeAll, expect, test } from 'vitest'

import { VARIABLES } from '../config.js'
import { createApi } from './create-api.js'
import type { AllServices } from './services.js'
import { STATUS_BY_CODE } from './status-by-code.js'

const SOURCES = path.resolve(import.meta.dirname, '..')

/** The routes of version 1, as the product promises them. */
const PROMISED = [
  'GET /mails',
  'GET /mails/counts',
  'GET /mails/{id}',
  'POST /mails/{id}/resend',
  'POST /mails/{id}/settle',
  'GET /webhooks',
  'POST /webhooks',
  'GET /webhooks/event-types',
  'GET /webhooks/{id}',
  'PATCH /webhooks/{id}',
  'DELETE /webhooks/{id}',
  'POST /webhooks/{id}/rotate-secret',
  'POST /webhooks/{id}/test',
  'GET /webhooks/{id}/deliveries',
  'POST /webhooks/{id}/deliveries/{deliveryId}/redeliver',
  'POST /shipments',
  'GET /shipments',
  'GET /shipments/{id}',
  'POST /shipments/{id}/status',
  'POST /shipments/import',
  'GET /lane-suggestions',
  'GET /lane-suggestions/{id}',
  'GET /lane-suggestions/statistics',
  'POST /lane-suggestions/{id}/accept',
  'POST /lane-suggestions/{id}/reject',
  'GET /dedicated-lanes',
  'GET /dedicated-lanes/{id}',
  'PATCH /dedicated-lanes/{id}',
  'GET /pattern-config',
  'PUT /pattern-config',
  'POST /customers/{id}/pattern-analysis',
  'POST /rules',
  'GET /rules',
  'GET /rules/{id}',
  'POST /rules/{id}/activate',
  'POST /rules/{id}/revoke',
  'GET /rules/history',
  'GET /rules/declared',
  'GET /rules/effective',
  'GET /rules/upcoming',
  'GET /jobs',
  'GET /jobs/{id}',
  'POST /jobs',
  'POST /jobs/schedule',
  'POST /jobs/recurring',
  'GET /jobs/{id}/explain',
  'GET /jobs/{id}/progress',
  'GET /jobs/{id}/logs',
  'POST /jobs/bulk-operations',
  'POST /jobs/{id}/retry',
  'DELETE /jobs/{id}',
  'GET /schedules',
  'POST /schedules',
  'GET /schedules/{id}',
  'PATCH /schedules/{id}',
  'DELETE /schedules/{id}',
  'POST /schedules/{id}/pause',
  'POST /schedules/{id}/resume',
  'POST /schedules/{id}/run',
  'GET /schedules/{id}/preview',
  'GET /schedules/{id}/history',
  'GET /scheduler/status',
  'POST /scheduler/start',
  'POST /scheduler/stop',
  'POST /scheduler/trigger/{job}',
  'GET /scheduler/next-sync-times',
  'GET /scheduler/history',
  'POST /jobs/bulk',
  'GET /notifications',
  'GET /notifications/counts',
  'GET /notifications/unreached',
  'GET /notifications/{id}',
  'POST /notifications/read-all',
  'POST /notifications/test',
  'POST /notifications/{id}/read',
  'DELETE /notifications/{id}/read',
  'POST /notifications/{id}/dismiss',
  'DELETE /notifications/{id}/dismiss',
  'POST /notifications/{id}/acknowledge',
  'GET /notifications/preferences',
  'PUT /notifications/preferences',
  'GET /notifications/event-types',
  'POST /jobs/{id}/dead-letter',
  'GET /jobs/queues/metrics',
  'GET /jobs/health/check',
  'GET /dead-letters',
  'POST /dead-letters/replay',
  'PATCH /dead-letters/{id}',
  'POST /dead-letters/{id}/replay',
  'POST /queues/{name}/pause',
  'POST /queues/{name}/resume',
  'GET /workers',
  'GET /queues',
  'GET /statistics',
  'GET /alerts',
  'GET /events',
  'GET /alert-thresholds',
  'PUT /alert-thresholds/{queue}',
  'DELETE /alert-thresholds/{queue}',
  'GET /customers',
  'GET /locations',
  'GET /drivers',
  'POST /drivers',
  'GET /equipment',
  'POST /equipment',
  'GET /tenant',
  'PATCH /tenant',
  'GET /audit-entries',
  'POST /backups',
  'GET /doctor',
  'GET /migrations',
  'GET /api-keys',
  'POST /api-keys',
  'GET /api-keys/{id}',
  'DELETE /api-keys/{id}',
  'POST /api-keys/{id}/rotate',
  'GET /secrets',
  'PUT /secrets/{name}',
  'DELETE /secrets/{name}',
  'GET /identity-providers',
  'POST /identity-providers',
  'GET /identity-providers/{id}',
  'PATCH /identity-providers/{id}',
  'DELETE /identity-providers/{id}',
  'POST /auth/sign-in',
  'POST /auth/refresh',
  'POST /auth/sign-out',
  'POST /auth/sign-out-everywhere',
  'GET /auth/sessions',
  'DELETE /auth/sessions/{id}',
  'POST /auth/password',
  'GET /me',
  'GET /users',
  'POST /users',
  'GET /users/{id}',
  'PATCH /users/{id}',
  'DELETE /users/{id}',
  'POST /users/{id}/reset-password',
  'DELETE /users/{id}/sessions',
  'GET /business-units',
  'POST /business-units',
  'PATCH /business-units/{id}',
  'DELETE /business-units/{id}',
  'GET /tenants',
  'POST /tenants',
]

/** Codes that no client is ever told, and why. */
const NEVER_TOLD: Readonly<Record<string, string>> = {
  NOTIFICATIONS_SMTP_FAILED: 'of a mail, in its own error and its job',
  CLI_IMPORT_CUT_SHORT: 'of the command line',
  CLI_INTERRUPTED: 'of the command line',
  CLI_NO_DATA: 'of the command line',
  CLI_NO_KEY: 'of the command line',
  CLI_NO_SUCH_USER: 'of the command line',
  CLI_NOT_CONFIRMED: 'of the command line',
  CLI_NOT_LINEHAUL: 'of the command line',
  CLI_ON_THIS_MACHINE: 'of the command line',
  CLI_REFUSED: 'of the command line',
  CLI_UNKNOWN_FORMAT: 'of the command line',
  CLI_UNREACHABLE: 'of the command line',
  CLI_UNREADABLE_FILE: 'of the command line',
  CLI_WHICH_ONES: 'of the command line',
  CONFIG_INVALID: 'ends the process at its start',
  DATABASE_FOLDER_IN_USE: 'ends the process at its start',
  DATABASE_FOLDER_NOT_WRITABLE: 'ends the process at its start',
  DATABASE_MIGRATION_CHANGED: 'ends the process at its start',
  DATABASE_MIGRATION_FAILED: 'ends the process at its start',
  DATABASE_NESTED: 'a fault of the program: 500',
  DATABASE_SCHEMA_NEWER: 'ends the process at its start',
  DATABASE_TOO_OLD: 'ends the process at its start',
  DATABASE_SCHEMA_OLD: 'ends the process at its start',
  INSTANCE_BACKUP_DAMAGED: 'of the command line',
  INSTANCE_BACKUP_EXISTS: 'of the command line',
  INSTANCE_BACKUP_NEWER: 'of the command line',
  INSTANCE_BACKUP_UNREADABLE: 'of the command line',
  INSTANCE_BACKUP_UNUSABLE: 'of the command line',
  INSTANCE_BACKUP_UNWRITABLE: 'of the command line',
  INSTANCE_FOLDER_NOT_EMPTY: 'of the command line',
  JOBS_FLOW_CYCLE: 'a fault of the program, which alone makes flows: 500',
  JOBS_FLOW_MANY_TENANTS: 'a fault of the program, which alone makes flows: 500',
  JOBS_FLOW_SAME_JOB: 'a fault of the program, which alone makes flows: 500',
  JOBS_FLOW_UNKNOWN_KEY: 'a fault of the program, which alone makes flows: 500',
  JOBS_FLOW_UNKNOWN_PARENT: 'a fault of the program, which alone makes flows: 500',
  JOBS_LOOP_BLOCKED: 'told by the engine, in the log',
  JOBS_PARENT_DEAD: 'kept with the job that it ended',
  JOBS_ABANDONED: 'kept with the job whose attempt it ended',
  JOBS_ALREADY_FINISHED: 'thrown at the handler that finishes twice',
  JOBS_BURIED: 'kept with the job that was given up',
  JOBS_CANCELLED: 'kept with the job whose attempt it ended',
  JOBS_ENGINE_STOPPED: 'thrown at the program that starts an engine again',
  JOBS_FAILED: 'kept with the job whose attempt it ended',
  JOBS_INVALID_DEFINITION: 'ends the process at its start',
  JOBS_STOPPED_BY_TIMEOUT: 'told to the handler that it stops',
  JOBS_STOP_UNFINISHED: 'told by the engine, in the log',
  JOBS_UNKNOWN_OPTION: 'a fault of the program, which alone chooses options: 500',
  JOBS_LEASE_LOST: 'thrown at the handler whose job is another worker’s',
  JOBS_LOST: 'kept with the job whose attempt it ended',
  JOBS_PERMANENT: 'kept with the job whose attempt it ended',
  JOBS_RESULT_NOT_JSON: 'kept with the job whose attempt it ended',
  JOBS_RESULT_TOO_LARGE: 'kept with the job whose attempt it ended',
  JOBS_RETRYABLE: 'kept with the job whose attempt it ended',
  JOBS_TIMEOUT: 'kept with the job whose attempt it ended',
  JOBS_UNKNOWN_ZONE: 'of a schedule, which skips that tenant and logs it',
  RULES_INVALID_DECLARATION: 'ends the process at its start',
  SAMPLE_MISSING_COLUMNS: 'of the demo',
  TIME_INVALID_DURATION: 'ends the process at its start',
}

/** Codes that `problem.ts` gives itself to what has no code of ours, or none that may be told. */
const GIVEN_BY_PROBLEM = ['API_BAD_REQUEST', 'API_INTERNAL', 'API_INVALID_INPUT']

interface Answer {
  content?: Record<string, { schema?: object }>
}

interface Operation {
  operationId?: string
  summary?: string
  tags?: string[]
  security?: object[]
  'x-tells-secret'?: true
  requestBody?: object
  responses: Record<string, Answer>
  parameters?: { name: string; in: string }[]
}

interface OpenApi {
  openapi: string
  info: { description: string }
  security: object[]
  paths: Record<string, Record<string, Operation>>
}

let doc: OpenApi
let operations: readonly (readonly [string, Operation])[]

beforeAll(async () => {
  const services = {
    database: {},
    engine: { operator: {} },
    freight: {},
    people: {},
  } as unknown as AllServices
  const api = await createApi({
    services,
    version: '0.0.0',
    credentials: { find: async () => undefined, isRemembered: () => false, onChange: () => () => undefined },
    limits: { perMinute: 100, trustProxy: [] },
  })
  await api.ready()
  doc = api.swagger() as unknown as OpenApi
  await api.close()
  operations = Object.entries(doc.paths).flatMap(([url, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${url}`, operation] as const,
    ),
  )
})

function offending(isWrong: (operation: Operation, name: string) => boolean): string[] {
  return operations.flatMap(([name, operation]) => (isWrong(operation, name) ? [name] : []))
}

const isSecured = (name: string) => name.includes(' /api/v1/')

test('the document is of OpenAPI 3.1', () => {
  expect(doc.openapi).toMatch(/^3\.1\./)
})

test('what is documented is what was promised', () => {
  const documented = operations.map(([name]) => name)
  const promised = PROMISED.map((name) => name.replace(' ', ' /api/v1'))
  expect(documented.sort()).toEqual([...promised, 'GET /healthz', 'GET /readyz'].sort())
})

test('every operation says in a line what it does, and which resource it is of', () => {
  expect(offending(({ summary = '', tags = [] }) => summary.length < 5 || tags.length !== 1)).toEqual([])
})

test('no two operations have the same summary', () => {
  const summaries = operations.map(([, { summary }]) => summary)
  expect(new Set(summaries).size).toBe(summaries.length)
})

test('every operation has an id of its own, made of its method and path', () => {
  const ids = operations.map(([, { operationId }]) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.filter((id) => !/^(get|post|put|patch|delete)([A-Z][a-z]*)+$/.test(id ?? ''))).toEqual([])
  expect(ids).toEqual(expect.arrayContaining(['getHealthz', 'postJobsBulkOperations', 'getJobsByIdLogs']))
})

test('the document says how to authenticate', () => {
  expect(doc.info.description).toContain('Authorization: Bearer')
})

test('every operation has a schema for its answers, for good ones and for problems', () => {
  const hasSchema = ({ responses }: Operation, status: RegExp) =>
    Object.entries(responses).some(
      ([code, { content = {} }]) =>
        status.test(code) && (code === '204' || Object.values(content).some(({ schema }) => schema)),
    )
  expect(offending((operation) => !hasSchema(operation, /^2\d\d$/))).toEqual([])
  expect(offending((operation, name) => isSecured(name) && !hasSchema(operation, /^4XX$/i))).toEqual([])
})

/** What is asked for by whoever has no credential yet, or only a cookie. */
const WITHOUT_CREDENTIAL = ['sign-in', 'refresh', 'sign-out'].map((name) => `POST /api/v1/auth/${name}`)

test('every operation needs a key, but for those that tell of health or lead to one', () => {
  expect(doc.security).toEqual([{ key: [] }])
  expect(offending(({ security }) => security !== undefined)).toEqual([
    'GET /healthz',
    'GET /readyz',
    ...WITHOUT_CREDENTIAL,
  ])
})

test('every operation whose body or answer has a secret says so, so that nothing of it is kept', () => {
  const hasSecret = ({ requestBody, responses }: Operation, name: string) =>
    name === 'PUT /api/v1/secrets/{name}' ||
    stringsIn([requestBody, responses]).some((property) => /password$|secret$|token$/i.test(property))
  expect(offending(hasSecret)).toContain('POST /api/v1/auth/password')
  expect(offending((operation, name) => hasSecret(operation, name) && !operation['x-tells-secret'])).toEqual(
    [],
  )
})

/** The names of the properties in schemas that are, or may be, strings. */
function stringsIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([name, inner]) => [
    ...(/"type":"string"/.test(JSON.stringify(inner)) ? [name] : []),
    ...stringsIn(inner),
  ])
}

/** Lists that cannot get long, and those whose length the request says. */
const FEW = [
  'alert-thresholds',
  'auth/sessions',
  'jobs/queues/metrics',
  'migrations',
  'notifications/event-types',
  'queues',
  'rules/declared',
  'rules/effective',
  'schedules/{id}/preview',
  'statistics',
  'webhooks/event-types',
  'workers',
]

function isList({ responses }: Operation): boolean {
  const { schema } = responses['200']?.content?.['application/json'] ?? {}
  const { items, data } = ((schema as { properties?: object })?.properties ?? {}) as Record<string, Shape>
  return items?.type === 'array' || data?.type === 'array'
}

interface Shape {
  readonly type?: string
}

test('every list is read in pages', () => {
  const lists = operations.filter(([name, operation]) => name.startsWith('GET') && isList(operation))
  const isPaged = ({ parameters = [] }: Operation) =>
    ['limit', 'cursor'].every((wanted) => parameters.some(({ name }) => name === wanted))
  expect(lists.length).toBeGreaterThan(8)
  const whole = lists.filter(([, operation]) => !isPaged(operation)).map(([name]) => name)
  expect(whole.sort()).toEqual(FEW.map((name) => `GET /api/v1/${name}`))
})

test('every code that the sources declare has a status, or a reason why no client is told', async () => {
  const known = [...Object.keys(STATUS_BY_CODE), ...Object.keys(NEVER_TOLD), ...GIVEN_BY_PROBLEM]
  expect((await declaredCodes()).filter((code) => !known.includes(code))).toEqual([])
})

test('no code has a status that the sources do not declare, and none that is never told has one', async () => {
  const declared = await declaredCodes()
  const listed = [...Object.keys(STATUS_BY_CODE), ...Object.keys(NEVER_TOLD), ...GIVEN_BY_PROBLEM]
  expect(listed.filter((code) => !declared.includes(code))).toEqual([])
  expect(Object.keys(STATUS_BY_CODE).filter((code) => code in NEVER_TOLD)).toEqual([])
})

async function declaredCodes(): Promise<string[]> {
  const files = await readdir(SOURCES, { recursive: true })
  const sources = files.filter(
    (file) => /\.[tj]s$/.test(file) && !/\.test\.ts$|testing|status-by-code/.test(file),
  )
  const texts = await Promise.all(sources.map((file) => readFile(path.join(SOURCES, file), 'utf8')))
  const codes = texts.flatMap((text) =>
    [
      ...text.matchAll(
        /'((?:ACCESS|API|CLI|CONFIG|DATABASE|DIRECTORY|EVENTS|FREIGHT|INSTANCE|JOBS|NOTIFICATIONS|OUTGOING|RULES|SAMPLE|TIME)_[A-Z_]+)'/g,
      ),
    ].map(([, code]) => code ?? ''),
  )
  return [...new Set(codes)].filter((code) => !VARIABLES.includes(code)).sort()
}

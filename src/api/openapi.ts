import { STATUS_CODES } from 'node:http'

import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

const DESCRIPTION = `Shipments in, lane suggestions out, and every background job in between.

Every operation under \`/api/v1\`, but for signing in, refreshing and signing out, needs the header \`Authorization: Bearer …\` with an API key (\`lh_…\`), with
the access token that \`POST /api/v1/auth/sign-in\` answers, or with a token of an issuer that the tenant trusts. The tenant is that of the
credential; \`GET /api/v1/me\` says what it allows.`

/** Generates the OpenAPI document from the routes' schemas. */
export async function document(api: FastifyInstance, version: string): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Linehaul',
        version,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An API key, the access token of a sign-in, or a token of an issuer that the tenant trusts.',
          },
        },
      },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (input) => ('openapiObject' in input ? name(input.openapiObject) : input.swaggerObject),
  })
}

/** A page to read the document and to try it out. */
export async function showDocument(api: FastifyInstance): Promise<void> {
  await api.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { url: '/api/v1/openapi.json', persistAuthorization: false },
    theme: {
      title: 'Linehaul API',
      css: [{ filename: 'linehaul.css', content: '.topbar { display: none }' }],
    },
  })
}

interface Document {
  paths?: Record<string, object | undefined>
}

interface Operation {
  operationId?: string
  responses?: Record<string, { description: string }>
}

function name<Doc extends Document>(doc: Doc): Doc {
  for (const [path, methods = {}] of Object.entries(doc.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods) as [string, Operation][]) {
      operation.operationId = idOf(method, path)
      nameAnswers(operation)
    }
  }
  return doc
}

/** What generated clients call it: `getJobsByIdLogs` for GET /api/v1/jobs/{id}/logs. */
function idOf(method: string, path: string): string {
  const words = path
    .replace('/api/v1', '')
    .replaceAll('{', 'by-')
    .split(/[^a-zA-Z]+/)
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** Answers without a description of their own are called what their status is called. */
function nameAnswers({ responses = {} }: Operation): void {
  for (const [status, answer] of Object.entries(responses)) {
    if (answer.description === 'Default Response') answer.description = STATUS_CODES[status] ?? status
  }
}

import { STATUS_CODES } from 'node:http'

import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

/** Generates the OpenAPI document from the routes' schemas. */
export async function document(api: FastifyInstance, version: string): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Linehaul',
        version,
        description: 'Shipments in, lane suggestions out, and every background job in between.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (input) =>
      'openapiObject' in input ? nameAnswers(input.openapiObject) : input.swaggerObject,
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
  responses?: Record<string, { description: string }>
}

/** Answers without a description of their own are called what their status is called. */
function nameAnswers<Doc extends Document>(doc: Doc): Doc {
  const operations = Object.values(doc.paths ?? {}).flatMap(
    (path) => Object.values(path ?? {}) as Operation[],
  )
  for (const { responses = {} } of operations) {
    for (const [status, answer] of Object.entries(responses)) {
      if (answer.description === 'Default Response') answer.description = STATUS_CODES[status] ?? status
    }
  }
  return doc
}

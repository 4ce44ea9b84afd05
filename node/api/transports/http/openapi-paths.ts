/** What the document describes beside the contract's routes: events as they happen, probes, metrics, the document itself. */
import type { OpenAPI } from '@orpc/contract'
import { z } from 'zod'
import { type ErrorCode, eventMessage, eventTypes } from '../../contract/index.ts'

type Problems = (codes: readonly ErrorCode[]) => OpenAPI.ResponsesObject

/** @param codesOfAll what any request with a token can meet */
export function operationalPaths(problems: Problems, codesOfAll: readonly ErrorCode[]): OpenAPI.PathsObject {
  const probe = (operationId: string, summary: string): OpenAPI.PathItemObject => ({
    get: {
      operationId,
      summary,
      tags: ['Operations'],
      security: [],
      responses: {
        '200': {
          description: 'Yes',
          content: {
            'application/json': {
              schema: { type: 'object', required: ['status'], properties: { status: { type: 'string' } } },
            },
          },
        },
        ...problems(['HOST_REFUSED', 'ORIGIN_REFUSED', 'RATE_LIMITED', 'NODE_STOPPING']),
      },
    },
  })
  return {
    '/events': { get: eventsOperation(problems, codesOfAll) },
    '/livez': probe('operations.live', 'Whether the process answers'),
    '/readyz': probe('operations.ready', 'Whether the node does its work'),
    '/metrics': {
      get: {
        operationId: 'operations.metrics',
        summary: 'Figures for Prometheus',
        description: 'Scope: read.',
        tags: ['Operations'],
        responses: {
          '200': {
            description: 'Prometheus text format 0.0.4',
            content: { 'text/plain': { schema: { type: 'string' } } },
          },
          ...problems(codesOfAll),
        },
      },
    },
    '/openapi.json': {
      get: {
        operationId: 'operations.document',
        summary: 'This document',
        tags: ['Operations'],
        responses: {
          '200': { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
          ...problems(codesOfAll),
        },
      },
    },
  }
}

function eventsOperation(
  problems: Problems,
  codesOfAll: readonly ErrorCode[],
): NonNullable<OpenAPI.PathItemObject['get']> {
  const list = (name: string, description: string): OpenAPI.ParameterObject => ({
    name,
    in: 'query',
    description: `${description} Parted by commas, or given repeatedly.`,
    schema: { type: 'string' },
  })
  return {
    operationId: 'events.stream',
    summary: 'What happens on this node, as it happens',
    description:
      'Scope: read. Server-sent events without an end: `id` is the cursor, `event` the type, `data` an EventMessage. The same by WebSocket at the same address (docs/events.md).',
    tags: ['Events'],
    parameters: [
      list('types', `Types, or families like transaction.*; all where left out. There are ${eventTypes.join(', ')}.`),
      list('accounts', 'Addresses or labels; all, and what is of no account too, where left out.'),
      { name: 'after', in: 'query', description: 'Resume after this event.', schema: { type: 'string' } },
      {
        name: 'Last-Event-ID',
        in: 'header',
        description: 'The same, as readers send it that lost their connection; before the parameter.',
        schema: { type: 'string' },
      },
    ],
    responses: {
      '200': { description: 'The stream', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      ...problems([
        ...codesOfAll,
        'NOT_ACCEPTABLE',
        'ADDRESS_INVALID',
        'ADDRESS_WRONG_NETWORK',
        'TOO_MANY_CONNECTIONS',
        'TOO_MANY_SUBSCRIBERS',
      ]),
    },
  }
}

/** Shape of the messages on the stream. */
export function eventMessageSchema(): OpenAPI.SchemaObject {
  const { $schema: _, ...schema } = z.toJSONSchema(eventMessage, { unrepresentable: 'any' })
  return schema as OpenAPI.SchemaObject
}

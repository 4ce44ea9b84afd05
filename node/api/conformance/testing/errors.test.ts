/**
 * Every code that a procedure declares, thrown by a service that does nothing else: over every way it arrives with its
 * status, text, hint and facts; and what is not declared arrives nowhere, by no way.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NodeError } from '../../../core/node-error.ts'
import { seededRng } from '../../../core/rng.ts'
import { contract, meaningOf } from '../../contract/index.ts'
import { createFakeServices, type FakeServices } from '../../test-support/fake-services.ts'
import { temporaryFolder } from '../../test-support/temporary-folder.ts'
import { createHttpApi } from '../../transports/http/index.ts'
import { addStreams, createLocalSocketServer, socketPathOf } from '../../transports/index.ts'
import { systemScheduler } from '../../transports/system-scheduler.ts'
import { type Door, openDoors } from './doors.ts'

const folder = temporaryFolder('conformance')
const faults: unknown[] = []
const closers: (() => Promise<void>)[] = []
let fake: FakeServices
let doors: Door[] = []

beforeAll(async () => {
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  fake = createFakeServices()
  const { services } = fake
  const reportFault = (fault: unknown): void => void faults.push(fault)
  const place = { pid: 1, chainId: 'c', network: 'dev', dataDir, socket: socketPathOf(dataDir) }
  const info = () => ({ ...place, apiUrl: http.url, tokenFile: http.tokenFile })
  const audit = async (): Promise<void> => undefined
  const http = await createHttpApi(
    { dataDir, port: 0 },
    {
      services,
      info,
      clock: { nowMs: () => Date.now() },
      rng: seededRng(1),
      audit,
      auditFailed: reportFault,
      scheduler: systemScheduler,
      reportFault,
    },
  )
  const streams = addStreams(http, {}, { services, info, audit, auditFailed: reportFault, reportFault })
  const socket = await createLocalSocketServer({ dataDir }, { services, info, reportFault })
  doors = await openDoors({
    services,
    info: info(),
    issueBrowserCode: () => http.sessions.issueCode().code,
    reportFault,
  })
  closers.push(
    async () => {
      for (const door of doors) await door.close()
    },
    () => socket.close(),
    () => streams.close(),
    () => http.close(),
  )
})

afterAll(async () => {
  for (const close of closers) await close()
})

const password = (): Uint8Array => new TextEncoder().encode('a password')
const txId = 'a'.repeat(64)

/** A procedure, the service method behind it, and how it is asked. */
const procedures = [
  {
    errors: contract.transactions.create['~orpc'].errorMap,
    method: 'transactions.pay',
    ask: (door: Door) => door.api.transactions.create({ transfers: [{ to: 'x', amount: '1' }] }),
    needs: undefined,
  },
  {
    errors: contract.transactions.show['~orpc'].errorMap,
    method: 'transactions.show',
    ask: (door: Door) => door.api.transactions.show({ txId }),
    needs: undefined,
  },
  {
    errors: contract.network.status['~orpc'].errorMap,
    method: 'network.status',
    ask: (door: Door) => door.api.network.status(),
    needs: undefined,
  },
  {
    errors: contract.vault.unlock['~orpc'].errorMap,
    method: 'vault.unlock',
    ask: (door: Door) => door.api.vault.unlock({ password: password() }),
    needs: 'secrets',
  },
] as const

describe.each(['local socket', 'MessagePort', 'WebSocket', 'REST'])('%s', (name) => {
  const doorOf = (): Door => doors.find((door) => door.name === name) as Door
  const applicable = procedures.filter(({ needs }) => needs === undefined || name !== 'REST')

  describe.each(applicable)('$method', ({ errors, method, ask }) => {
    it.each(Object.keys(errors))('ends in %s with everything that goes with it', async (code) => {
      const details = { text: `of ${code}`, count: 42, large: '18446744073709551615', flag: true }
      fake.failures.set(method, new NodeError(code, `what happened: ${code}`, { hint: `what to do: ${code}`, details }))
      const error: unknown = await ask(doorOf()).then(
        () => 'answered',
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject({
        code,
        status: meaningOf(code)?.status,
        message: `what happened: ${code}`,
        data: { hint: `what to do: ${code}`, details },
      })
    })

    it('tells nothing of a fault of its own', async () => {
      for (const fault of [new Error('the key is hunter2'), new NodeError('NOT_IN_THE_TABLE', 'the key is hunter2')]) {
        fake.failures.set(method, fault)
        const error: unknown = await ask(doorOf()).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code: 'INTERNAL', status: 500, data: { details: {} } })
        expect(`${(error as Error).message} ${JSON.stringify(error)}`).not.toContain('hunter2')
        expect(faults.splice(0)).toEqual([fault])
      }
    })
  })

  it('does not know what is not in the contract', async () => {
    const { api, features } = doorOf()
    const newer = api as unknown as { node: { teleport?(): Promise<unknown> } }
    if (features.has('all')) await expect(newer.node.teleport?.()).rejects.toMatchObject({ code: 'PROCEDURE_UNKNOWN' })
    else expect(newer.node.teleport).toBeUndefined()
  })
})

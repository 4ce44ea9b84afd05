import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { codeOf, refusal } from '../testing/refusal.ts'
import { limits } from './limits.ts'
import type { ModuleProcess } from './module-process.ts'
import { standardNumbers } from './profiles.ts'
import { sendPin } from './send-pin.ts'
import { FaultyToken, keyPair, pairedKey, requireFaultyToken, rightPin, token } from './testing/faulty-token.ts'

const message = utf8('a message')

describe('a module that misbehaves', () => {
  let faulty: FaultyToken
  beforeEach((context) => {
    requireFaultyToken(context)
    faulty = new FaultyToken()
    faulty.answers(message)
  })
  afterEach(() => faulty?.remove())

  const login = async (module: ModuleProcess, pin = rightPin): Promise<void> => {
    const { ticket, used } = await module.expectPin({ token, purpose: 'login', label: '', isMade: true })
    const sent = sendPin(module.pinSocket ?? '', ticket, [utf8(pin)])
    const [there, here] = await Promise.allSettled([sent, used])
    // The node is told the same as whoever sent the PIN.
    expect(here.status).toBe(there.status)
    if (there.status === 'rejected') throw there.reason
  }
  const unlocked = async (): Promise<ModuleProcess> => {
    const module = await faulty.start()
    await login(module)
    return module
  }
  const signWith = (module: ModuleProcess, extra: { message?: Uint8Array; mechanism?: number } = {}) =>
    module.sign({ token, key: pairedKey, numbers: standardNumbers, mechanism: 0x1d, message, ...extra })

  it('signs when all is well, and the signature is the key’s', async () => {
    const module = await unlocked()
    expect(ml_dsa65.verify(await signWith(module), message, keyPair.publicKey)).toBe(true)
    expect(faulty.calls('C_WaitForSlotEvent')).toEqual([])
  })

  it('is never loaded into the process of the node', async () => {
    await unlocked()
    const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] }
    expect(sharedObjects.filter((path) => path.includes('faulty-token'))).toEqual([])
    expect(faulty.calls('C_Initialize')).toHaveLength(1)
  })

  it('tells a wrong PIN, few tries, the last try and the lock apart, and tries none by itself', async () => {
    faulty.set({ tries: 4 })
    const module = await faulty.start()
    const codes: string[] = []
    for (let i = 0; i < 4; i++) codes.push(await codeOf(login(module, '9999')))
    codes.push(await codeOf(login(module)))
    expect(codes).toEqual([
      'HSM_PIN_FEW_TRIES',
      'HSM_PIN_FEW_TRIES',
      'HSM_PIN_LAST_TRY',
      'HSM_PIN_LOCKED',
      'HSM_PIN_LOCKED',
    ])
    expect(faulty.calls('C_Login')).toHaveLength(5)
  })

  it('shows the tries that are left before a PIN is asked for', async () => {
    const module = await faulty.start()
    const tries = async () => (await module.request('tokens', {})).tokens.map((one) => one.tries)
    expect(await tries()).toEqual(['unknown'])
    for (const [index, expected] of ['few', 'last', 'locked'].entries()) {
      writeFileSync(join(faulty.folder, 'wrong-pins'), String(index + 1))
      expect(await tries()).toEqual([expected])
    }
    expect(faulty.calls('C_Login')).toEqual([])
  })

  it('takes one PIN for a ticket and no second', async () => {
    const module = await faulty.start()
    const { ticket, used } = await module.expectPin({ token, purpose: 'login', label: '', isMade: true })
    expect(await codeOf(sendPin(module.pinSocket ?? '', ticket, [utf8('9999')]))).toBe('HSM_PIN_FEW_TRIES')
    expect(await codeOf(used)).toBe('HSM_PIN_FEW_TRIES')
    expect(await codeOf(sendPin(module.pinSocket ?? '', ticket, [utf8(rightPin)]))).toBe('HSM_PIN_NOT_GIVEN')
    expect(await codeOf(sendPin(module.pinSocket ?? '', new Uint8Array(16), [utf8(rightPin)]))).toBe(
      'HSM_PIN_NOT_GIVEN',
    )
    expect(faulty.calls('C_Login')).toHaveLength(1)
  })

  it('is ended where it hangs in C_Sign, while the node goes on', async () => {
    faulty.set({ sign: 'hang' })
    const module = await unlocked()
    const { pid } = module
    const order: string[] = []
    const hanging = codeOf(signWith(module)).then((code) => order.push(code))
    const behind = codeOf(signWith(module)).then((code) => order.push(code))
    await faulty.called('C_Sign')
    // The event loop turns while the module hangs: nothing here waits for it.
    await new Promise((resolve) => setImmediate(resolve))
    order.push('turned')
    faulty.clock.advance(limits.workMs)
    await Promise.all([hanging, behind])
    expect(order).toEqual(['turned', 'HSM_MODULE_HANGS', 'HSM_STOPPED'])
    expect((await module.ended).code).toBe('HSM_MODULE_HANGS')
    await module.child.ended
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH')
    expect(await codeOf(signWith(module))).toBe('HSM_MODULE_HANGS')
  })

  it('is told as crashed where it crashes in C_Sign, and can be started again', async () => {
    faulty.set({ sign: 'crash' })
    const module = await unlocked()
    expect(await codeOf(signWith(module))).toBe('HSM_MODULE_CRASHED')
    faulty.set({ sign: 'ok' })
    const again = await faulty.start()
    expect(await codeOf(signWith(again))).toBe('HSM_PIN_REQUIRED')
    await login(again)
    expect(await signWith(again)).toHaveLength(3_309)
  })

  it('finds its token again in another slot, and asks for the PIN anew', async () => {
    faulty.set({ slots: '0009@1,0001@5' })
    const module = await unlocked()
    faulty.set({ slots: '0001@1,0009@5' })
    expect((await module.request('tokens', {})).tokens.map(({ serial }) => serial)).toEqual(['0001', '0009'])
    expect(await codeOf(signWith(module))).toBe('HSM_PIN_REQUIRED')
    expect(faulty.calls('C_Sign')).toEqual([])
    await login(module)
    expect(await signWith(module)).toHaveLength(3_309)
  })

  it('says that the token is gone where it is removed, in a call or before it', async () => {
    faulty.set({ sign: 'remove' })
    const module = await unlocked()
    expect(await codeOf(signWith(module))).toBe('HSM_TOKEN_ABSENT')
    faulty.set({ slots: '0009@7' })
    expect(await codeOf(signWith(module))).toBe('HSM_TOKEN_ABSENT')
  })

  it('does not take “no objects” for “no key” where the token has gone', async () => {
    const module = await unlocked()
    const keys = () => module.request('keys', { token, numbers: standardNumbers })
    expect((await keys()).keys).toHaveLength(1)
    faulty.set({ keys: 0 })
    expect((await keys()).keys).toEqual([])
    expect(await codeOf(signWith(module))).toBe('HSM_KEY_NOT_SHOWN')
    faulty.set({ 'return.C_GetTokenInfo': 0x5 })
    expect(await codeOf(keys())).toBe('HSM_TOKEN_ABSENT')
    expect(await codeOf(signWith(module))).toBe('HSM_TOKEN_ABSENT')
  })

  it('does not sign with another key that has the id', async () => {
    const module = await unlocked()
    const other = { ...pairedKey, publicKey: new Uint8Array(1_952) }
    const work = module.sign({ token, key: other, numbers: standardNumbers, mechanism: 0x1d, message })
    expect(await codeOf(work)).toBe('HSM_KEY_OTHER')
    expect(faulty.calls('C_Sign')).toEqual([])
  })

  it('speaks a maker’s own numbers', async () => {
    const own = 0x8000_0123
    faulty.set({ mechanism: own, 'keygen-mechanism': own - 1, 'key-type': own })
    const module = await unlocked()
    const numbers = { ...standardNumbers, sign: own, generate: own - 1, keyType: own }
    expect((await module.request('mechanisms', { token })).mechanisms).toEqual([own - 1, own])
    const asked = { token, key: pairedKey, numbers, message }
    expect(await codeOf(module.sign({ ...asked, mechanism: 0x1d }))).toBe('HSM_UNSUPPORTED')
    expect(await module.sign({ ...asked, mechanism: own })).toHaveLength(3_309)
  })

  it('waits for a PIN at each signature where the key wants one', async () => {
    faulty.set({ 'always-authenticate': 1 })
    const module = await unlocked()
    const asked = { token, key: pairedKey, numbers: standardNumbers, mechanism: 0x1d, message }
    const wanted: Uint8Array[] = []
    const signing = module.sign(asked, (ticket) => wanted.push(ticket))
    await faulty.called('C_SignInit')
    // Others' requests pass a signature that waits for its PIN.
    await module.request('tokens', {})
    expect(wanted).toHaveLength(1)
    await sendPin(module.pinSocket ?? '', wanted[0] ?? new Uint8Array(), [utf8(rightPin)])
    expect(await signing).toHaveLength(3_309)

    const refused = module.sign(asked, (ticket) => {
      void sendPin(module.pinSocket ?? '', ticket, [utf8('9999')]).catch(() => undefined)
    })
    expect(await codeOf(refused)).toBe('HSM_PIN_FEW_TRIES')
    expect(faulty.calls('C_Sign')).toHaveLength(1)
  })

  it('logs in at the token’s own keypad where it has one', async () => {
    faulty.set({ 'protected-path': 1 })
    const module = await faulty.start()
    expect((await module.request('tokens', {})).tokens[0]?.protectedPath).toBe(true)
    await module.request('loginAtToken', { token })
    expect(await signWith(module)).toHaveLength(3_309)
  })

  it('serves two requests at once in the order they were made', async () => {
    const module = await unlocked()
    const order: number[] = []
    await Promise.all([1, 2, 3].map((n) => signWith(module).then(() => order.push(n))))
    expect(order).toEqual([1, 2, 3])
    // One after the other: no call of one falls into another's signature.
    const signing = faulty.calls().filter((call) => call === 'C_SignInit' || call === 'C_Sign')
    expect(signing).toEqual(['C_SignInit', 'C_Sign', 'C_SignInit', 'C_Sign', 'C_SignInit', 'C_Sign'])
  })

  it('refuses more than waits in its queue', async () => {
    const module = await unlocked()
    const all = Array.from({ length: limits.maxQueued + 2 }, () =>
      codeOf(signWith(module).then(() => Promise.reject(new NodeError('done', '')))),
    )
    const codes = await Promise.all(all)
    expect(codes.filter((code) => code === 'HSM_BUSY')).toHaveLength(1)
    expect(codes.filter((code) => code === 'done')).toHaveLength(limits.maxQueued + 1)
  })

  it.each([
    [0x31, 'HSM_TOKEN_FULL'],
    [0x32, 'HSM_TOKEN_ABSENT'],
    [0x30, 'HSM_MODULE_FAULT'],
    [0x50, 'HSM_PIN_NOT_GIVEN'],
    [0x54, 'HSM_UNSUPPORTED'],
    [0x68, 'HSM_KEY_REFUSED'],
    [0x90, 'HSM_BUSY'],
    [0xb3, 'HSM_SESSION_LOST'],
    [0x101, 'HSM_PIN_REQUIRED'],
    [0x8000_0001, 'HSM_MODULE_FAULT'],
  ])('gives the answer %i of C_SignInit the code %s, with the number', async (value, code) => {
    const module = await unlocked()
    faulty.set({ 'return.C_SignInit': value })
    const error = await refusal(signWith(module))
    expect(error.code).toBe(code)
    expect(error.details).toMatchObject({ function: 'C_SignInit', value })
  })

  it.each([
    [0xa3, 'HSM_PIN_EXPIRED'],
    [0xa2, 'HSM_PIN_UNSUITABLE'],
    [0x102, 'HSM_NEEDS_INITIALISING'],
    [0x104, 'HSM_OTHER_USER'],
  ])('gives the answer %i of C_Login the code %s', async (value, code) => {
    faulty.set({ 'return.C_Login': value })
    expect(await codeOf(unlocked())).toBe(code)
  })

  it('refuses a module that is not there, is none, does not start, or is not the one that was paired', async () => {
    expect(await codeOf(faulty.start({ path: join(faulty.folder, 'missing.so') }))).toBe('HSM_MODULE_NOT_FOUND')
    const none = join(faulty.folder, 'none.so')
    writeFileSync(none, 'not a library')
    expect(await codeOf(faulty.start({ path: none }))).toBe('HSM_MODULE_UNUSABLE')

    const { sha256 } = (await faulty.start()).facts
    const copy = join(faulty.folder, 'copy.so')
    copyFileSync(faulty.options().path, copy)
    expect((await faulty.start({ path: copy, sha256 })).facts.sha256).toBe(sha256)
    const before = faulty.calls('C_Initialize').length
    writeFileSync(copy, '!', { flag: 'a' })
    const changed = await refusal(faulty.start({ path: copy, sha256 }))
    expect(changed.code).toBe('HSM_MODULE_CHANGED')
    expect(changed.details.expected).toBe(sha256)
    // It was not even loaded.
    expect(faulty.calls('C_Initialize')).toHaveLength(before)

    faulty.set({ 'return.C_Initialize': 0x30 })
    expect(await codeOf(faulty.start())).toBe('HSM_MODULE_UNUSABLE')
  })

  it('forgets the login when it is stopped, and answers what was asked', async () => {
    faulty.set({ sign: 'hang' })
    const module = await unlocked()
    const { used } = await module.expectPin({ token, purpose: 'login', label: '', isMade: true })
    const signing = codeOf(signWith(module))
    await faulty.called('C_Sign')
    module.stop()
    expect(await signing).toBe('HSM_STOPPED')
    expect(await codeOf(used)).toBe('HSM_STOPPED')
    expect(await module.child.ended).not.toBe(0)
  })
})

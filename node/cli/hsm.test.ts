/** `qudag hsm` as a script uses it: real processes, on the module that plays faults and on the tokens that are here. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { errorTable } from '../api/contract/index.ts'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { hsmErrorCodes } from '../vault/pkcs11/index.ts'
import { buildFaultyToken, FaultyToken, requireFaultyToken, rightPin } from '../vault/pkcs11/testing/faulty-token.ts'
import { nssToken, officerPin, type RealToken, softHsm, userPin } from '../vault/pkcs11/testing/real-tokens.ts'
import { errorOf, jsonOf, type Ran, runProgram } from './test-support/run-program.ts'

// Each starts a process that starts another one.
vi.setConfig({ testTimeout: 300_000 })

const folder = temporaryFolder('cli-hsm')
let nextFolder = 0
function newDataDir(): string {
  const path = join(folder, `data-${nextFolder++}`)
  mkdirSync(path, { mode: 0o700 })
  return path
}

let token: RealToken | FaultyToken | undefined
afterEach(() => token?.remove())

describe('qudag hsm', () => {
  it('has a meaning for every code of a hardware key', () => {
    for (const code of hsmErrorCodes) expect(errorTable).toHaveProperty(code)
    const declared = Object.keys(errorTable).filter((code) => code.startsWith('HSM_'))
    expect(declared.toSorted()).toEqual(hsmErrorCodes.toSorted())
  })

  it('wants a module, and says which file is none', async () => {
    const dataDir = newDataDir()
    expect((await runProgram(['hsm', 'pair'], { dataDir })).code).toBe(2)
    const missing = await runProgram(['hsm', 'list', '--module', '/nowhere/lib.so', '--json'], { dataDir })
    expect(missing.code).toBe(2)
    expect(errorOf(missing).code).toBe('HSM_MODULE_NOT_FOUND')
    expect(jsonOf(await runProgram(['hsm', 'list', '--json'], { dataDir }))).toEqual([])
    const bad = ['hsm', 'list', '--module', '/nowhere/lib.so', '--module-env', 'no value']
    expect((await runProgram(bad, { dataDir })).code).toBe(2)
  })

  describe('on a module that plays faults', () => {
    const dataDir = newDataDir()
    const run = (faulty: FaultyToken, args: readonly string[], pin?: string): Promise<Ran> => {
      const where = ['--module', buildFaultyToken(), '--module-env', `QUDAG_TEST_TOKEN_DIR=${faulty.folder}`]
      const pinArgs = pin === undefined ? [] : ['--pin-fd', '3']
      return runProgram(['hsm', ...args, ...where, ...pinArgs, '--json'], {
        dataDir,
        ...(pin === undefined ? {} : { descriptors: [pin] }),
      })
    }

    it('shows how the PIN stands, tries it once, and asks for none where the token has locked it', async (context) => {
      requireFaultyToken(context)
      const faulty = new FaultyToken()
      token = faulty
      const tries = async () =>
        (jsonOf(await run(faulty, ['list'])) as { tokens: { tries: string }[] }).tokens[0]?.tries
      expect(await tries()).toBe('unknown')
      const wrong = await run(faulty, ['test'], '9999\n')
      expect([wrong.code, errorOf(wrong).code]).toEqual([3, 'HSM_PIN_FEW_TRIES'])
      expect(await tries()).toBe('few')
      writeFileSync(join(faulty.folder, 'wrong-pins'), '3')
      const logins = faulty.calls('C_Login').length
      expect(logins).toBe(1)
      const locked = await run(faulty, ['test'], '9999\n')
      expect([locked.code, errorOf(locked).code]).toEqual([3, 'HSM_PIN_LOCKED'])
      expect(faulty.calls('C_Login')).toHaveLength(logins)
    })

    it('ends with a code of its own where the module crashes, and pairs nothing that does not sign', async (context) => {
      requireFaultyToken(context)
      const faulty = new FaultyToken()
      token = faulty
      faulty.set({ sign: 'crash' })
      faulty.answers(new Uint8Array(64))
      const crashed = await run(faulty, ['pair'], rightPin)
      expect([crashed.code, errorOf(crashed).code]).toEqual([1, 'HSM_MODULE_CRASHED'])
      // It answers with the signature of another message.
      faulty.set({ sign: 'ok' })
      const unsigned = await run(faulty, ['pair'], rightPin)
      expect([unsigned.code, errorOf(unsigned).code]).toEqual([1, 'SIGNATURE_SELF_CHECK_FAILED'])
      expect(existsSync(join(dataDir, 'hardware-keys'))).toBe(false)
    })
  })

  it('initialises, pairs and tests SoftHSM as a token that seals, and takes no changed pairing or module', async (context) => {
    const real = softHsm(context)
    token = real
    const dataDir = newDataDir()
    const where = [
      '--module',
      real.options.path,
      '--module-env',
      `SOFTHSM2_CONF=${real.options.variables.SOFTHSM2_CONF}`,
    ]
    const run = (args: readonly string[], ...descriptors: string[]): Promise<Ran> =>
      runProgram(['hsm', ...args, '--json'], { dataDir, descriptors })

    const pins = ['--so-pin-fd', '3', '--new-pin-fd', '4']
    const made = await run(['init', ...where, '--label', 'wallet', ...pins], officerPin, userPin)
    expect(jsonOf(made)).toMatchObject({ label: 'wallet', userPinSet: true, protectedPath: false })
    const again = await run(['init', ...where, '--token', 'wallet', '--label', 'x', ...pins], officerPin, userPin)
    expect(errorOf(again).code).toBe('HSM_ALREADY_INITIALISED')

    const unsupported = await run(['pair', ...where, '--generate', '--pin-fd', '3'], userPin)
    expect(errorOf(unsupported).code).toBe('HSM_UNSUPPORTED')
    const paired = await run(['pair', ...where, '--generate', '--seal', '--label', 'safe', '--pin-fd', '3'], userPin)
    const { id } = jsonOf(paired) as { id: string }
    expect(jsonOf(paired)).toMatchObject({ label: 'safe', key: { kind: 'aes' }, token: { label: 'wallet' } })
    expect(paired.stdout + paired.stderr).not.toContain(userPin)

    const [file = ''] = readdirSync(join(dataDir, 'hardware-keys'))
    const path = join(dataDir, 'hardware-keys', file)
    expect([file, statSync(path).mode & 0o777]).toEqual([`${id}.json`, 0o600])
    const report = await run(['test', 'safe', '--pin-fd', '3'], userPin)
    expect(report.code).toBe(0)
    expect(jsonOf(report)).toMatchObject({ verdict: 'co-signs', profile: { id: 'softhsm' } })

    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('"safe"', '"evil"'))
    expect(errorOf(await run(['list'])).code).toBe('HSM_PAIRING_DAMAGED')
    writeFileSync(path, text)
    expect(jsonOf(await run(['list']))).toMatchObject([{ id }])
  })

  it('makes a key on NSS softoken, pairs it, and says in the report that it gives keys away', async (context) => {
    const real = nssToken(context)
    token = real
    const dataDir = newDataDir()
    const { path, libraryPath, initString } = real.options
    const where = ['--module', path, '--library-path', libraryPath ?? '', '--init-string', initString ?? '']
    const run = (args: readonly string[], ...descriptors: string[]): Promise<Ran> =>
      runProgram(['hsm', ...args, '--json'], { dataDir, descriptors })
    const init = ['init', ...where, '--token', 'NSS Certificate DB', '--label', 'x', '--new-pin-fd', '3']
    expect((await run(init, userPin)).code).toBe(0)
    const paired = jsonOf(await run(['pair', ...where, '--generate', '--pin-fd', '3'], userPin)) as {
      key: { kind: string; publicKey: string }
    }
    expect(paired.key).toMatchObject({ kind: 'ml-dsa', publicKey: expect.stringMatching(/^[0-9a-f]{3904}$/) })
    // The only key there is, found again.
    expect(jsonOf(await run(['pair', ...where, '--pin-fd', '3'], userPin))).toMatchObject({ key: paired.key })

    const report = await run(['test', '--pin-fd', '3'], userPin)
    expect([report.code, errorOf(report).code]).toEqual([1, 'HSM_SELF_TEST_FAILED'])
    const { checks } = jsonOf(report) as { checks: { name: string; outcome: string }[] }
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'ML-DSA-65 signature, verified here', outcome: 'passed' }),
    )
    expect(checks.filter(({ outcome }) => outcome === 'failed').every(({ name }) => name.includes('wrap with'))).toBe(
      true,
    )
  })
})
